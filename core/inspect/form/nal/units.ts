import { FormError } from '../bits.ts';

/** Steps through the NAL units of a sample: behind lengths (ISO/IEC 14496-15) or between start codes (Annex B). */
export class NalUnits {
  /** Bytes of a length, where there are lengths. */
  readonly #configured: number;
  /** Of the sample that is open; 0: start codes. */
  #lengthSize = 0;
  #data: Uint8Array = new Uint8Array(0);
  #next = 0;
  #last = 0;
  /** The NAL unit that is reached. */
  start = 0;
  end = 0;

  /** @param lengthSize bytes of a length as the configuration says it; 0: there is none */
  constructor(lengthSize: number) {
    this.#configured = lengthSize;
  }

  open(data: Uint8Array, start: number, end: number): this {
    this.#data = data;
    this.#lengthSize = this.#hasStartCodes(start, end) ? 0 : this.#configured;
    this.#next = this.#lengthSize === 0 ? this.#codeAfter(start, end) : start;
    this.#last = end;
    this.start = start;
    this.end = start;
    return this;
  }

  /** Go to the next one; false: there is none. @throws FormError where lengths do not fill the sample */
  next(): boolean {
    if (this.#next >= this.#last) return false;
    if (this.#lengthSize === 0) {
      this.start = this.#next;
      this.#next = this.#codeAfter(this.start, this.#last);
      this.end = this.#next < this.#last ? this.#next - 3 : this.#last;
      return true;
    }
    let length = 0;
    for (let index = 0; index < this.#lengthSize; index += 1)
      length = length * 256 + (this.#data[this.#next + index] ?? 0);
    this.start = this.#next + this.#lengthSize;
    this.end = this.start + length;
    if (this.end > this.#last) {
      this.start = this.#next;
      throw new FormError('has a NAL unit that is longer than what is left of it');
    }
    this.#next = this.end;
    return true;
  }

  /** Samples of MPEG-TS have start codes, whatever was made of their parameter sets. What looks like one may be a length. */
  #hasStartCodes(start: number, end: number): boolean {
    const data = this.#data;
    if (this.#configured === 0) return true;
    const zeros = data[start + 2] === 0 ? 3 : 2;
    for (let index = 0; index < zeros; index += 1) if (data[start + index] !== 0) return false;
    return data[start + zeros] === 1 && !this.#areLengthsRight(start, end);
  }

  #areLengthsRight(start: number, end: number): boolean {
    let at = start;
    while (at + this.#configured <= end) {
      let length = 0;
      for (let index = 0; index < this.#configured; index += 1)
        length = length * 256 + this.#data[at + index]!;
      at += this.#configured + length;
    }
    return at === end;
  }

  /** The first byte behind the next start code, or the end. */
  #codeAfter(start: number, end: number): number {
    const data = this.#data;
    for (let at = start; at + 2 < end; at += 1) {
      if (data[at + 2]! > 1) at += 2;
      else if (data[at] === 0 && data[at + 1] === 0 && data[at + 2] === 1) return at + 3;
    }
    return end;
  }
}
