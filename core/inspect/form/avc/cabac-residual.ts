import { FormError } from '../bits.ts';
import type { CabacEngine } from '../cabac/engine.ts';

/** ctxBlockCat (ITU-T H.264, table 9-42). */
export const CATEGORY = { dc: 0, ac: 1, luma: 2, chromaDc: 3, chromaAc: 4, luma8x8: 5 } as const;

const CODED = [85, 89, 93, 97, 101];
/** Of frames, then of fields. */
const SIGNIFICANT = [
  [105, 120, 134, 149, 152, 402],
  [277, 292, 306, 321, 324, 436],
];
const LAST = [
  [166, 181, 195, 210, 213, 417],
  [338, 353, 367, 382, 385, 451],
];
const LEVEL = [227, 237, 247, 257, 266, 426];

const digits = (text: string): Uint8Array => Uint8Array.from(text, (digit) => Number.parseInt(digit, 16));

/** ctxIdxInc of blocks of 8 × 8 by levelListIdx (table 9-43): of frames, of fields, and of the last coefficient. */
const SIGNIFICANT_8X8 = [
  digits('0123455443344455' + '444433677789a987' + '76bcdb6789ea986b' + 'cdb69ea9bcdbeac'),
  digits('0112233456777845' + '69aa8bcb99aa8bcb' + '99aa8bcb99aa8dd9' + '9aa8dd99aaeeeee'),
];
const LAST_8X8 = digits('0111111111111111' + '2222222222222222' + '3333333344444444' + '555566667777888');

/** No level is so large that its suffix has a longer prefix. */
const LONGEST_SUFFIX = 24;

/** coded_block_flag. @param beside ctxIdxInc: what blocks on the left and above say */
export const isCoded = (engine: CabacEngine, category: number, beside: number): boolean =>
  engine.decision(CODED[category]! + beside) === 1;

/**
 * The rest of residual_block_cabac() of a block that has coefficients.
 * @param most how many it codes at the most
 */
export function walkBlock(engine: CabacEngine, category: number, most: number, isField: number): void {
  const significant = SIGNIFICANT[isField]![category]!;
  const last = LAST[isField]![category]!;
  let count = 0;
  let place = 0;
  for (; place < most - 1; place += 1) {
    let [first, second] = [place, place];
    if (category === CATEGORY.luma8x8) {
      first = SIGNIFICANT_8X8[isField]![place]!;
      second = LAST_8X8[place]!;
    } else if (category === CATEGORY.chromaDc) {
      first = Math.min(2, most === 8 ? place >> 1 : place);
      second = first;
    }
    if (engine.decision(significant + first) === 0) continue;
    count += 1;
    if (engine.decision(last + second) === 1) break;
  }
  if (place === most - 1) count += 1; // nothing said that there was a last one: it is the last of all
  walkLevels(engine, LEVEL[category]!, count, category === CATEGORY.chromaDc ? 3 : 4);
}

/** coeff_abs_level_minus1 and signs. @param highest context of levels above 1, less 5 */
function walkLevels(engine: CabacEngine, base: number, count: number, highest: number): void {
  let [ones, larger] = [0, 0];
  for (let left = count; left > 0; left -= 1) {
    if (engine.decision(base + (larger > 0 ? 0 : Math.min(4, 1 + ones))) === 0) {
      ones += 1;
    } else {
      const context = base + 5 + Math.min(highest, larger);
      let prefix = 1;
      while (prefix < 14 && engine.decision(context) === 1) prefix += 1;
      if (prefix === 14) skipSuffix(engine);
      larger += 1;
    }
    engine.bypass(); // coeff_sign_flag
  }
}

/** Exp-Golomb of order 0 (9.3.2.3). */
function skipSuffix(engine: CabacEngine): void {
  let order = 0;
  while (engine.bypass() === 1) {
    order += 1;
    if (order > LONGEST_SUFFIX) throw new FormError('has a level that is too large');
  }
  for (; order > 0; order -= 1) engine.bypass();
}
