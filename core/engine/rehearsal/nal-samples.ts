import { codecOf } from '../../codecs/built-in.ts';
import { visitNalUnits } from '../../codecs/nal/units.ts';
import type { Segment } from '../../media/segment.ts';

/** How a picture begins: what is in front of its first slice (delimiter, parameter sets, messages), and two bytes of that. */
interface Beginning {
  /** Whole NAL units with their lengths. */
  readonly prefix: Uint8Array;
  readonly header: Uint8Array;
}

const HEADER_BYTES = 2;

/**
 * Writes samples of a codec of NAL units that nobody decodes: each begins as those of its kind do in the input, and the
 * rest of it is one slice, or as many as the lengths can say.
 */
export class NalSamples {
  readonly #lengthSize: number;
  readonly #beginnings: readonly [other: Beginning, sync: Beginning];

  private constructor(lengthSize: number, other: Beginning, sync: Beginning) {
    this.#lengthSize = lengthSize;
    this.#beginnings = [other, sync];
  }

  /** @returns `undefined` for codecs without NAL units. @param first the first samples of the track */
  static like(first: Segment): NalSamples | undefined {
    if (first.nalLengthSize === 0) return undefined;
    const beginnings: Beginning[] = [];
    for (let sample = 0, from = 0; sample < first.count; sample++) {
      const to = from + first.sizes[sample]!;
      beginnings.push(beginningOf(first, from, to));
      from = to;
    }
    const { sync } = first;
    const key = beginnings[sync.indexOf(1)] ?? beginnings[0]!;
    const other = beginnings[sync.indexOf(0)] ?? key;
    return new NalSamples(first.nalLengthSize, other, key);
  }

  /** Write one over `data[from … to)`, in which no byte is like one of a start code. */
  write(data: Buffer, from: number, to: number, isSync: boolean): void {
    const { prefix, header } = this.#beginnings[isSync ? 1 : 0];
    let at = from;
    if (to - from > prefix.length + this.#lengthSize + HEADER_BYTES) {
      data.set(prefix, at);
      at += prefix.length;
    }
    const longest = Math.min(2 ** (8 * this.#lengthSize) - 1, 2 ** 31);
    while (to - at > this.#lengthSize) {
      const left = to - at - this.#lengthSize;
      let length = Math.min(longest, left);
      // A rest that is too short for a length would belong to no NAL unit.
      if (left > length && left - length < this.#lengthSize) length -= this.#lengthSize;
      data.writeUIntBE(length, at, this.#lengthSize);
      at += this.#lengthSize;
      data.set(header.subarray(0, length), at);
      at += length;
    }
    data.fill(0, at, to); // a NAL unit of no length, where there is room for nothing else
  }
}

function beginningOf(segment: Segment, from: number, to: number): Beginning {
  const { data, nalLengthSize, track } = segment;
  const roleOf = codecOf(track)?.nal?.roleOf;
  let slice: number | undefined;
  visitNalUnits(segment, from, to, (start) => {
    if (slice === undefined && (!roleOf || roleOf(data, start) === 'slice')) slice = start;
  });
  const start = slice ?? from + nalLengthSize;
  return {
    prefix: data.subarray(from, start - nalLengthSize),
    header: data.subarray(start, start + HEADER_BYTES),
  };
}
