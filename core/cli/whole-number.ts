import { fail } from '../base/errors.ts';

/**
 * A whole number of an option, which a program has read, or not.
 * @throws PackagerError INVALID_OPTION
 */
export function wholeNumber(
  option: string,
  given: number | string | undefined,
  [least, most]: readonly [number, number],
): number | undefined {
  if (given === undefined) return undefined;
  const value = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw fail.invalidOption(`${option}: expected a whole number from ${least} to ${most}.`);
}
