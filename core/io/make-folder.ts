import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Make a folder and those above it that are missing, level by level. Node's own `recursive` never ends where a file
 * system answers ENOENT inside a folder that is there, as `/proc` does.
 *
 * @param mode permissions of the folders that are made, before the process's umask
 * @returns the topmost folder that was made; `undefined` when all were there
 */
export async function makeFolder(path: string, mode = 0o777): Promise<string | undefined> {
  const folder = resolve(path);
  try {
    return (await makeOne(folder, mode)) ? folder : undefined;
  } catch (cause) {
    const parent = dirname(folder);
    if (codeOf(cause) !== 'ENOENT' || parent === folder) throw cause;
    // A parent that is there now may have been made by somebody else meanwhile; where it was there all the time, as in `/proc`,
    // the answer stays what it was.
    const made = (await isThere(parent)) ? undefined : await makeFolder(parent, mode);
    const last = await makeOne(folder, mode);
    return made ?? (last ? folder : undefined);
  }
}

/** @returns False when the folder is there already. */
export async function makeOne(folder: string, mode = 0o777): Promise<boolean> {
  try {
    await mkdir(folder, { mode });
    return true;
  } catch (cause) {
    // Some systems look at permissions first: a folder that is there may answer EACCES, EPERM or EROFS.
    if (codeOf(cause) !== 'ENOENT' && (await isFolder(folder))) return false;
    throw cause;
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (cause) => codeOf(cause) !== 'ENOENT',
  );

const codeOf = (cause: unknown): string | undefined => (cause as NodeJS.ErrnoException).code;
