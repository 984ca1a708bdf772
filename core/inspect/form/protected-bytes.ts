import type { MediaSegment } from '../model/media-segment.ts';
import type { SampleProtection } from '../model/media-track.ts';

const BLOCK = 16;
const CLEAR = 255;

/** Which bytes of samples went through the cipher, as pairs of begin and end; one of it serves all samples. */
export class ProtectedBytes {
  at: Uint32Array = new Uint32Array(64);
  /** Numbers in `at` that count. */
  count = 0;

  /** Those of a sample of a segment, as places in its `clear`. @param row of the sample */
  readSample(segment: MediaSegment, row: number): void {
    this.count = 0;
    const protection = segment.protections[segment.protectedBy[row]!];
    if (segment.protectedBy[row] === CLEAR || !protection || segment.protectedBytes[row] === 0) return;
    const start = segment.clearStarts[row]!;
    const end = segment.clearStarts[row + 1]!;
    const first = segment.subsampleStarts[row] ?? 0;
    const last = segment.subsampleStarts[row + 1] ?? 0;
    if (first === last) {
      this.#addRange(start, end, protection);
      return;
    }
    let at = start;
    for (let index = first; index < last; index += 1) {
      at += segment.subsamples[2 * index]!;
      const next = Math.min(end, at + segment.subsamples[2 * index + 1]!);
      if (next > at) this.#addRange(at, next, protection);
      at = next;
    }
  }

  clear(): void {
    this.count = 0;
  }

  /** Bytes `start` to `end` went through the cipher. */
  add(start: number, end: number): void {
    if (this.count > 0 && this.at[this.count - 1] === start) {
      this.at[this.count - 1] = end;
      return;
    }
    if (this.count + 2 > this.at.length) {
      const longer = new Uint32Array(this.at.length * 2);
      longer.set(this.at);
      this.at = longer;
    }
    this.at[this.count] = start;
    this.at[this.count + 1] = end;
    this.count += 2;
  }

  /** A range that a subsample calls protected: a pattern leaves blocks of it clear, CBC its last bytes (ISO/IEC 23001-7, 9.6). */
  #addRange(start: number, end: number, { scheme, cryptBlocks, skipBlocks }: SampleProtection): void {
    const isCounter = scheme === 'cenc' || scheme === 'aes-128';
    if (isCounter) {
      this.add(start, end);
      return;
    }
    const whole = start + Math.floor((end - start) / BLOCK) * BLOCK;
    const crypt = skipBlocks > 0 ? cryptBlocks * BLOCK : whole - start;
    if (crypt === 0) return;
    for (let at = start; at < whole; at += crypt + skipBlocks * BLOCK)
      this.add(at, Math.min(whole, at + crypt));
  }
}
