import type { MediaSegment } from '../model/media-segment.ts';
import type { SampleProtection } from '../model/media-track.ts';

/** Bytes of a block of AES. */
export const BLOCK = 16;

type Pattern = Pick<SampleProtection, 'scheme' | 'cryptBlocks' | 'skipBlocks'>;

/** Whether only some blocks of a range are encrypted (ISO/IEC 23001-7, 9.6). */
export const hasPattern = ({ cryptBlocks, skipBlocks }: Pattern): boolean => cryptBlocks + skipBlocks > 0;

/** How many bytes of a protected range go through the cipher. In `cenc` all of them, else whole blocks alone (9.6 and 9.7). */
export function encryptedBytes(length: number, protection: Pattern): number {
  if (!hasPattern(protection)) return protection.scheme === 'cenc' ? length : length - (length % BLOCK);
  const { cryptBlocks, skipBlocks } = protection;
  const blocks = Math.floor(length / BLOCK);
  const period = cryptBlocks + skipBlocks;
  const whole = Math.floor(blocks / period);
  return BLOCK * (whole * cryptBlocks + Math.min(cryptBlocks, blocks - whole * period));
}

/** What decryption needs to know of samples: a row each. */
export type EncryptedRows = Pick<
  MediaSegment,
  | 'count'
  | 'starts'
  | 'protectedBy'
  | 'protections'
  | 'protectedBytes'
  | 'ivs'
  | 'subsamples'
  | 'subsampleStarts'
>;

/** Which rows are decrypted, and with what. */
export interface Decryption {
  /** Their number in `protectedBy`. */
  readonly number: number;
  readonly protection: SampleProtection;
  readonly key: Uint8Array;
}

/** Each protected range of a sample, in the bytes of the segment. */
export function eachRange(
  { starts, subsamples, subsampleStarts }: EncryptedRows,
  row: number,
  use: (from: number, to: number) => void,
): void {
  const [first, last] = [subsampleStarts[row]!, subsampleStarts[row + 1]!];
  let at = starts[row]!;
  if (first === last) use(at, starts[row + 1]!);
  for (let subsample = first; subsample < last; subsample++) {
    at += subsamples[2 * subsample]!;
    const end = at + subsamples[2 * subsample + 1]!;
    if (end > at) use(at, end);
    at = end;
  }
}
