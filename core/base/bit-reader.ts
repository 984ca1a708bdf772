/** The bytes break the codec's syntax. Whoever knows the file's name turns this into a PackagerError. */
export class BitstreamError extends Error {
  override readonly name = 'BitstreamError';
}

/**
 * Reads the RBSP of a NAL unit bit by bit from its escaped bytes (ITU-T H.264 and H.265, 7.3.1): the 03 of 00 00 03 is
 * stepped over when it is reached, so nothing is copied and `position` counts bytes as they are stored.
 * One reader serves any number of NAL units. Reading past the end throws a BitstreamError.
 */
export class RbspReader {
  #data: Uint8Array = new Uint8Array(0);
  #position = 0;
  #end = 0;
  #byte = 0;
  /** Bits of `#byte` that are still to be read. */
  #left = 0;
  /** Zero bytes in a row just before `#position`. */
  #zeros = 0;

  /** Start at the byte `start`, just after a NAL unit header; the NAL unit ends before `end`. */
  open(data: Uint8Array, start: number, end: number): this {
    this.#data = data;
    this.#position = start;
    this.#end = end;
    this.#left = 0;
    this.#zeros = 0;
    return this;
  }

  /** The first byte of which no bit was read: what was read ends before it. */
  get position(): number {
    return this.#position;
  }

  /** All bits are read. */
  get isOver(): boolean {
    const isEscape = this.#zeros >= 2 && this.#data[this.#position] === 3;
    return this.#left === 0 && this.#position + Number(isEscape) >= this.#end;
  }

  /** u(n), 0 ≤ n ≤ 32. */
  bits(count: number): number {
    let value = 0;
    let wanted = count;
    while (wanted > 0) {
      if (this.#left === 0) this.#load();
      const taken = Math.min(wanted, this.#left);
      this.#left -= taken;
      wanted -= taken;
      value = (value << taken) | ((this.#byte >> this.#left) & ((1 << taken) - 1));
    }
    return value >>> 0;
  }

  flag(): boolean {
    return this.bits(1) === 1;
  }

  /** Pass over any number of bits. */
  skip(count: number): void {
    let wanted = count;
    while (wanted > this.#left) {
      wanted -= this.#left;
      this.#load();
    }
    this.#left -= wanted;
  }

  /** byte_alignment() (ITU-T H.265, 7.3.2.12): a one, then zeros to the end of the byte. */
  byteAlignment(): void {
    if (!this.flag() || (this.#byte & ((1 << this.#left) - 1)) !== 0)
      throw new BitstreamError('has a slice header that does not end as the standard says');
    this.#left = 0;
  }

  /** ue(v): 0 to 2^32 − 2. */
  ue(): number {
    let zeros = 0;
    for (;;) {
      if (this.#left === 0) this.#load();
      const rest = this.#byte & ((1 << this.#left) - 1);
      if (rest !== 0) {
        const leading = Math.clz32(rest) - (32 - this.#left);
        zeros += leading;
        this.#left -= leading + 1;
        break;
      }
      zeros += this.#left;
      this.#left = 0;
      if (zeros > 31) throw new BitstreamError('has an Exp-Golomb code that is too long');
    }
    if (zeros > 31) throw new BitstreamError('has an Exp-Golomb code that is too long');
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** ue(v) of which the standard allows 0 to `most`; `what` is its name there. */
  ueUpTo(most: number, what: string): number {
    const value = this.ue();
    if (value > most) throw new BitstreamError(`has ${what} ${value}, more than the ${most} of the standard`);
    return value;
  }

  /** se(v). */
  se(): number {
    const code = this.ue();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }

  #load(): void {
    if (this.#zeros >= 2 && this.#position < this.#end && this.#data[this.#position] === 3) {
      this.#position += 1;
      this.#zeros = 0;
    }
    if (this.#position >= this.#end) throw new BitstreamError('is cut short');
    this.#byte = this.#data[this.#position]!;
    this.#zeros = this.#byte === 0 ? this.#zeros + 1 : 0;
    this.#position += 1;
    this.#left = 8;
  }
}
