import { FormError } from '../bits.ts';

/** The Boolean decoder of VP9 (bitstream specification, 9.2). One of it serves all frames. */
export class BoolDecoder {
  #data: Uint8Array = new Uint8Array(0);
  #value = 0;
  #range = 0;
  /** The next bit to read, and the end, in bits. */
  #next = 0;
  #end = 0;

  /** The byte that is reached. */
  get at(): number {
    return this.#next >> 3;
  }

  /** Begin; the first bool has to be 0. */
  open(data: Uint8Array, start: number, end: number): void {
    if (start >= end) throw new FormError('has a part of a VP9 frame without bytes');
    this.#data = data;
    this.#value = data[start]!;
    this.#range = 255;
    this.#next = 8 * (start + 1);
    this.#end = 8 * end;
    if (this.bool(128) === 1) throw new FormError('has a marker of the Boolean decoder that is not zero');
  }

  bool(probability: number): number {
    const split = 1 + (((this.#range - 1) * probability) >> 8);
    const bin = this.#value < split ? 0 : 1;
    if (bin === 0) {
      this.#range = split;
    } else {
      this.#range -= split;
      this.#value -= split;
    }
    while (this.#range < 128) {
      this.#range *= 2;
      this.#value = 2 * this.#value + this.#bit();
    }
    return bin;
  }

  /** L(n). */
  literal(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left -= 1) value = 2 * value + this.bool(128);
    return value;
  }

  /** What is left is padding, and zero. */
  close(): void {
    while (this.#next < this.#end)
      if (this.#bit() !== 0)
        throw new FormError('has a compressed header of VP9 that ends before its bytes do');
  }

  /** Zeros behind the end. */
  #bit(): number {
    if (this.#next >= this.#end) return 0;
    const bit = (this.#data[this.#next >> 3]! >> (7 - (this.#next & 7))) & 1;
    this.#next += 1;
    return bit;
  }
}
