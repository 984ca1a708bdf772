import type { Stats } from 'node:fs';
import { lstat, readlink, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';

/** Where another user could put something of his own, and how. */
export interface Distrust {
  readonly path: string;
  /** The end of a sentence. */
  readonly reason: string;
}

/** More links than this are a circle, as the system has it. */
const MOST_LINKS = 40;

/** Does it belong to somebody else than this user and root? Windows has no such owners: its access lists are the administrator's. */
export const isForeign = ({ uid }: Pick<Stats, 'uid'>): boolean =>
  process.geteuid !== undefined && uid !== 0 && uid !== process.geteuid();

/**
 * Look at a folder, at all above it, and at the links on the way: whoever owns one of them, or may write to it, decides what
 * is found under the path.
 * @returns the first that is not trusted; `undefined` when there is none, as far as the folder is there
 */
export async function findDistrust(folder: string): Promise<Distrust | undefined> {
  if (process.geteuid === undefined) return undefined;
  // In a user namespace the owner of the system's folders has another number.
  const { uid: system } = await stat('/');
  let names = namesOf(resolve(folder));
  let at = '/';
  for (let links = 0, name = names.shift(); name !== undefined; name = names.shift()) {
    const path = name === '..' ? dirname(at) : join(at, name);
    const found = await lstat(path).catch(missing);
    if (!found) return undefined;
    if (isForeign(found) && (names.length === 0 || found.uid !== system)) {
      return { path, reason: `it belongs to another user (${found.uid}).` };
    }
    if (found.isSymbolicLink()) {
      if (++links > MOST_LINKS) return { path, reason: 'its symbolic links go round in a circle.' };
      const target = await readlink(path);
      names = [...namesOf(target), ...names];
      if (isAbsolute(target)) at = '/';
      continue;
    }
    // With the sticky bit, as on /tmp, nobody can move away what belongs to others.
    if ((found.mode & 0o002) !== 0 && (found.mode & 0o1000) === 0) {
      return { path, reason: 'other users may write to it.' };
    }
    at = path;
  }
  return undefined;
}

const namesOf = (path: string): string[] => path.split('/').filter((name) => name !== '' && name !== '.');

function missing(cause: NodeJS.ErrnoException): undefined {
  if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
  throw cause;
}
