import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from './make-folder.ts';
import { removeOldTemporaries, temporaryName } from './temporary-files.ts';

/** Write a file that is there whole or not at all; what had its name before is replaced. Missing folders are made. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path));
  await withTemporary(path, text, 0o666, (temporary) => rename(temporary, path));
}

/**
 * Write a file for its owner's eyes alone, unless it exists: of several that try at once, exactly one does it.
 * The folder must exist.
 *
 * @returns False when the file was there already; it was not touched.
 */
export async function createSecretFile(path: string, text: string): Promise<boolean> {
  try {
    // Unlike rename(2), link(2) never replaces.
    await withTemporary(path, text, 0o600, (temporary) => link(temporary, path));
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  }
}

async function withTemporary(
  path: string,
  text: string,
  mode: number,
  publish: (temporary: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(path);
  await removeOldTemporaries(folder);
  const temporary = temporaryName(folder);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await publish(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(folder);
}

/** Makes the new name survive a power cut. Windows cannot open folders and needs no such thing. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
