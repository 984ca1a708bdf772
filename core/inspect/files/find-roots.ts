import type { Listed } from '../model/places.ts';
import { type FileKind, kindOfFile } from './manifest-kind.ts';
import { type FilesToRead, readManifest } from './read-manifest.ts';
import { ForeignReference, References } from './references.ts';

const MANIFEST = /\.(?:mpd|m3u8?)$/i;
/** What is called so and is none is a manifest that is lost; `.m3u` lists of music are none either. */
const MEANT = /\.(?:mpd|m3u8)$/i;
const MEDIA =
  /\.(?:mp4|m4[savfi]|cmf[vatm]|mov|ts|m2ts|aac|ac3|ec3|ec4|mp3|mkv|webm|mka|vtt|ttml|dash|f4[mv]|ismv|isma)$/i;

/**
 * What to begin with in a folder, in the order of its files: MPDs and multivariant playlists; media playlists that none of them
 * names and that lie beside or below none; where there is no manifest at all, files of media; and what is called a manifest and is none.
 * @param endings of names of media beside the usual ones
 */
export async function findRoots(
  files: FilesToRead,
  all: readonly Listed[],
  endings: readonly string[],
): Promise<string[]> {
  const manifests: { readonly path: string; readonly kind: FileKind }[] = [];
  const named = new Set<string>();
  for (const { path } of all) {
    if (!MANIFEST.test(path)) continue;
    const kind = await kindOfFile(files, path);
    manifests.push({ path, kind });
    if (kind !== 'multivariant') continue;
    for (const playlist of playlistsOf(files, path, await readManifest(files, path))) named.add(playlist);
  }
  const tops = manifests.filter(({ kind }) => kind === 'multivariant').map(({ path }) => folderOf(path));
  const roots = manifests.filter(({ path, kind }) => {
    if (kind === 'other') return isManifestName(path) && !named.has(path);
    if (kind !== 'media-playlist') return true;
    return !named.has(path) && !tops.some((folder) => path.startsWith(folder));
  });
  if (roots.some(({ kind }) => kind !== 'other')) return roots.map(({ path }) => path);
  const lost = new Set(roots.map(({ path }) => path));
  const isMedia = (path: string) =>
    MEDIA.test(path) || endings.some((ending) => path.toLowerCase().endsWith(ending));
  return all.filter(({ path }) => lost.has(path) || isMedia(path)).map(({ path }) => path);
}

/** Whether a file is called as a manifest of DASH or HLS is. */
export const isManifestName = (path: string): boolean => MEANT.test(path);

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** What looks like a URI in a multivariant playlist. It is read in earnest later; here it says what need not be looked at by itself. */
function* playlistsOf(files: FilesToRead, path: string, text: string): Generator<string> {
  const references = new References(files, path);
  const base = references.addressOf(path);
  for (const [, attribute, line] of text.matchAll(/^#EXT-X-[A-Z-]+:.*?\bURI="([^"\r\n]+)"|^([^#\s].*)$/gm)) {
    try {
      yield references.pathOf((attribute ?? line ?? '').trim(), base);
    } catch (cause) {
      if (!(cause instanceof ForeignReference)) throw cause;
    }
  }
}
