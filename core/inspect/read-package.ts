import { PackagerError } from '../base/errors.ts';
import { readMpd } from './dash/read-mpd.ts';
import { kindOfFile } from './files/manifest-kind.ts';
import { readHls } from './hls/read-hls.ts';
import type { ListedPackage, ListedRendition } from './model/listed-package.ts';
import type { PackageFiles, PlaceOfBytes } from './model/places.ts';

/** A manifest of which nothing can be read. */
export interface UnreadManifest {
  readonly path: string;
  readonly kind: ListedPackage['kind'];
  /** Why: a sentence. */
  readonly error: PackagerError;
}

/** What the roots of a package are. */
export interface ReadRoots {
  readonly packages: readonly ListedPackage[];
  readonly unread: readonly UnreadManifest[];
  /** Paths of what is no manifest. */
  readonly others: readonly string[];
}

/** What the manifests of a package say, each for itself, in the order of its roots. @throws PackagerError as opening files does */
export async function readRoots(files: PackageFiles): Promise<ReadRoots> {
  const packages: ListedPackage[] = [];
  const unread: UnreadManifest[] = [];
  const others: string[] = [];
  for (const path of files.roots) {
    const kind = await kindOfFile(files, path);
    if (kind === 'other') {
      others.push(path);
      continue;
    }
    try {
      packages.push(await (kind === 'mpd' ? readMpd : readHls)(files, path));
    } catch (error) {
      if (!PackagerError.is(error) || error.code !== 'INPUT_NOT_READABLE') throw error;
      unread.push({ path, kind: kind === 'mpd' ? 'mpd' : 'hls', error });
    }
  }
  return { packages, unread, others };
}

/**
 * What the manifests of a package say, each for itself, in the order of its roots. Roots that are media have none.
 * @throws PackagerError INPUT_NOT_FOUND, INPUT_NOT_READABLE where a manifest cannot be read at all
 */
export async function readPackage(files: PackageFiles): Promise<readonly ListedPackage[]> {
  const { packages, unread } = await readRoots(files);
  const [first] = unread;
  if (first) throw first.error;
  return packages;
}

/** A rendition, and whose it is. */
export interface RenditionOf {
  readonly listed: ListedPackage;
  readonly rendition: ListedRendition;
}

/**
 * Renditions by their media: those of one list are of the same bytes, told by several manifests, as in a CMAF set under an MPD and
 * playlists. Each is in one list; most lists have one. What is for trick play, and names key frames in the files of others, stands alone.
 */
export function byMedia(packages: readonly ListedPackage[]): RenditionOf[][] {
  const lists = new Map<string, RenditionOf[]>();
  for (const listed of packages) {
    for (const [index, rendition] of listed.renditions.entries()) {
      const key = mediaOf(rendition) ?? `${listed.manifest} ${index}`;
      const list = lists.get(key);
      if (list) list.push({ listed, rendition });
      else lists.set(key, [{ listed, rendition }]);
    }
  }
  return [...lists.values()];
}

/** Which bytes a rendition is; `undefined`: it has none, or is for trick play. */
function mediaOf({ kind, segments }: ListedRendition): string | undefined {
  const [first] = segments;
  const last = segments.at(-1);
  if (!first || !last || kind === 'trick') return undefined;
  return [segments.length, placeOf(first.place), placeOf(last.place)].join(' ');
}

const placeOf = ({ path, offset, length }: PlaceOfBytes): string => JSON.stringify([path, offset, length]);
