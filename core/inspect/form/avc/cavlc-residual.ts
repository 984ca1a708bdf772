import { type Bits, FormError } from '../bits.ts';
import {
  CHROMA_DC_TOKEN,
  CHROMA_DC_ZEROS,
  COEFF_TOKEN,
  RUN_BEFORE,
  TOTAL_ZEROS,
  type Vlc,
} from './cavlc-tables.ts';

/** The longest level_prefix of any profile. */
const LONGEST_PREFIX = 15 + 8;

/** residual_block_cavlc() of a block that codes so many values at the most. @param around nC. @returns TotalCoeff */
export function walkBlock(bits: Bits, around: number, most: number): number {
  const table = around < 2 ? 0 : around < 4 ? 1 : around < 8 ? 2 : 3;
  return walkCoefficients(bits, COEFF_TOKEN[table]!, TOTAL_ZEROS, most, most < 16 ? 16 : most);
}

/** The same of the DC coefficients of a chroma plane: 4, or 8 of 4:2:2. */
export const walkChromaDc = (bits: Bits, most: 4 | 8): number =>
  walkCoefficients(bits, CHROMA_DC_TOKEN[most], CHROMA_DC_ZEROS[most], most, most);

function walkCoefficients(
  bits: Bits,
  tokens: Vlc,
  zeroTables: readonly Vlc[],
  most: number,
  full: number,
): number {
  const token = tokens.read(bits);
  const total = token >> 2;
  if (total === 0) return 0;
  if (total > most) throw new FormError('has more coefficients in a block than there are');
  walkLevels(bits, total, token & 3);
  if (total === full || total === most) return total;
  let left = zeroTables[total - 1]!.read(bits);
  if (left > most - total) throw new FormError('has more zeros in a block than there are');
  for (let index = 1; index < total && left > 0; index += 1) {
    const run = RUN_BEFORE[Math.min(left, 7) - 1]!.read(bits);
    if (run > left) throw new FormError('has a run of more zeros than there are');
    left -= run;
  }
  return total;
}

/** Signs of trailing ones, then levels (9.2.2). */
function walkLevels(bits: Bits, total: number, ones: number): void {
  bits.skip(ones);
  let suffix = total > 10 && ones < 3 ? 1 : 0;
  for (let index = ones; index < total; index += 1) {
    let prefix = 0;
    while (bits.read(1) === 0) {
      prefix += 1;
      if (prefix > LONGEST_PREFIX) throw new FormError('has a level that is too large');
    }
    let code = Math.min(15, prefix) << suffix;
    const size = prefix === 14 && suffix === 0 ? 4 : prefix >= 15 ? prefix - 3 : suffix;
    if (size > 0) code += bits.read(size);
    if (prefix >= 15 && suffix === 0) code += 15;
    if (prefix >= 16) code += (1 << (prefix - 3)) - 4096;
    if (index === ones && ones < 3) code += 2;
    const level = (code >> 1) + 1;
    if (suffix === 0) suffix = 1;
    if (level > 3 << (suffix - 1) && suffix < 6) suffix += 1;
  }
}
