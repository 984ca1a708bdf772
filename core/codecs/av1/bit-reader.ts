import { BitstreamError } from '../../base/bit-reader.ts';
import { BitReader } from '../../base/plain-bit-reader.ts';

/** Reads the descriptors of AV1 headers (AV1 specification, 4.10). */
export class Av1BitReader extends BitReader {
  /** su(n): two's complement. */
  su(count: number): number {
    const value = this.read(count);
    const half = 2 ** (count - 1);
    return value < half ? value : value - 2 * half;
  }

  /** ns(n): a number below `limit`, which is at least 1, in as few bits as that takes. */
  ns(limit: number): number {
    const bits = 32 - Math.clz32(limit);
    const short = 2 ** bits - limit;
    const value = this.read(bits - 1);
    return value < short ? value : value * 2 - short + this.read(1);
  }

  /** Pass over a uvlc(). */
  skipUvlc(): void {
    let zeros = 0;
    while (!this.flag()) zeros += 1;
    if (zeros < 32) this.skip(zeros);
  }

  /** byte_alignment(): to the next byte. */
  align(): void {
    if (this.read(this.left % 8) !== 0)
      throw new BitstreamError('has a header that does not end in zero bits');
  }
}
