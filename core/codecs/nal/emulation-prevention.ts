import { view } from '../../base/bytes.ts';

const TWO_ZEROS = Buffer.alloc(2);

/**
 * Finds where emulation prevention bytes must be put in (ITU-T H.264, 7.4.1): before a byte of 0 to 3 that follows
 * two zero bytes. Ranges are asked in ascending order; the native search for two zeros runs over the whole data
 * once, which is several times as fast as a loop, because such pairs are rare in coded pictures.
 */
export class EmulationScanner {
  readonly #data: Buffer;
  /** Position of the next pair of zeros, at or after the last question. */
  #pair = -1;

  constructor(data: Uint8Array) {
    this.#data = view(data);
  }

  /** Append to `positions` where a 03 goes in, i.e. the index of the byte it precedes; answers how many. */
  scan(start: number, end: number, positions: number[]): number {
    const data = this.#data;
    const before = positions.length;
    if (this.#pair < start) this.#pair = this.#next(start);
    while (this.#pair + 2 < end) {
      const third = this.#pair + 2;
      // After an inserted 03 the count of zeros starts again, with the third byte itself.
      if (data[third]! <= 3) positions.push(third);
      this.#pair = this.#next(third);
    }
    return positions.length - before;
  }

  #next(from: number): number {
    const found = this.#data.indexOf(TWO_ZEROS, from);
    return found === -1 ? Number.POSITIVE_INFINITY : found;
  }
}

/**
 * Copy `data` to `target`, which has room for it, with a 03 before each of the ascending positions.
 * @returns the bytes written
 */
export function insertEmulationPrevention(
  data: Uint8Array,
  positions: readonly number[],
  target: Uint8Array,
): Uint8Array {
  let from = 0;
  let at = 0;
  for (const position of positions) {
    target.set(data.subarray(from, position), at);
    at += position - from;
    target[at++] = 3;
    from = position;
  }
  target.set(data.subarray(from), at);
  return target.subarray(0, data.length + positions.length);
}
