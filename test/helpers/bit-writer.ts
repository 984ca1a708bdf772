/** Writes headers bit by bit. */
export class BitWriter {
  readonly #bits: number[] = [];

  get length(): number {
    return this.#bits.length;
  }

  /** Write `value` in `count` bits, at most 32, the highest first; answers `value`. */
  put(value: number, count: number): number {
    for (let bit = count - 1; bit >= 0; bit -= 1) this.#bits.push(Math.floor(value / 2 ** bit) % 2);
    return value;
  }

  /** Write bits as they look, with blanks wherever they help: `1 00 0101`. */
  bits(text: string): this {
    for (const bit of text.replaceAll(' ', '')) this.put(Number(bit), 1);
    return this;
  }

  /** What was written, with zero bits up to the end of the last byte. */
  bytes(): Uint8Array {
    const bytes = new Uint8Array(Math.ceil(this.#bits.length / 8));
    this.#bits.forEach((bit, index) => {
      bytes[index >> 3]! |= bit << (7 - (index & 7));
    });
    return bytes;
  }
}
