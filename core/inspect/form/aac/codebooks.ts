import { type Bits, FormError } from '../bits.ts';

/** Bits that the first look at a code takes. */
const LOOK = 9;

/**
 * A Huffman codebook of AAC (ISO/IEC 14496-3, 4.A.1), as far as stepping over codes needs it: codes of one length are neighbours, shorter
 * ones come first, none is left out. So how many there are of each length says which is which.
 */
class Codebook {
  /** Spectral values of a code. */
  readonly values: 2 | 4;
  /** By the next bits: length × 65536 + number of the code; 0: it is longer. */
  readonly #short = new Uint32Array(1 << LOOK);
  readonly #counts: readonly number[];
  /** Sign bits + 5 × escape sequences that follow each code. */
  readonly #tails: Uint8Array | undefined;

  /** @param counts of codes of 1 bit, 2 bits, …; @param tails a character a code, from `0` */
  constructor(counts: string, values: 2 | 4, tails?: string) {
    this.values = values;
    this.#counts = counts.split(' ').map(Number);
    this.#tails =
      tails === undefined ? undefined : Uint8Array.from(tails, (tail) => tail.charCodeAt(0) - 0x30);
    let [code, number] = [0, 0];
    for (const [place, count] of this.#counts.entries()) {
      const rest = LOOK - place - 1;
      for (let index = 0; index < count && rest >= 0; index += 1)
        this.#short.fill(
          (place + 1) * 0x10000 + number + index,
          (code + index) << rest,
          (code + index + 1) << rest,
        );
      number += count;
      code = (code + count) * 2;
    }
  }

  /** The number of the next code. */
  read(bits: Bits): number {
    const known = this.#short[bits.peek(LOOK)]!;
    if (known !== 0) {
      bits.skip(known >>> 16);
      return known & 0xffff;
    }
    let [code, first, before] = [0, 0, 0];
    for (const count of this.#counts) {
      code += bits.read(1);
      if (code - first < count) return before + code - first;
      before += count;
      first = (first + count) * 2;
      code *= 2;
    }
    throw new FormError('has a code that no codebook has');
  }

  /** A code, its signs and its escape sequences. */
  skip(bits: Bits): void {
    const code = this.read(bits);
    if (this.#tails === undefined) return;
    const tail = this.#tails[code]!;
    bits.skip(tail % 5);
    for (let escapes = (tail / 5) | 0; escapes > 0; escapes -= 1) skipEscape(bits);
  }
}

/** The longest escape_prefix: values reach 8191. */
const LONGEST_PREFIX = 8;

/** escape_sequence: ones, a zero, then four bits more than there were ones. */
function skipEscape(bits: Bits): void {
  let ones = 0;
  while (bits.read(1) === 1) ones += 1;
  if (ones > LONGEST_PREFIX) throw new FormError('has a spectral value that is too large');
  bits.skip(ones + 4);
}

/** hcod of spectral_data(), from 1. */
export const SPECTRUM: readonly Codebook[] = [
  new Codebook('1 0 0 0 8 0 24 0 24 8 16', 4),
  new Codebook('0 0 1 1 7 24 15 19 14', 4),
  new Codebook(
    '1 0 0 4 2 6 3 5 15 15 8 9 3 3 5 2',
    4,
    '011112222232343311223232331221224334323244332333223243344233333344442233434443233',
  ),
  new Codebook(
    '0 0 0 10 6 0 9 21 8 14 11 2',
    4,
    '433331202222121144443333333333332222222222221111444444333333333433344422222243333',
  ),
  new Codebook('1 0 0 4 4 0 4 12 12 12 18 10 4', 2),
  new Codebook('0 0 0 9 0 16 13 8 23 8 4', 2),
  new Codebook(
    '1 0 2 1 0 4 5 10 14 15 8 4',
    2,
    '0112221122211222222221122212122222222211222222222222112222222222',
  ),
  new Codebook(
    '0 0 1 5 7 10 14 15 8 4',
    2,
    '2212120112222222221122222222221212222222121222222222221212222112',
  ),
  new Codebook(
    '1 0 2 1 0 4 3 8 11 20 31 38 32 14 4',
    2,
    '0112221122211222222221122222221212222222212222222212221222212222112222222222222122212222222222222222' +
      '222212212222222122222222222222212212222122222222222222222222222222222',
  ),
  new Codebook(
    '0 0 0 3 8 14 17 25 31 41 22 8',
    2,
    '2222112222211222202211222222222222121222222222222121222222222222222222122222122222222222222222121222' +
      '222212222221222222222222222221212122222222222222212122212221222222122',
  ),
  new Codebook(
    '0 0 0 2 6 7 16 59 55 95 43 6',
    2,
    '02<1122222212122222221122222222222222277777271217277772222277227772272777272277222177222212772272722' +
      '2222272212222221222222222222221222222222226222222621222222222222222222222222222222122222222222222222' +
      '21222222222222222222222222222112222222222222222222222222212212122212222211222212212112112',
  ),
];

/** hcod_sf. */
export const SCALE_FACTORS = new Codebook('1 0 1 3 2 4 3 5 4 6 6 6 5 8 4 7 3 7 46', 2);

/** Scale factor differences + 60, by the numbers of their codes. */
export const SCALE_FACTOR_OF = Uint8Array.from(
  (
    '60 59 61 58 62 57 63 56 64 55 65 66 54 67 53 68 52 69 51 70 50 49 71 72 48 73 47 74 46 76 75 77 78 ' +
    '45 43 44 79 42 41 80 40 81 39 82 38 83 37 35 85 33 36 34 84 32 87 89 30 31 86 29 26 27 28 24 88 25 ' +
    '22 23 90 21 19 3 1 2 0 98 99 100 101 102 117 97 91 92 93 94 95 96 104 111 112 113 114 115 116 110 ' +
    '105 106 107 108 109 118 6 8 9 10 5 103 120 119 4 7 15 16 18 20 17 11 12 14 13'
  )
    .split(' ')
    .map(Number),
);
