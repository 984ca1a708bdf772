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

/** What a system error says, as the end of a sentence for people; its code where there are no words for it. */
export function systemReason(cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  return code === undefined ? 'an unknown error.' : (REASONS[code] ?? `${code}.`);
}
