import { constants } from 'node:os';
import { NOT_A_FILE } from './regular-file.ts';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied.',
  EPERM: 'permission denied.',
  EROFS: 'its file system is read-only.',
  ENOSPC: 'there is no space left on its disk.',
  EDQUOT: 'the disk quota of this user is used up.',
  ELOOP: 'it is, or leads through, a symbolic link that leads back to itself.',
  ENOTDIR: 'a file is in the way.',
  EEXIST: 'a file is in the way.',
  EISDIR: 'it is a folder.',
  [NOT_A_FILE]: 'it is a folder, a pipe, a device or a socket, no file.',
  // Of paths with a zero byte, which no file system has.
  ERR_INVALID_ARG_VALUE: 'no path is spelled so.',
  ENAMETOOLONG: 'its name or path is too long.',
  EIO: 'its disk reports an error.',
  ESTALE: 'its server has lost it.',
};

/** The name of a system error, as `ENOSPC`. Node.js has none for some, such as those of quotas and of network file systems. */
export function systemCode(cause: unknown): string | undefined {
  const { code, errno } = cause as NodeJS.ErrnoException;
  if (errno === undefined || !code?.startsWith('Unknown system error')) return code;
  return Object.entries(constants.errno).find(([, number]) => number === -errno)?.[0] ?? code;
}

/** What a system error says, as the end of a sentence for people; its code where there are no words for it. */
export function systemReason(cause: unknown): string {
  const code = systemCode(cause);
  return code === undefined ? 'an unknown error.' : (REASONS[code] ?? `${code}.`);
}
