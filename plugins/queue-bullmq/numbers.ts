import { fail } from '../../core/index.ts';

/**
 * A whole number of an option.
 * @throws PackagerError INVALID_OPTION
 */
export function wholeNumber(
  option: string,
  text: string | undefined,
  [least, most]: readonly [number, number],
): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw fail.invalidOption(`${option}: expected a whole number from ${least} to ${most}.`);
}
