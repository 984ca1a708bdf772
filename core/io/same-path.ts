import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * A path as the file system knows it, so that two that name one file are equal: links followed as far as there is
 * anything, and in folders that do not tell cases apart (macOS, Windows, FAT) in one case and one Unicode form.
 *
 * @param isFolding whether a folder, which exists, is like that
 */
export async function canonicalPath(path: string, isFolding = foldsCase): Promise<string> {
  const missing: string[] = [];
  let there = path;
  let real: string | undefined;
  while (real === undefined) {
    real = await realpath(there).catch(() => undefined);
    if (real !== undefined) break;
    const above = dirname(there);
    if (above === there) return path;
    missing.unshift(basename(there));
    there = above;
  }
  const whole = join(real, missing.join('/'));
  // A file's own name is looked up in the folder above it.
  const folder = missing.length > 0 ? real : dirname(real);
  return (await isFolding(folder)) ? whole.normalize('NFC').toUpperCase().toLowerCase() : whole;
}

/** Whether a folder is found under its name in the other case, too. */
async function foldsCase(folder: string): Promise<boolean> {
  const name = basename(folder);
  const other = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase();
  if (name === other) return process.platform === 'win32' || process.platform === 'darwin';
  const [one, two] = await Promise.all(
    [folder, join(dirname(folder), other)].map((path) => stat(path).catch(() => undefined)),
  );
  return one !== undefined && two !== undefined && one.ino === two.ino && one.dev === two.dev;
}
