/** The largest measure of the items; 0 when none is more. `Math.max(...items)` would put all of them on the call stack. */
export function largest<T>(items: readonly T[], measure: (item: T) => number): number {
  let most = 0;
  for (const item of items) most = Math.max(most, measure(item));
  return most;
}

/** `Math.max` of a list of any length: -Infinity of none. */
export const maxOf = (numbers: readonly number[]): number =>
  numbers.reduce((most, number) => Math.max(most, number), Number.NEGATIVE_INFINITY);

/** `Math.min` of a list of any length: Infinity of none. */
export const minOf = (numbers: readonly number[]): number =>
  numbers.reduce((least, number) => Math.min(least, number), Number.POSITIVE_INFINITY);
