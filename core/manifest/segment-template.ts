import { fail } from '../base/errors.ts';
import { pathUri } from './uri.ts';

/** `@media` and `@startNumber` of a SegmentTemplate. */
export interface NumberedPaths {
  readonly media: string;
  readonly startNumber: number;
}

/**
 * Find the number in the names of segments: `video/1/seg-1.m4s`, `video/1/seg-2.m4s`, … is
 * `video/1/seg-$Number$.m4s` from 1; zero-padded numbers keep their width.
 *
 * @throws PackagerError when the names do not count up
 */
export function numberedPaths(paths: readonly string[]): NumberedPaths {
  const [first = ''] = paths;
  const stem = first.slice(0, extensionStart(first));
  for (const match of [...stem.matchAll(/\d+/g)].reverse()) {
    const [digits] = match;
    const before = first.slice(0, match.index);
    const after = first.slice(match.index + digits.length);
    const width = digits.startsWith('0') ? digits.length : 1;
    const startNumber = Number(digits);
    const name = (index: number) => `${before}${String(startNumber + index).padStart(width, '0')}${after}`;
    if (paths.every((path, index) => path === name(index))) {
      const identifier = width > 1 ? `$Number%0${width}d$` : '$Number$';
      return { media: `${pathUri(before)}${identifier}${pathUri(after)}`, startNumber };
    }
  }
  throw fail.invalidOption(
    `The segments from "${first}" on cannot be told by a number in an MPD.`,
    'Name them with one number that counts up by 1.',
  );
}

/** Where `.m4s` begins: its digit is no number of a segment. */
function extensionStart(path: string): number {
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') ? dot : path.length;
}
