import type { BitReader } from '../../base/plain-bit-reader.ts';

/**
 * A Huffman codebook of AAC (ISO/IEC 14496-3, 4.A.1), as far as stepping over codes needs it. Codes of one length are neighbours, and
 * shorter ones come first: how many there are of each length says it all.
 */
interface Codebook {
  /** Codes of 1 bit, 2 bits, … */
  readonly counts: readonly number[];
  /** Spectral values of a code. */
  readonly values: 2 | 4;
  /** What follows each code, in their order: a character, from `0`, is sign bits + 5 × escape sequences. None: signs are in the codes. */
  readonly tails?: string;
}

const book = (counts: string, values: 2 | 4, tails?: string): Codebook => ({
  counts: counts.split(' ').map(Number),
  values,
  ...(tails !== undefined && { tails }),
});

/** Spectrum codebooks, from 1. */
const SPECTRUM: readonly Codebook[] = [
  book('1 0 0 0 8 0 24 0 24 8 16', 4),
  book('0 0 1 1 7 24 15 19 14', 4),
  book(
    '1 0 0 4 2 6 3 5 15 15 8 9 3 3 5 2',
    4,
    '011112222232343311223232331221224334323244332333223243344233333344442233434443233',
  ),
  book(
    '0 0 0 10 6 0 9 21 8 14 11 2',
    4,
    '433331202222121144443333333333332222222222221111444444333333333433344422222243333',
  ),
  book('1 0 0 4 4 0 4 12 12 12 18 10 4', 2),
  book('0 0 0 9 0 16 13 8 23 8 4', 2),
  book('1 0 2 1 0 4 5 10 14 15 8 4', 2, '0112221122211222222221122212122222222211222222222222112222222222'),
  book('0 0 1 5 7 10 14 15 8 4', 2, '2212120112222222221122222222221212222222121222222222221212222112'),
  book(
    '1 0 2 1 0 4 3 8 11 20 31 38 32 14 4',
    2,
    '0112221122211222222221122222221212222222212222222212221222212222112222222222222122212222222222222222' +
      '222212212222222122222222222222212212222122222222222222222222222222222',
  ),
  book(
    '0 0 0 3 8 14 17 25 31 41 22 8',
    2,
    '2222112222211222202211222222222222121222222222222121222222222222222222122222122222222222222222121222' +
      '222212222221222222222222222221212122222222222222212122212221222222122',
  ),
  book(
    '0 0 0 2 6 7 16 59 55 95 43 6',
    2,
    '02<1122222212122222221122222222222222277777271217277772222277227772272777272277222177222212772272722' +
      '2222272212222221222222222222221222222222226222222621222222222222222222222222222222122222222222222222' +
      '21222222222222222222222222222112222222222222222222222222212212122212222211222212212112112',
  ),
];

const SCALE_FACTORS = book('1 0 1 3 2 4 3 5 4 6 6 6 5 8 4 7 3 7 46', 2);

/** The number of the next code. The books leave no code out: a search always ends. */
function readCode(bits: BitReader, { counts }: Codebook): number {
  let [code, first, before] = [0, 0, 0];
  for (const count of counts) {
    code += bits.read(1);
    if (code - first < count) return before + code - first;
    before += count;
    first = (first + count) * 2;
    code *= 2;
  }
  throw new RangeError('a codebook with gaps');
}

/** hcod_sf. */
export const skipScaleFactor = (bits: BitReader): void => {
  readCode(bits, SCALE_FACTORS);
};

/** spectral_data() of so many values in one codebook, 1 to 11. */
export function skipSpectrum(bits: BitReader, codebook: number, values: number): void {
  const used = SPECTRUM[codebook - 1]!;
  for (let at = 0; at < values; at += used.values) {
    const code = readCode(bits, used);
    if (used.tails === undefined) continue;
    const tail = used.tails.charCodeAt(code) - 0x30;
    bits.skip(tail % 5);
    for (let escapes = Math.floor(tail / 5); escapes > 0; escapes--) skipEscape(bits);
  }
}

/** hcod_esc: ones, a zero, then four bits more than there were ones. */
function skipEscape(bits: BitReader): void {
  let ones = 0;
  while (bits.read(1) === 1) ones += 1;
  bits.skip(ones + 4);
}
