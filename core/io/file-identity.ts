import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fail } from '../base/errors.ts';

/**
 * Which file it is, and in what state: device, inode, size in bytes and time of the last change in nanoseconds. A word to
 * be compared, in any thread; equal words are the same bytes, unless somebody sets the clock of a file back on purpose.
 */
export type FileIdentity = string;

export const identityOf = ({ dev, ino, size, mtimeNs }: BigIntStats): FileIdentity =>
  [dev, ino, size, mtimeNs].join(':');

/**
 * @param found of the file as it is now
 * @throws PackagerError INPUT_CHANGED when it is not the file that the run began with
 */
export function requireSame(path: string, expected: FileIdentity | undefined, found: BigIntStats): void {
  if (expected === undefined || identityOf(found) === expected) return;
  const [device, inode, size] = expected.split(':');
  const isOther = `${found.dev}` !== device || `${found.ino}` !== inode;
  if (isOther) throw fail.inputChanged(path, 'another file has taken its place.');
  throw fail.inputChanged(
    path,
    `${found.size}` === size
      ? 'somebody has written to it.'
      : `it had ${size} bytes, and now has ${found.size}.`,
  );
}

/**
 * Look at the path again.
 * @throws PackagerError INPUT_CHANGED when it does not name the file that the run began with
 */
export async function requireUnchanged(path: string, expected: FileIdentity | undefined): Promise<void> {
  const found = await stat(path, { bigint: true }).catch(() => {
    throw fail.inputChanged(path, 'it is not there any more.');
  });
  requireSame(path, expected, found);
}
