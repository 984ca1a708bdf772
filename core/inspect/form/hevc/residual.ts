import { FormError } from '../bits.ts';
import type { CabacEngine } from '../cabac/engine.ts';
import { CONTEXT } from './contexts.ts';

/** scanIdx: up-right diagonal, horizontal, vertical (ITU-T H.265, 6.5.3 to 6.5.5). */
export const SCAN = { diagonal: 0, horizontal: 1, vertical: 2 } as const;

/** Places of a square of so many places a side, x + 8 × y, in the order of a scan. */
function placesOf(side: number, scan: number): Uint8Array {
  const places: number[] = [];
  if (scan === SCAN.diagonal) {
    for (let sum = 0; sum < 2 * side - 1; sum += 1)
      for (let y = Math.min(sum, side - 1); y >= 0 && sum - y < side; y -= 1) places.push(sum - y + 8 * y);
  } else {
    for (let first = 0; first < side; first += 1)
      for (let second = 0; second < side; second += 1)
        places.push(scan === SCAN.horizontal ? second + 8 * first : first + 8 * second);
  }
  return Uint8Array.from(places);
}

/** By scan, then by base 2 logarithm of the side. */
const PLACES = Object.values(SCAN).map((scan) => [1, 2, 4, 8].map((side) => placesOf(side, scan)));
const SMALL = [0, 1, 4, 5, 2, 3, 4, 5, 6, 6, 8, 8, 7, 7, 8];

/** No level is so large that its prefix is longer. */
const LONGEST_PREFIX = 32;

/** What residual_coding() of a block depends on. */
export interface Residual {
  /** Base 2 logarithm of the side. */
  size: number;
  isChroma: boolean;
  scan: number;
  /** cu_transquant_bypass_flag. */
  isBypass: boolean;
}

/** Walks through residual_coding() (7.3.8.11), without the tools of range extensions. */
export class ResidualWalk {
  readonly #engine: CabacEngine;
  readonly #codedSubBlocks = new Uint8Array(9 * 9);
  /** Places in a sub-block of coefficients that are not 0, the last first, and their first parts of levels. */
  readonly #places = new Uint8Array(16);
  readonly #levels = new Uint8Array(16);
  signHiding = false;
  transformSkip = false;

  constructor(engine: CabacEngine) {
    this.#engine = engine;
  }

  walk(block: Residual): void {
    const engine = this.#engine;
    const { size, isChroma, scan, isBypass } = block;
    if (this.transformSkip && !isBypass && size === 2)
      engine.decision(CONTEXT.transformSkip + Number(isChroma));
    const prefixX = this.#lastPrefix(CONTEXT.lastX, size, isChroma);
    const prefixY = this.#lastPrefix(CONTEXT.lastY, size, isChroma);
    let lastX = this.#lastPlace(prefixX);
    let lastY = this.#lastPlace(prefixY);
    if (scan === SCAN.vertical) [lastX, lastY] = [lastY, lastX];
    const subBlocks = PLACES[scan]![size - 2]!;
    const inBlock = PLACES[scan]![2]!;
    const lastBlock = subBlocks.indexOf((lastX >> 2) + 8 * (lastY >> 2));
    const lastPlace = inBlock.indexOf((lastX & 3) + 8 * (lastY & 3));
    const coded = this.#codedSubBlocks.fill(0);
    let wasGreater = false;
    for (let index = lastBlock; index >= 0; index -= 1) {
      const [x, y] = [subBlocks[index]! & 7, subBlocks[index]! >> 3];
      const beside = coded[x + 1 + 9 * y]! | (coded[x + 9 * (y + 1)]! << 1);
      const isSaid = index < lastBlock && index > 0;
      if (isSaid) {
        const context = CONTEXT.codedSubBlock + (beside === 0 ? 0 : 1) + (isChroma ? 2 : 0);
        if (engine.decision(context) === 0) continue;
      }
      coded[x + 9 * y] = 1;
      const from = index === lastBlock ? lastPlace : 16;
      const count = this.#significant(block, inBlock, index, beside, from, isSaid);
      if (count > 0) wasGreater = this.#walkLevels(block, index, index === lastBlock, count, wasGreater);
    }
  }

  /** last_sig_coeff_x_prefix, or of y. */
  #lastPrefix(first: number, size: number, isChroma: boolean): number {
    const offset = isChroma ? 15 : 3 * (size - 2) + ((size - 1) >> 2);
    const shift = isChroma ? size - 2 : (size + 1) >> 2;
    const most = 2 * size - 1;
    let prefix = 0;
    while (prefix < most && this.#engine.decision(first + offset + (prefix >> shift)) === 1) prefix += 1;
    return prefix;
  }

  #lastPlace(prefix: number): number {
    if (prefix <= 3) return prefix;
    const bits = (prefix >> 1) - 1;
    return (1 << bits) * (2 + (prefix & 1)) + this.#bypass(bits);
  }

  #bypass(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left -= 1) value = (value << 1) | this.#engine.bypass();
    return value;
  }

  /** sig_coeff_flag of a sub-block. @param from the place of the last coefficient of all, or 16. @returns how many there are */
  #significant(
    { size, isChroma, scan }: Residual,
    inBlock: Uint8Array,
    index: number,
    beside: number,
    from: number,
    isSaid: boolean,
  ): number {
    const engine = this.#engine;
    const places = this.#places;
    let count = 0;
    if (from < 16) places[count++] = from;
    const base = CONTEXT.significant + (isChroma ? 27 : 0);
    const further = isChroma
      ? size === 3
        ? 9
        : 12
      : (index > 0 ? 3 : 0) + (size === 3 ? (scan === SCAN.diagonal ? 9 : 15) : 21);
    for (let place = from - 1; place >= 0; place -= 1) {
      // Of a sub-block that is said to have some, the first is the one where no other is.
      if (place === 0 && isSaid && count === 0) {
        places[count++] = 0;
        break;
      }
      const [x, y] = [inBlock[place]! & 7, inBlock[place]! >> 3];
      let context: number;
      if (size === 2) context = SMALL[x + 4 * y]!;
      else if (place === 0 && index === 0) context = 0;
      else context = further + pattern(x, y, beside);
      if (engine.decision(base + context) === 1) places[count++] = place;
    }
    return count;
  }

  /** Levels and signs of a sub-block. @returns whether a level of it was greater than 1, as the next one asks */
  #walkLevels(
    { isChroma, isBypass }: Residual,
    index: number,
    isLast: boolean,
    count: number,
    wasGreater: boolean,
  ): boolean {
    const engine = this.#engine;
    const levels = this.#levels;
    const places = this.#places;
    const set = (index === 0 || isChroma ? 0 : 2) + (!isLast && wasGreater ? 1 : 0);
    const base = CONTEXT.greater1 + (isChroma ? 16 : 0) + 4 * set;
    let greater = 1;
    let firstGreater = -1;
    const flagged = Math.min(8, count);
    for (let number = 0; number < flagged; number += 1) {
      const bin = engine.decision(base + greater);
      levels[number] = 1 + bin;
      if (bin === 1) {
        greater = 0;
        if (firstGreater < 0) firstGreater = number;
      } else if (greater > 0 && greater < 3) {
        greater += 1;
      }
    }
    if (firstGreater >= 0)
      levels[firstGreater]! += engine.decision(CONTEXT.greater2 + (isChroma ? 4 : 0) + set);
    const isHidden = this.signHiding && !isBypass && places[0]! - places[count - 1]! > 3;
    this.#bypass(isHidden ? count - 1 : count);
    let rice = 0;
    for (let number = 0; number < count; number += 1) {
      const level = number < 8 ? levels[number]! : 1;
      const highest = number < 8 ? (number === firstGreater ? 3 : 2) : 1;
      if (level !== highest) continue;
      if (level + this.#remaining(rice) > 3 << rice) rice = Math.min(4, rice + 1);
    }
    return greater === 0;
  }

  /** coeff_abs_level_remaining (9.3.3.11). */
  #remaining(rice: number): number {
    const engine = this.#engine;
    let prefix = 0;
    while (engine.bypass() === 1) {
      prefix += 1;
      if (prefix > LONGEST_PREFIX) throw new FormError('has a level that is too large');
    }
    if (prefix <= 3) return (prefix << rice) + this.#bypass(rice);
    const suffix = this.#bypass(prefix - 3 + rice);
    return 2 ** (prefix - 3 + rice) + (2 << rice) + (suffix >>> 0);
  }
}

/** sigCtx by the place in a sub-block, and which sub-blocks on the right and below have coefficients. */
function pattern(x: number, y: number, beside: number): number {
  if (beside === 0) return x + y === 0 ? 2 : x + y < 3 ? 1 : 0;
  if (beside === 3) return 2;
  const along = beside === 1 ? y : x;
  return along === 0 ? 2 : along === 1 ? 1 : 0;
}
