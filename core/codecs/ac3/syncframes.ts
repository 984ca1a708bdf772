import { BitstreamError } from '../../base/bit-reader.ts';

const SYNC_WORD = 0x0b77;
/** The largest bsid of AC-3; E-AC-3 has 11 to 16. Both have it in the same place. */
const LAST_AC3_BSID = 10;
/** Bytes to look at: up to bsid. */
const HEADER = 6;

/** kbit/s by frmsizecod ÷ 2 (ETSI TS 102 366, table 4.13). */
const BIT_RATES: readonly number[] = [
  ...[32, 40, 48, 56, 64, 80, 96, 112, 128, 160],
  ...[192, 224, 256, 320, 384, 448, 512, 576, 640],
];

/**
 * The size of the AC-3 or E-AC-3 syncframe at `at` (ETSI TS 102 366, 4.3.1 and E.1.2.2), in bytes.
 * @param end where the sample ends
 * @throws BitstreamError when there is none, or it does not fit
 */
export function syncframeBytes(data: Uint8Array, at: number, end: number): number {
  if (at + HEADER > end || ((data[at]! << 8) | data[at + 1]!) !== SYNC_WORD) {
    throw new BitstreamError('has no syncframe where one must begin');
  }
  const bytes = data[at + 5]! >> 3 > LAST_AC3_BSID ? eac3Bytes(data, at) : ac3Bytes(data[at + 4]!);
  if (at + bytes > end) throw new BitstreamError('has a syncframe that is cut short');
  return bytes;
}

/** frmsiz: 11 bits, words less 1. */
const eac3Bytes = (data: Uint8Array, at: number): number =>
  2 * ((((data[at + 2]! & 7) << 8) | data[at + 3]!) + 1);

/** fscod and frmsizecod. At 44.1 kHz the lowest bit of frmsizecod adds a word. */
function ac3Bytes(code: number): number {
  const bitRate = BIT_RATES[(code & 0x3f) >> 1];
  const words = [
    (rate: number) => 2 * rate,
    (rate: number) => Math.floor((rate * 320) / 147) + (code & 1),
    (rate: number) => 3 * rate,
  ][code >> 6];
  if (bitRate === undefined || words === undefined) {
    throw new BitstreamError('has a syncframe of a reserved size');
  }
  return 2 * words(bitRate);
}

const SAMPLE_RATES: readonly number[] = [48_000, 44_100, 32_000];
const [BLOCK, BLOCKS] = [256, [1, 2, 3, 6]] as const;

/**
 * What the syncframe at `at` lasts: samples of a channel, 0 of a substream that is presented together with the first.
 * @throws BitstreamError when its sampling rate is reserved
 */
export function syncframeSamples(data: Uint8Array, at: number): { samples: number; sampleRate: number } {
  const isAc3 = data[at + 5]! >> 3 <= LAST_AC3_BSID;
  const [fscod, code] = [data[at + 4]! >> 6, (data[at + 4]! >> 4) & 3];
  const isHalf = fscod === 3 && !isAc3; // then `code` is fscod2, and there are six blocks
  const rate = SAMPLE_RATES[isHalf ? code : fscod];
  if (rate === undefined) throw new BitstreamError('has a syncframe of a reserved sampling rate');
  // strmtyp, whose low bit is set of a dependent substream, and substreamid.
  const isFirst = isAc3 || (data[at + 2]! & 0x78) === 0;
  const blocks = isAc3 || isHalf ? 6 : BLOCKS[code]!;
  return { samples: isFirst ? blocks * BLOCK : 0, sampleRate: isHalf ? rate / 2 : rate };
}
