import { BitstreamError } from '../../base/bit-reader.ts';
import { explainDamage } from '../../base/damage.ts';
import type { ProtectedRanges, RangeFinder } from '../protected-ranges.ts';
import { Vp9FrameHeaders } from './frame-header.ts';
import { MOST_FRAMES, splitSuperframe } from './superframe.ts';

/**
 * Finds what to protect in VP9 samples (VP Codec ISO Media File Format Binding, Common Encryption): of each frame, the
 * hidden ones of a superframe too, all that is behind its uncompressed header, also where that shows an earlier frame: decoders go on with
 * what follows. The superframe index stays clear.
 */
export class Vp9RangeFinder implements RangeFinder {
  readonly #name: string;
  readonly #headers = new Vp9FrameHeaders();
  readonly #bounds = new Uint32Array(2 * MOST_FRAMES + 1);
  /** Samples seen so far: for messages. */
  #sample = 0;

  /** @param name how messages name the file */
  constructor(name: string) {
    this.#name = name;
  }

  find(data: Uint8Array, start: number, end: number, out: ProtectedRanges): void {
    this.#sample += 1;
    if (start === end) return;
    try {
      const frames = splitSuperframe(data, start, end, this.#bounds);
      if (frames === 0) throw new BitstreamError('has an index of more bytes than there are');
      for (let frame = 0; frame < frames; frame += 1) {
        const from = this.#bounds[2 * frame]!;
        const to = this.#bounds[2 * frame + 1]!;
        // What the index leaves over is in no frame, but may be one: it is protected with the last.
        const until = frame === frames - 1 ? this.#bounds[2 * frames]! : to;
        const first = from === to ? to : this.#headers.read(data, from, to); // an encoder may drop a frame
        if (first < until) out.add(first, until);
      }
    } catch (cause) {
      throw explainDamage(cause, this.#name, `sample ${this.#sample} of its VP9 track`);
    }
  }
}
