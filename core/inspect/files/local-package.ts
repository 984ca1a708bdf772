import { type Stats, statSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { fail } from '../../base/errors.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import { openFile, requireFile } from '../../io/file-source.ts';
import { systemReason } from '../../io/system-reason.ts';
import type { Listed, PackageFiles } from '../model/places.ts';
import { findRoots } from './find-roots.ts';
import { isInside } from './names.ts';

/** A package has a file for each segment of each rendition at most; more is some other folder, such as that of a user. */
const MOST_FILES = 500_000;
const DEEPEST = 16;

/**
 * The package in a folder of this machine, or the one of which a file is the manifest, or the medium.
 * @param path absolute
 * @param endings of names of media beside the usual ones
 * @throws PackagerError INPUT_NOT_FOUND, INPUT_NOT_READABLE
 */
export async function localPackage(path: string, endings: readonly string[] = []): Promise<PackageFiles> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') throw fail.inputNotFound(path);
    throw fail.inputNotReadable(path, systemReason(cause), undefined, cause);
  });
  return found.isDirectory() ? folderPackage(path, endings) : filePackage(path, found);
}

/** Files of a folder of which it is known what is in it. @param folder absolute */
export const openFolder = async (folder: string): Promise<PackageFiles> => ({
  ...filesBelow(folder, await realpath(folder)),
  name: folder,
  folder,
  roots: [],
});

async function folderPackage(folder: string, endings: readonly string[]): Promise<PackageFiles> {
  const files = filesBelow(folder, await realpath(folder));
  const all = await listFolder(folder);
  const roots = await findRoots(files, all, endings);
  if (roots.length === 0) {
    throw fail.inputNotReadable(
      folder,
      'it holds no manifest and no media.',
      'Name the folder of a package, a manifest or a media file.',
    );
  }
  return { ...files, name: folder, folder, roots, list: async () => all };
}

async function filePackage(path: string, found: Stats): Promise<PackageFiles> {
  requireFile(path, found);
  const name = basename(path);
  // A link to a manifest: what it refers to lies beside the link, as far as anybody can see.
  const folder = dirname(path);
  const files = filesBelow(folder, await realpath(folder), name);
  await (await files.open(name)).close();
  return { ...files, name: path, folder, roots: [name] };
}

/**
 * @param folder as the user gave it
 * @param real without links
 * @param named a file that the user named: it is read wherever it leads
 */
function filesBelow(
  folder: string,
  real: string,
  named?: string,
): Pick<PackageFiles, 'open' | 'has' | 'close'> {
  return {
    async open(path) {
      const full = join(folder, path);
      if (!isInside(path)) {
        throw fail.inputNotReadable(
          full,
          'it is outside of the package.',
          'Name the folder that holds all of the package.',
        );
      }
      const place = await realpath(full).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') throw fail.inputNotFound(full);
        throw fail.inputNotReadable(full, systemReason(cause), undefined, cause);
      });
      if (path !== named && !isBelow(real, place)) {
        throw fail.inputNotReadable(
          full,
          'it is a symbolic link that leads out of the package.',
          'Copy what it leads to into the package, or name the folder that holds both.',
        );
      }
      return underName(await openFile(place), full);
    },
    has: (path) =>
      isInside(path) && (statSync(join(folder, path), { throwIfNoEntry: false })?.isFile() ?? false),
    async close() {},
  };
}

/** A source under the name that the user knows, whatever its links lead to. */
const underName = (source: ByteSource, name: string): ByteSource => ({
  name,
  size: source.size,
  read: (position, targets) => source.read(position, targets),
  close: () => source.close(),
});

const isBelow = (folder: string, path: string): boolean =>
  path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/**
 * All files below a folder, sorted; without what is hidden, as file managers and unfinished runs leave it. Links to folders are not
 * followed, which may go in circles, and none that leads out.
 */
async function listFolder(folder: string): Promise<Listed[]> {
  const real = await realpath(folder);
  const found: Listed[] = [];
  const visit = async (path: string, depth: number): Promise<void> => {
    const entries = await readdir(join(folder, path), { withFileTypes: true }).catch((cause: unknown) => {
      throw fail.inputNotReadable(join(folder, path), systemReason(cause), undefined, cause);
    });
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      const inner = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory() && depth < DEEPEST) await visit(inner, depth + 1);
      if (!entry.isFile() && !entry.isSymbolicLink()) continue;
      const place = await realpath(join(folder, inner)).catch(() => undefined);
      if (place === undefined || !isBelow(real, place)) continue;
      const facts = await stat(place).catch(() => undefined);
      if (facts?.isFile()) found.push({ path: inner, bytes: facts.size });
      if (found.length > MOST_FILES) {
        throw fail.inputNotReadable(
          folder,
          `it holds more than ${MOST_FILES} files.`,
          'Name the folder of one package, or its manifest.',
        );
      }
    }
  };
  await visit('', 0);
  return found.sort((one, other) => (one.path < other.path ? -1 : 1));
}
