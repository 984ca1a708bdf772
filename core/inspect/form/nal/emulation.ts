import { FormError } from '../bits.ts';

/**
 * log2 of how improbable it is that three random bytes in a row break the rules of emulation prevention: of 2^24 threes 00 00 00, 00 00 01
 * and 00 00 02 do, and nearly all of 00 00 03 with what follows. They come in clumps, so it is a little less than four.
 */
export const EMULATION_BITS = (3.9 / 2 ** 24) * Math.LOG2E;

/**
 * Where the bytes of a NAL unit hold what emulation prevention is there to prevent (ITU-T H.264 and H.265, 7.4.1); -1: nowhere.
 * @param end without zero bytes behind the NAL unit
 */
export function findEmulation(data: Uint8Array, start: number, end: number): number {
  // Of two neighbouring zeros one is at every second place.
  for (let at = start + 1; at < end; at += 2) {
    if (data[at] !== 0) continue;
    const first = data[at - 1] === 0 ? at - 1 : at;
    if (first + 2 >= end || data[first + 1] !== 0) continue;
    const third = data[first + 2]!;
    if (third < 3 || (third === 3 && first + 3 < end && data[first + 3]! > 3)) return first;
  }
  return -1;
}

/** Zero bytes behind a NAL unit are none of it, though some files count them. */
export function withoutTrailingZeros(data: Uint8Array, start: number, end: number): number {
  let last = end;
  while (last > start && data[last - 1] === 0) last -= 1;
  return last;
}

/** The payload of a NAL unit without emulation prevention bytes. One of it serves all NAL units. */
export class Rbsp {
  data: Uint8Array = new Uint8Array(1 << 16);
  length = 0;
  #start = 0;
  #source: Uint8Array = new Uint8Array(0);

  /** Copy what is between `start` and `end`, but at most `most` bytes of it. */
  open(source: Uint8Array, start: number, end: number, most = Number.POSITIVE_INFINITY): this {
    const last = Math.min(end, start + most);
    // A few bytes more, for readers that look ahead.
    if (this.data.length < last - start + 8) this.data = new Uint8Array((last - start) * 2);
    const target = this.data;
    let [length, zeros] = [0, 0];
    for (let at = start; at < last; at += 1) {
      const byte = source[at]!;
      if (zeros >= 2 && byte === 3) {
        zeros = 0;
        continue;
      }
      zeros = byte === 0 ? zeros + 1 : 0;
      target[length++] = byte;
    }
    target.fill(0, length, length + 8);
    this.length = length;
    this.#source = source;
    this.#start = start;
    return this;
  }

  /** Where a byte of the payload is in what it was copied from. */
  placeOf(byte: number): number {
    let [at, zeros] = [this.#start, 0];
    for (let left = byte; left > 0 && at < this.#source.length; at += 1) {
      const isEscape = zeros >= 2 && this.#source[at] === 3;
      zeros = this.#source[at] === 0 ? zeros + 1 : 0;
      if (!isEscape) left -= 1;
    }
    return at;
  }

  /** The place of rbsp_stop_one_bit, in bits: the last that is 1. */
  stopBit(): number {
    let last = this.length - 1;
    while (last >= 0 && this.data[last] === 0) last -= 1;
    if (last < 0) throw new FormError('has a NAL unit without its last bit');
    const byte = this.data[last]!;
    return 8 * last + 7 - (31 - Math.clz32(byte & -byte));
  }
}
