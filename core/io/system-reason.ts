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
  ENAMETOOLONG: 'its name or path is too long.',
  EIO: 'its disk reports an error.',
  ESTALE: 'its server has lost it.',
};

/** What a system error says, as the end of a sentence for people; its code where there are no words for it. */
export function systemReason(cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  return code === undefined ? 'an unknown error.' : (REASONS[code] ?? `${code}.`);
}
