/** Reads fields of a NAL unit whose emulation prevention is gone (ITU-T H.264, 7.2 and 9.1). Behind its end there are zeros. */
export class Bits {
  readonly #bytes: Uint8Array;
  /** Bits read so far. */
  position: number;

  constructor(bytes: Uint8Array, from = 0) {
    this.#bytes = bytes;
    this.position = 8 * from;
  }

  u(count: number): number {
    let value = 0;
    for (let bit = 0; bit < count; bit++) {
      value = value * 2 + (((this.#bytes[this.position >> 3] ?? 0) >> (7 - (this.position & 7))) & 1);
      this.position += 1;
    }
    return value;
  }

  flag(): boolean {
    return this.u(1) === 1;
  }

  skip(count: number): void {
    this.position += count;
  }

  /** Exp-Golomb. More than 32 leading zeros are damage: then 0. */
  ue(): number {
    let zeros = 0;
    while (zeros <= 32 && this.u(1) === 0) zeros += 1;
    return zeros > 32 ? 0 : 2 ** zeros - 1 + this.u(zeros);
  }

  se(): number {
    const value = this.ue();
    return value % 2 === 1 ? (value + 1) / 2 : -value / 2;
  }
}
