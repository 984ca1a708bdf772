import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { PreviewManifest } from './api.ts';

/** Folders below the package that are looked into: titles of several modes have one each, and theirs have one a rendition. */
const DEEPEST = 4;
const MASTER = /^#EXT-X-STREAM-INF:/m;

/** The manifests of a package that a player begins with: MPDs, multivariant playlists; media playlists where there is none of these. */
export async function findManifests(root: string): Promise<PreviewManifest[]> {
  const files = await filesBelow(root, root, DEEPEST);
  const mpds = files.filter((path) => /\.mpd$/i.test(path));
  const playlists = files.filter((path) => /\.m3u8$/i.test(path));
  const texts = await Promise.all(playlists.map((path) => readFile(join(root, path), 'utf8')));
  const masters = playlists.filter((_, index) => MASTER.test(texts[index]!));
  const isBelow = (path: string) =>
    masters.some((master) => path.startsWith(master.slice(0, master.lastIndexOf('/') + 1)));
  const alone = playlists.filter((path) => !masters.includes(path) && !isBelow(path));
  return [
    ...mpds.map((path) => ({ path, kind: 'mpd' as const })),
    ...[...masters, ...alone].map((path) => ({ path, kind: 'hls' as const })),
  ].sort((one, other) => (one.path < other.path ? -1 : 1));
}

async function filesBelow(root: string, folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && depth > 0) return filesBelow(root, path, depth - 1);
      return entry.isFile() ? [relative(root, path).replaceAll(sep, '/')] : [];
    }),
  );
  return found.flat();
}
