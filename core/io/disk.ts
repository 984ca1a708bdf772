import { statfs } from 'node:fs/promises';
import { basename } from 'node:path';
import { EXIT, fail, isTooManyFiles, PackagerError } from '../base/errors.ts';
import { systemCode, systemReason } from './system-reason.ts';

/** NAME_MAX of all common file systems, in bytes. */
const LONGEST_NAME = 255;

/** Of a run, which leaves nothing. */
const REMOVED = 'it filled up during the run; everything written so far was removed.';
/** Of a file that is written beside what there is: outputs, which are in place, or what it was to replace. */
const NO_ROOM = 'this file does not fit; all others are as they were.';

/** The foreseen failures of writing one file whole or not at all, each with its code. */
export const fileError = (path: string, cause: unknown): PackagerError => outputError(path, cause, NO_ROOM);

/** The foreseen failures of writing outputs, each with its code. @param full what to tell of a disk without room */
export function outputError(path: string, cause: unknown, full = REMOVED): PackagerError {
  if (PackagerError.is(cause)) return cause;
  if (isTooManyFiles(cause)) return fail.tooManyFiles(path, cause, EXIT.output);
  switch (systemCode(cause)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return fail.diskFull(path, full);
    case 'ENAMETOOLONG': {
      const tooLong = path.split('/').find((name) => Buffer.byteLength(name) > LONGEST_NAME);
      return tooLong === undefined ? fail.pathTooLong(path) : fail.nameTooLong(basename(tooLong));
    }
    case 'ENOENT':
      return fail.outputNotWritable(path, 'its folder is not there, and cannot be made.', cause);
    default:
      return fail.outputNotWritable(path, systemReason(cause), cause);
  }
}

/** Packet headers and boxes, on top of the samples' bytes. */
const OVERHEAD = 1.04;

/** @throws PackagerError DISK_FULL when the file system of `folder` has no room for output made of `bytes` of input. */
export async function requireDiskSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const needed = Math.ceil(bytes * OVERHEAD);
  if (free >= needed) return;
  const megabytes = (count: number) => `${(count / 1e6).toFixed(1)} MB`;
  throw fail.diskFull(folder, `about ${megabytes(needed)} are needed, ${megabytes(free)} are free.`);
}
