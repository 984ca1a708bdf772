import { fail } from '../../base/errors.ts';
import { kindOfFile } from '../../inspect/files/manifest-kind.ts';
import { readHls } from '../../inspect/hls/read-hls.ts';
import type { ListedPackage } from '../../inspect/model/listed-package.ts';
import type { PackageFiles, PlaceOfBytes } from '../../inspect/model/places.ts';
import { WRAPPER_HEAD, type Wrapper, wrapperOf } from '../../inspect/model/wrapper.ts';
import { isMp4 } from '../../inspect/mp4/index.ts';
import { readPackage } from '../../inspect/read-package.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import { keyPaths } from '../key-paths.ts';
import { findTransports, requireApart, type TransportPart } from './transport-parts.ts';

/** What a file of a package is to whoever makes it clear. */
export type PartKind = 'mpd' | 'playlist' | 'mp4' | 'transport' | 'wrapped' | 'other';

export interface PackagePart {
  readonly path: string;
  /** Path of the clear file: another one where it lay in the container of a vendor. */
  readonly output: string;
  readonly bytes: number;
  readonly kind: PartKind;
  /** Of a media segment: where its init segment is, as manifests say. */
  readonly init: PlaceOfBytes | undefined;
  /** Of a file in the container of a vendor: who opens it. */
  readonly wrapper?: Wrapper;
}

/** A package, as it is made clear. */
export interface PackageParts {
  readonly packages: readonly ListedPackage[];
  readonly parts: readonly PackagePart[];
  readonly transports: readonly TransportPart[];
}

/**
 * All files of a package: of a folder those in it, else those that its manifests name. Those that key lines name are left out: there may
 * be keys in them, and nobody needs them any more.
 * @throws PackagerError UNSUPPORTED_INPUT for what is protected in a way that is not undone
 */
export async function packageParts(files: PackageFiles, wrappers: readonly Wrapper[]): Promise<PackageParts> {
  const listed = await readPackage(files);
  const all = await files.list?.();
  const paths = all?.map(({ path }) => path) ?? [...namedPaths(files, listed)];
  const found: PackagePart[] = [];
  for (const path of paths) {
    const source = await files.open(path);
    try {
      const kind = await kindOf(files, path, () => isMp4(source));
      const wrapper = kind === 'other' ? await wrapperIn(source, wrappers) : undefined;
      const part = { path, output: path, bytes: source.size, kind, init: undefined };
      found.push(wrapper ? { ...part, output: nameWithin(path, wrapper), kind: 'wrapped', wrapper } : part);
    } finally {
      await source.close();
    }
  }
  const packages = [...listed, ...(await readUnnamed(files, found, listed))];
  const inits = initPlaces(packages);
  const mp4 = new Set(found.filter(({ kind }) => kind === 'mp4').map(({ path }) => path));
  const transports = findTransports(packages, mp4);
  for (const transport of transports) requireApart(transport);
  const locked = new Set(transports.flatMap(({ segments }) => segments.map(({ place }) => place.path)));
  const keyFiles = keyPaths(files, packages);
  const parts = found
    .filter(({ path, kind }) => !keyFiles.has(path) || (kind !== 'other' && kind !== 'wrapped'))
    .map(
      (part): PackagePart => ({
        ...part,
        ...(locked.has(part.path) && { kind: 'transport', output: part.path }),
        init: inits.get(part.path),
      }),
    );
  requireNames(parts);
  return { packages, parts, transports };
}

async function kindOf(files: PackageFiles, path: string, isBoxes: () => Promise<boolean>): Promise<PartKind> {
  if (await isBoxes()) return 'mp4';
  const kind = /\.(?:mpd|m3u8?)$/i.test(path) ? await kindOfFile(files, path) : 'other';
  return kind === 'mpd' || kind === 'other' ? kind : 'playlist';
}

async function wrapperIn(source: ByteSource, wrappers: readonly Wrapper[]): Promise<Wrapper | undefined> {
  if (wrappers.length === 0) return undefined;
  const head = new Uint8Array(Math.min(source.size, WRAPPER_HEAD));
  await source.read(0, [head]);
  return wrapperOf(wrappers, head);
}

/** `film.mp4` of `film.mp4.acme`; a name that does not end as the format is called stays. */
function nameWithin(path: string, { name }: Wrapper): string {
  const ending = `.${name.toLowerCase()}`;
  const isNamed = path.toLowerCase().endsWith(ending) && !path.toLowerCase().endsWith(`/${ending}`);
  return isNamed && path.length > ending.length ? path.slice(0, -ending.length) : path;
}

function requireNames(parts: readonly PackagePart[]): void {
  const names = new Set<string>();
  for (const { path, output } of parts) {
    if (names.has(output))
      throw fail.unsupportedInput(
        path,
        `what is in it is called ${output}, and so is another file of the package.`,
        'Decrypt it alone, or rename one of them.',
      );
    names.add(output);
  }
}

/** Playlists in the folder that no other names: what they say of their files holds too. */
async function readUnnamed(
  files: PackageFiles,
  parts: readonly PackagePart[],
  packages: readonly ListedPackage[],
): Promise<ListedPackage[]> {
  const known = new Set(packages.flatMap(({ playlists = [] }) => playlists.map(({ path }) => path)));
  const unnamed: ListedPackage[] = [];
  for (const { path, kind } of parts)
    if (kind === 'playlist' && !known.has(path)) unnamed.push(await readHls(files, path));
  return unnamed;
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
