import { FormError } from '../bits.ts';
import { type CodecForm, protectedWithin, type SampleBytes, type SampleForm } from '../codec-form.ts';
import { CRC_8, CRC_16 } from './crc.ts';

/** Bits of the sync code, with the reserved one behind it. */
const SYNC_BITS = 15;

/** FLAC (RFC 9639, 9): a frame's header with its CRC of 8 bits, and the CRC of 16 bits at its end. */
export class FlacForm implements CodecForm {
  at = 0;

  check(sample: SampleBytes): SampleForm {
    const { data, start, end } = sample;
    this.at = start;
    if (end - start < 9 || data[start] !== 0xff || (data[start + 1]! & 0xfe) !== 0xf8)
      throw new FormError('has no sync code of FLAC');
    const headerEnd = this.#headerEnd(data, start);
    this.at = headerEnd;
    if (headerEnd + 3 > end) throw new FormError('ends in the header of a FLAC frame');
    if (CRC_8.of(data, start, headerEnd + 1) !== 0)
      throw new FormError('has a FLAC header whose CRC is wrong');
    this.at = end - 2;
    if (CRC_16.of(data, start, end) !== 0) throw new FormError('has a FLAC frame whose CRC is wrong');
    const exactBits =
      (protectedWithin(sample, start, start + 2) === 2 ? SYNC_BITS : 0) +
      (protectedWithin(sample, start + 2, headerEnd + 1) > 0 ? 8 : 0) +
      (protectedWithin(sample, headerEnd + 1, end) >= 2 ? 16 : 0);
    return { isWalked: false, exactBits };
  }

  /** Where the CRC of the frame header is. */
  #headerEnd(data: Uint8Array, start: number): number {
    const [sizes, channels] = [data[start + 2]!, data[start + 3]!];
    const [blockSize, sampleRate] = [sizes >> 4, sizes & 15];
    if (blockSize === 0 || sampleRate === 15 || channels >> 4 > 10 || (channels & 1) !== 0)
      throw new FormError('has a reserved value in its FLAC header');
    const first = data[start + 4]!;
    const ones = Math.clz32(~(first << 24));
    if (ones === 1 || ones > 7) throw new FormError('has a frame number that is not coded as FLAC codes it');
    let at = start + 4 + Math.max(1, ones);
    if (blockSize === 6) at += 1;
    if (blockSize === 7) at += 2;
    if (sampleRate === 12) at += 1;
    if (sampleRate === 13 || sampleRate === 14) at += 2;
    return at;
  }
}
