import type { BigIntStats } from 'node:fs';
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
  const now = identityOf(found);
  if (expected === undefined || now === expected) return;
  throw fail.inputChanged(path, changeOf(expected, now));
}

/** Size and time of the last change, to the nanosecond: devices and inodes are others after a restart, or seen from another machine. */
export function isSameState(before: FileIdentity, now: FileIdentity): boolean {
  const [[, , size, time], [, , itsSize, itsTime]] = [before.split(':'), now.split(':')];
  return size !== undefined && time !== undefined && size === itsSize && time === itsTime;
}

/** What has become of a file, as the end of a sentence. */
export function changeOf(before: FileIdentity, now: FileIdentity): string {
  const [[device, inode, size], [itsDevice, itsInode, itsSize]] = [before.split(':'), now.split(':')];
  if (device !== itsDevice || inode !== itsInode) return 'another file has taken its place.';
  return size === itsSize ? 'somebody has written to it.' : `it had ${size} bytes, and now has ${itsSize}.`;
}
