import { BitstreamError } from './bit-reader.ts';

/**
 * Reads bits, first bit of a byte first, from bytes without emulation prevention: configurations of audio codecs, headers
 * of AV1 and VP9. Reading past the end throws a BitstreamError.
 */
export class BitReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #position: number;
  /** Bits of the byte before `#position` that are still to be read. */
  #rest = 0;

  /** Reads the bytes from `start` to `end` of `bytes`. */
  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#position = start;
    this.#end = end;
  }

  /** Bits that are still to be read. */
  get left(): number {
    return (this.#end - this.#position) * 8 + this.#rest;
  }

  /** The first byte of which no bit was read: what was read ends before it. */
  get position(): number {
    return this.#position;
  }

  /** The next `count` bits, at most 32, as a number. */
  read(count: number): number {
    if (count > this.left) throw new BitstreamError('is cut short');
    let value = 0;
    for (let wanted = count; wanted > 0; ) {
      if (this.#rest === 0) {
        this.#position += 1;
        this.#rest = 8;
      }
      const taken = Math.min(wanted, this.#rest);
      this.#rest -= taken;
      wanted -= taken;
      const bits = (this.#bytes[this.#position - 1]! >> this.#rest) & ((1 << taken) - 1);
      value = value * (1 << taken) + bits;
    }
    return value;
  }

  flag(): boolean {
    return this.read(1) === 1;
  }

  /** Pass over `count` bits, any number. */
  skip(count: number): void {
    if (count > this.left) throw new BitstreamError('is cut short');
    const beyond = count - this.#rest;
    if (beyond <= 0) {
      this.#rest -= count;
      return;
    }
    const bytes = Math.ceil(beyond / 8);
    this.#position += bytes;
    this.#rest = bytes * 8 - beyond;
  }
}
