/** The bytes of a sample are not what its codec says they are. */
export class FormError extends Error {
  override readonly name = 'FormError';
}

/** The sample uses a tool that is not followed here: nothing is said of it. */
export class NotFollowed extends Error {
  override readonly name = 'NotFollowed';
}

/**
 * Reads bits, first bit of a byte first. Made for walks through whole samples: one of it serves all samples, and `peek` and `skip` are
 * what tables of codes need. Reading past the end throws a FormError.
 */
export class Bits {
  data: Uint8Array = new Uint8Array(0);
  /** In bits, from the start of `data`. */
  position = 0;
  end = 0;

  /** Read the bytes from `start` to `end`. */
  open(data: Uint8Array, start: number, end: number): this {
    this.data = data;
    this.position = start * 8;
    this.end = end * 8;
    return this;
  }

  /** Bits that are still to be read. */
  get left(): number {
    return this.end - this.position;
  }

  /** The next bits, at most 25, zeros behind the end; they stay to be read. */
  peek(count: number): number {
    const at = this.position >> 3;
    const word =
      ((this.data[at] ?? 0) << 24) |
      ((this.data[at + 1] ?? 0) << 16) |
      ((this.data[at + 2] ?? 0) << 8) |
      (this.data[at + 3] ?? 0);
    return (word << (this.position & 7)) >>> (32 - count);
  }

  /** Pass over any number of bits. */
  skip(count: number): void {
    this.position += count;
    if (this.position > this.end) throw new FormError('ends before its syntax does');
  }

  /** u(n), 0 ≤ n ≤ 32. */
  read(count: number): number {
    if (count === 0) return 0;
    if (count > 16) {
      const high = this.read(count - 16);
      return high * 0x10000 + this.read(16);
    }
    const value = this.peek(count);
    this.skip(count);
    return value;
  }

  flag(): boolean {
    return this.read(1) === 1;
  }

  /** ue(v) (ITU-T H.264, 9.1): 0 to 2^32 − 2. */
  ue(): number {
    let zeros = 0;
    while (this.read(1) === 0) {
      zeros += 1;
      if (zeros > 31) throw new FormError('has an Exp-Golomb code that is too long');
    }
    return 2 ** zeros - 1 + this.read(zeros);
  }

  /** ue(v) of which the standard allows 0 to `most`; `what` is its name there. */
  ueUpTo(most: number, what: string): number {
    const value = this.ue();
    if (value > most) throw new FormError(`has ${what} ${value}, more than the ${most} of the standard`);
    return value;
  }

  /** se(v). */
  se(): number {
    const code = this.ue();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }

  /** se(v) of which the standard allows `least` to `most`. */
  seWithin(least: number, most: number, what: string): number {
    const value = this.se();
    if (value < least || value > most)
      throw new FormError(`has ${what} ${value}, which the standard has not`);
    return value;
  }

  /** Go on at a whole byte. */
  align(): void {
    this.position = (this.position + 7) & ~7;
  }
}
