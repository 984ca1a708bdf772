import { parse } from 'node:path';
import { fail } from '../base/errors.ts';
import { nameOfReference } from '../io/reference.ts';

/** What patterns look at. */
interface Named {
  readonly contentId: string | undefined;
  readonly inputs: readonly string[];
}

/**
 * Which titles of a list patterns choose, from 0, in the order of the list. A pattern is a content id or the name of an input, with or
 * without its ending, in which `*` and `?` stand for any characters; or, where no title is called so, a number from 1 or a range of them.
 * @throws PackagerError INVALID_OPTION where one of them chooses nothing
 */
export function chosen(titles: readonly Named[], patterns: readonly string[]): number[] {
  const found = new Set<number>();
  for (const pattern of patterns) {
    const names = globOf(pattern);
    const named = titles.flatMap((title, index) =>
      namesOf(title).some((name) => names.test(name)) ? [index] : [],
    );
    const all = named.length > 0 ? named : numbered(pattern, titles.length);
    if (all.length === 0) {
      throw fail.invalidOption(
        `--only: no title of ${titles.length} is ${JSON.stringify(pattern)}.`,
        'Give a content id, the name of an input, or a number; * and ? stand for any characters.',
      );
    }
    for (const index of all) found.add(index);
  }
  return [...found].sort((one, other) => one - other);
}

const namesOf = ({ contentId, inputs }: Named): string[] => [
  ...(contentId === undefined ? [] : [contentId]),
  ...inputs.map(nameOfReference).flatMap((name) => [name, parse(name).name]),
];

const globOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  );

/** `17`, `20-29`. */
function numbered(pattern: string, count: number): number[] {
  const [, from, to = from] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(pattern) ?? [];
  if (from === undefined) return [];
  const [first, last] = [Number(from), Math.min(Number(to), count)];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, step) => first - 1 + step).filter(
    (index) => index >= 0,
  );
}
