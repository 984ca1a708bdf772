import type { Bits } from '../bits.ts';
import { FormError } from '../bits.ts';

/** Codes of variable length, looked up by the next bits. */
export class Vlc {
  readonly #bits: number;
  /** By the next bits: length × 256 + value; 0: no code. */
  readonly #table: Uint16Array;

  /** @param codes each as its length, its bits as a number, and what it stands for */
  constructor(codes: readonly (readonly [length: number, code: number, value: number])[]) {
    this.#bits = Math.max(...codes.map(([length]) => length));
    this.#table = new Uint16Array(1 << this.#bits);
    for (const [length, code, value] of codes) {
      const rest = this.#bits - length;
      this.#table.fill(length * 256 + value, code << rest, (code + 1) << rest);
    }
  }

  read(bits: Bits): number {
    const found = this.#table[bits.peek(this.#bits)]!;
    if (found === 0) throw new FormError('has a code that the standard has not');
    bits.skip(found >> 8);
    return found & 255;
  }
}

const numbers = (text: string): number[] => text.trim().split(/\s+/).map(Number);

/** Lengths and codes side by side, in rows; a length of 0 is no code. */
function rows(lengths: string, codes: string, standsFor: (index: number) => number): Vlc {
  const values = numbers(codes);
  return new Vlc(
    numbers(lengths).flatMap((length, index) =>
      length === 0 ? [] : [[length, values[index]!, standsFor(index)] as const],
    ),
  );
}

/** total_coeff × 4 + trailing_ones, as they stand in four columns. */
const token = (lengths: string, codes: string): Vlc => rows(lengths, codes, (index) => index);

/** coeff_token (ITU-T H.264, table 9-5), by what is around a block: nC below 2, 4, 8, and from 8 on. */
export const COEFF_TOKEN: readonly Vlc[] = [
  token(
    `1 0 0 0  6 2 0 0  8 6 3 0  9 8 7 5  10 9 8 6  11 10 9 7  13 11 10 8  13 13 11 9  13 13 13 10
     14 14 13 11  14 14 14 13  15 15 14 14  15 15 15 14  16 15 15 15  16 16 16 15  16 16 16 16  16 16 16 16`,
    `1 0 0 0  5 1 0 0  7 4 1 0  7 6 5 3  7 6 5 3  7 6 5 4  15 6 5 4  11 14 5 4  8 10 13 4
     15 14 9 4  11 10 13 12  15 14 9 12  11 10 13 8  15 1 9 12  11 14 13 8  7 10 9 12  4 6 5 8`,
  ),
  token(
    `2 0 0 0  6 2 0 0  6 5 3 0  7 6 6 4  8 6 6 4  8 7 7 5  9 8 8 6  11 9 9 6  11 11 11 7
     12 11 11 9  12 12 12 11  12 12 12 11  13 13 13 12  13 13 13 13  13 14 13 13  14 14 14 13  14 14 14 14`,
    `3 0 0 0  11 2 0 0  7 7 3 0  7 10 9 5  7 6 5 4  4 6 5 6  7 6 5 8  15 6 5 4  11 14 13 4
     15 10 9 4  11 14 13 12  8 10 9 8  15 14 13 12  11 10 9 12  7 11 6 8  9 8 10 1  7 6 5 4`,
  ),
  token(
    `4 0 0 0  6 4 0 0  6 5 4 0  6 5 5 4  7 5 5 4  7 5 5 4  7 6 6 4  7 6 6 4  8 7 7 5
     8 8 7 6  9 8 8 7  9 9 8 8  9 9 9 8  10 9 9 9  10 10 10 10  10 10 10 10  10 10 10 10`,
    `15 0 0 0  15 14 0 0  11 15 13 0  8 12 14 12  15 10 11 11  11 8 9 10  9 14 13 9  8 10 9 8  15 14 13 13
     11 14 10 12  15 10 13 12  11 14 9 12  8 10 13 8  13 7 9 12  9 12 11 10  5 8 7 6  1 4 3 2`,
  ),
  new Vlc([
    [6, 3, 0],
    ...Array.from({ length: 64 }, (_, code) => [6, code, 4 + code] as const).filter(
      ([, code]) => (code & 3) <= (code >> 2) + 1 && code !== 3,
    ),
  ]),
];

/** coeff_token of the DC coefficients of chroma, of 4:2:0 and of 4:2:2. */
export const CHROMA_DC_TOKEN = {
  4: token('2 0 0 0  6 1 0 0  6 6 3 0  6 7 7 6  6 8 8 7', '1 0 0 0  7 1 0 0  4 6 1 0  3 3 2 5  2 3 2 0'),
  8: token(
    '1 0 0 0  7 2 0 0  7 7 3 0  9 7 7 5  9 9 7 6  10 10 9 7  11 11 10 7  12 12 11 10  13 12 12 11',
    '1 0 0 0  15 1 0 0  14 13 1 0  7 12 11 1  6 5 10 1  7 6 4 9  7 6 5 8  7 6 5 4  7 5 4 4',
  ),
} as const;

const zeros = (...tables: readonly (readonly [lengths: string, codes: string])[]): Vlc[] =>
  tables.map(([lengths, codes]) => rows(lengths, codes, (index) => index));

/** total_zeros (tables 9-7 and 9-8), by the number of coefficients, from 1. */
export const TOTAL_ZEROS: readonly Vlc[] = zeros(
  ['1 3 3 4 4 5 5 6 6 7 7 8 8 9 9 9', '1 3 2 3 2 3 2 3 2 3 2 3 2 3 2 1'],
  ['3 3 3 3 3 4 4 4 4 5 5 6 6 6 6', '7 6 5 4 3 5 4 3 2 3 2 3 2 1 0'],
  ['4 3 3 3 4 4 3 3 4 5 5 6 5 6', '5 7 6 5 4 3 4 3 2 3 2 1 1 0'],
  ['5 3 4 4 3 3 3 4 3 4 5 5 5', '3 7 5 4 6 5 4 3 3 2 2 1 0'],
  ['4 4 4 3 3 3 3 3 4 5 4 5', '5 4 3 7 6 5 4 3 2 1 1 0'],
  ['6 5 3 3 3 3 3 3 4 3 6', '1 1 7 6 5 4 3 2 1 1 0'],
  ['6 5 3 3 3 2 3 4 3 6', '1 1 5 4 3 3 2 1 1 0'],
  ['6 4 5 3 2 2 3 3 6', '1 1 1 3 3 2 2 1 0'],
  ['6 6 4 2 2 3 2 5', '1 0 1 3 2 1 1 1'],
  ['5 5 3 2 2 2 4', '1 0 1 3 2 1 1'],
  ['4 4 3 3 1 3', '0 1 1 2 1 3'],
  ['4 4 2 1 3', '0 1 1 1 1'],
  ['3 3 1 2', '0 1 1 1'],
  ['2 2 1', '0 1 1'],
  ['1 1', '0 1'],
);

/** The same of the DC coefficients of chroma (table 9-9). */
export const CHROMA_DC_ZEROS = {
  4: zeros(['1 2 3 3', '1 1 1 0'], ['1 2 2', '1 1 0'], ['1 1', '1 0']),
  8: zeros(
    ['1 3 3 4 4 4 5 5', '1 2 3 2 3 1 1 0'],
    ['3 2 3 3 3 3 3', '0 1 1 4 5 6 7'],
    ['3 3 2 2 3 3', '0 1 1 2 6 7'],
    ['3 2 2 2 3', '6 0 1 2 7'],
    ['2 2 2 2', '0 1 2 3'],
    ['2 2 1', '0 1 1'],
    ['1 1', '0 1'],
  ),
} as const;

/** run_before (table 9-10), by the zeros that are left, from 1; the last from 7 on. */
export const RUN_BEFORE: readonly Vlc[] = zeros(
  ['1 1', '1 0'],
  ['1 2 2', '1 1 0'],
  ['2 2 2 2', '3 2 1 0'],
  ['2 2 2 3 3', '3 2 1 1 0'],
  ['2 2 3 3 3 3', '3 2 3 2 1 0'],
  ['2 3 3 3 3 3 3', '3 0 1 3 2 5 4'],
  ['3 3 3 3 3 3 3 4 5 6 7 8 9 10 11', '7 6 5 4 3 2 1 1 1 1 1 1 1 1 1'],
);

/** coded_block_pattern by codeNum (table 9-4), with chroma of its own and without; of Intra and of Inter. */
export const PATTERNS = {
  chroma: {
    intra: numbers(
      '47 31 15 0 23 27 29 30 7 11 13 14 39 43 45 46 16 3 5 10 12 19 21 26 28 35 37 42 44 1 2 4 8 17 18 20 24 6 9 22 25 32 33 34 36 40 38 41',
    ),
    inter: numbers(
      '0 16 1 2 4 8 32 3 5 10 12 15 47 7 11 13 14 6 9 31 35 37 42 44 33 34 36 40 39 43 45 46 17 18 20 24 19 21 26 28 23 27 29 30 22 25 38 41',
    ),
  },
  plain: {
    intra: numbers('15 0 7 11 13 14 3 5 10 12 1 2 4 8 6 9'),
    inter: numbers('0 1 2 4 8 3 5 10 12 15 7 11 13 14 6 9'),
  },
} as const;
