/*
 * What stands in a config for the value of an environment variable that is not set, so that all of them, and all other
 * mistakes, can be told at once. Such a config never runs.
 */

/** Private-use characters: no value of an environment has them. */
const [START, END] = ['\u{F0000}', '\u{F0001}'];
const MARK = /\u{F0000}([^\u{F0001}]*)\u{F0001}/gu;

export const unsetMark = (name: string): string => `${START}${name}${END}`;

/** The unset variables that a value was made of. */
export const unsetIn = (value: unknown): string[] =>
  typeof value === 'string' && value.includes(START)
    ? [...value.matchAll(MARK)].map(([, name = '']) => name)
    : [];

/**
 * The same for all texts in plain data: where they are (JSON pointers), and the variable.
 * @param above what the value is in: a script's config can hold itself, and is then read once
 */
export function unsetBelow(
  value: unknown,
  pointer = '',
  above: readonly object[] = [],
): { readonly pointer: string; readonly name: string }[] {
  if (typeof value === 'string') return unsetIn(value).map((name) => ({ pointer, name }));
  if (typeof value !== 'object' || value === null || above.includes(value)) return [];
  const isPlain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) return [];
  return Object.entries(value).flatMap(([key, below]) =>
    unsetBelow(below, `${pointer}/${key.replaceAll('/', '~1')}`, [...above, value]),
  );
}
