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

  /** ue(v): `value` as an Exp-Golomb code (ITU-T H.264 and H.265, 9.1 and 9.2); answers `value`. */
  ue(value: number): number {
    const length = Math.floor(Math.log2(value + 1));
    this.put(0, length);
    this.put(value + 1, length + 1);
    return value;
  }

  /** se(v): 0, 1, -1, 2, -2 …; answers `value`. */
  se(value: number): number {
    this.ue(value > 0 ? 2 * value - 1 : -2 * value);
    return value;
  }

  /** Write all that another writer wrote. */
  append(other: BitWriter): this {
    this.#bits.push(...other.#bits);
    return this;
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
