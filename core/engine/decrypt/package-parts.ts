import { fail } from '../../base/errors.ts';
import { kindOfFile } from '../../inspect/files/manifest-kind.ts';
import type { ListedPackage, ListedRendition } from '../../inspect/model/listed-package.ts';
import type { PackageFiles, PlaceOfBytes } from '../../inspect/model/places.ts';
import { isMp4 } from '../../inspect/mp4/index.ts';

/** What a file of a package is to whoever makes it clear. */
export type PartKind = 'mpd' | 'playlist' | 'mp4' | 'other';

export interface PackagePart {
  readonly path: string;
  readonly bytes: number;
  readonly kind: PartKind;
  /** Of a media segment: where its init segment is, as manifests say. */
  readonly init: PlaceOfBytes | undefined;
}

/**
 * All files of a package: of a folder those in it, else those that its manifests name.
 * @throws PackagerError UNSUPPORTED_INPUT for what is protected in another way than by Common Encryption in MP4
 */
export async function packageParts(
  files: PackageFiles,
  packages: readonly ListedPackage[],
): Promise<PackagePart[]> {
  const all = await files.list?.();
  const paths = all?.map(({ path }) => path) ?? [...namedPaths(files, packages)];
  const inits = initPlaces(packages);
  const parts: PackagePart[] = [];
  for (const path of paths) {
    const source = await files.open(path);
    try {
      const kind = await kindOf(files, path, () => isMp4(source));
      parts.push({ path, bytes: source.size, kind, init: inits.get(path) });
    } finally {
      await source.close();
    }
  }
  const mp4 = new Set(parts.filter(({ kind }) => kind === 'mp4').map(({ path }) => path));
  for (const { renditions } of packages) for (const rendition of renditions) requireMp4(rendition, mp4);
  return parts;
}

async function kindOf(files: PackageFiles, path: string, isBoxes: () => Promise<boolean>): Promise<PartKind> {
  if (await isBoxes()) return 'mp4';
  const kind = /\.(?:mpd|m3u8?)$/i.test(path) ? await kindOfFile(files, path) : 'other';
  return kind === 'mpd' || kind === 'other' ? kind : 'playlist';
}

function namedPaths(files: PackageFiles, packages: readonly ListedPackage[]): Set<string> {
  const paths = new Set(files.roots);
  for (const { renditions, playlists = [] } of packages) {
    for (const { path } of playlists) paths.add(path);
    for (const { init, index, segments } of renditions) {
      for (const place of [init, index, ...segments.flatMap((each) => [each.init, each.place])])
        if (place) paths.add(place.path);
    }
  }
  return paths;
}

function initPlaces(packages: readonly ListedPackage[]): Map<string, PlaceOfBytes> {
  const inits = new Map<string, PlaceOfBytes>();
  for (const { renditions } of packages)
    for (const { init, segments } of renditions)
      for (const segment of segments) {
        const place = segment.init ?? init;
        if (place) inits.set(segment.place.path, place);
      }
  return inits;
}

/** Whoever asks for clear media must not be given what is still protected. */
function requireMp4({ segments, protection }: ListedRendition, mp4: ReadonlySet<string>): void {
  for (const { place, keys } of segments) {
    if (mp4.has(place.path)) continue;
    const method = keys.find((key) => key.method !== 'NONE')?.method;
    if (!method && protection.length === 0) continue;
    throw fail.unsupportedInput(
      place.path,
      `it is protected${method ? ` with ${method}` : ''}, and no fragmented MP4.`,
      'Only media in MP4 is made clear: package the source again without protection.',
    );
  }
}
