import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Names of a folder that are looked up one by one; whoever asks for more is answered from its list. */
const ONE_BY_ONE = 16;

/** A path as far as it is there, with links followed, and the names behind that. */
interface Place {
  readonly path: string;
  /** That what is below is looked up in: it, or the last one that is there. */
  readonly folder: Folder;
  readonly isThere: boolean;
}

interface Folder {
  /** Without links. */
  readonly path: string;
  /** Whether it finds names in the other case, too; once somebody has asked. */
  folds?: Promise<boolean>;
  asked: number;
  /** Its names, and whether each is a link; `undefined`: it cannot be listed. */
  names?: Promise<ReadonlyMap<string, boolean> | undefined>;
}

/**
 * Paths as the file system knows them, so that two that name one file are equal: links followed as far as there is
 * anything, and in folders that do not tell cases apart (macOS, Windows, FAT) in one case and one Unicode form. For many paths: each
 * folder is looked at once.
 *
 * @param isFolding whether a folder, which exists, is like that
 */
export function canonicalPaths(isFolding = foldsCase): (path: string) => Promise<string> {
  const folders = new Map<string, Folder>();
  const places = new Map<string, Place>();
  const folderAt = (path: string): Folder => {
    const folder = folders.get(path) ?? { path, asked: 0 };
    folders.set(path, folder);
    return folder;
  };
  const foldsIn = (folder: Folder): Promise<boolean> => {
    folder.folds ??= isFolding(folder.path);
    return folder.folds;
  };

  /** Where a name in a folder leads; `undefined`: nowhere. */
  const lookUp = async (folder: Folder, name: string): Promise<string | undefined> => {
    const path = join(folder.path, name);
    if (++folder.asked > ONE_BY_ONE) {
      folder.names ??= namesIn(folder, await foldsIn(folder));
      const names = await folder.names;
      const isLink = names?.get((await foldsIn(folder)) ? folded(name) : name);
      if (names && isLink === undefined) return undefined;
      if (names && !isLink && !(await foldsIn(folder))) return path;
    }
    return realpath(path).catch(() => undefined);
  };

  const placeOf = async (path: string): Promise<Place> => {
    const known = places.get(path);
    if (known) return known;
    const above = dirname(path);
    if (above === path) return { path, folder: folderAt(path), isThere: true };
    const outer = await placeOf(above);
    const name = basename(path);
    const real = outer.isThere ? await lookUp(outer.folder, name) : undefined;
    if (real === undefined) return { path: join(outer.path, name), folder: outer.folder, isThere: false };
    const place = { path: real, folder: folderAt(real), isThere: true };
    places.set(path, place);
    return place;
  };

  return async (path) => {
    const above = dirname(path);
    if (above === path) return path;
    const outer = await placeOf(above);
    const real = outer.isThere ? await lookUp(outer.folder, basename(path)) : undefined;
    const whole = real ?? join(outer.path, basename(path));
    // A file's own name is looked up in the folder above it.
    const folder = real === undefined ? outer.folder : folderAt(dirname(real));
    if (await foldsIn(folder)) return folded(whole);
    return whole === path ? path : whole;
  };
}

const folded = (text: string): string => text.normalize('NFC').toUpperCase().toLowerCase();

async function namesIn({ path }: Folder, folds: boolean): Promise<ReadonlyMap<string, boolean> | undefined> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return new Map(entries.map((entry) => [folds ? folded(entry.name) : entry.name, entry.isSymbolicLink()]));
  } catch (cause) {
    // Nothing is below a file; a folder that may not be read can be walked through.
    return (cause as NodeJS.ErrnoException).code === 'ENOTDIR' ? new Map() : undefined;
  }
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
