import { access, constants, stat } from 'node:fs/promises';
import { fail } from '../base/errors.ts';
import { changeOf, identityOf, isSameState } from './file-identity.ts';
import { openFile, requireFile } from './file-source.ts';
import type { InputFacts, InputSource } from './input-source.ts';
import { schemeOf } from './reference.ts';
import { systemReason } from './system-reason.ts';

/** Files of this machine. */
export const localSource: InputSource = {
  name: 'the local disk',
  accepts: (reference) => schemeOf(reference) === undefined,
  look: lookAtFile,
  open: openFile,
  changeOf,
  isSame: isSameState,
};

/**
 * @throws PackagerError INPUT_NOT_FOUND when there is no such file, INPUT_NOT_READABLE when it cannot be read,
 * SIZE_NOT_READABLE when nothing is known of it
 */
async function lookAtFile(path: string): Promise<InputFacts> {
  const found = await stat(path, { bigint: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') throw fail.inputNotFound(path);
    if (isForbidden(cause)) throw forbidden(path, cause);
    throw fail.sizeNotReadable(path, systemReason(cause), cause);
  });
  requireFile(path, found);
  await access(path, constants.R_OK).catch((cause: NodeJS.ErrnoException) => {
    if (isForbidden(cause)) throw forbidden(path, cause);
  });
  // A copy can keep the date of its original: what came here later has the later change of status.
  const modified = Math.max(milliseconds(found.mtimeNs), milliseconds(found.ctimeNs));
  return { bytes: Number(found.size), identity: identityOf(found), modified };
}

/** As `Stats.mtimeMs` has them, which are compared with these. */
const milliseconds = (nanoseconds: bigint): number =>
  Number(nanoseconds / 1_000_000n) + Number(nanoseconds % 1_000_000n) / 1e6;

const isForbidden = ({ code }: NodeJS.ErrnoException): boolean => code === 'EACCES' || code === 'EPERM';

const forbidden = (path: string, cause: unknown) =>
  fail.inputNotReadable(path, 'permission denied.', 'Give this user the right to read it.', cause);
