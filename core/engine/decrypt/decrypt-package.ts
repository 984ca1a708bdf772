import { fail, PackagerError } from '../../base/errors.ts';
import { openPackage } from '../../inspect/files/open-package.ts';
import { judgeKeys } from '../../inspect/form/judge-keys.ts';
import { DamageError } from '../../inspect/model/damage-error.ts';
import type { ListedPackage } from '../../inspect/model/listed-package.ts';
import type { PackageFiles } from '../../inspect/model/places.ts';
import type { KeyLookup } from '../../inspect/model/track-reader.ts';
import { type Mp4Media, openMp4Rendition } from '../../inspect/mp4/index.ts';
import { byMedia, readPackage } from '../../inspect/read-package.ts';
import { findPackageKeys } from '../package-keys.ts';
import { WantedKeys } from '../verify/wanted-keys.ts';
import { ClearWriter } from './clear-writer.ts';
import type { DecryptPackageOptions } from './options.ts';
import { type PackagePart, packageParts } from './package-parts.ts';

/** What was written. */
export interface ClearPackage {
  readonly output: string;
  readonly files: readonly (Pick<PackagePart, 'path' | 'bytes'> & { readonly isDecrypted: boolean })[];
  /** Key ids. */
  readonly keys: readonly string[];
}

/**
 * Write a finished package again as clear media: fragmented MP4 decrypted in place, manifests without what they say of protection, all other
 * files as they are. All of it is written, or nothing.
 * @throws PackagerError NO_KEY where a key is missing, or the wrong one; as reading the package and writing do
 */
export async function decryptPackage(options: DecryptPackageOptions): Promise<ClearPackage> {
  const files = await openPackage(options.reference, options);
  try {
    return await decryptFiles(files, options);
  } catch (cause) {
    if (!(cause instanceof DamageError)) throw cause;
    throw fail.notMedia(
      cause.file,
      `at byte ${cause.offset} it ${cause.message}.`,
      'It is damaged or cut short: copy the package again, or package its source anew.',
    );
  } finally {
    await files.close();
  }
}

async function decryptFiles(files: PackageFiles, options: DecryptPackageOptions): Promise<ClearPackage> {
  const packages = await readPackage(files);
  const parts = await packageParts(files, packages);
  const wanted = new WantedKeys();
  const locked = new Set<string>();
  for (const part of parts) {
    if (part.kind !== 'mp4') continue;
    const media = await openPart(files, part);
    await wanted.addMp4(media);
    if (media.tracks.some(({ track }) => track.entries.some(({ protection }) => protection)))
      locked.add(part.path);
  }
  if (locked.size === 0)
    throw fail.unsupportedInput(
      files.name,
      'none of its media in MP4 is protected.',
      'There is nothing to decrypt.',
    );
  const keys = await findKeys(wanted, options);
  await judge({ files, packages, parts, keys, signal: options.signal });
  await new ClearWriter(files, keys, options).write(parts);
  return {
    output: options.output,
    files: parts.map(({ path, bytes }) => ({ path, bytes, isDecrypted: locked.has(path) })),
    keys: wanted.all.flatMap(({ kid }) => kid ?? []),
  };
}

/** The tracks of a file, or of a segment, of which its init segment tells. */
function openPart(files: PackageFiles, { path, init }: PackagePart, keys?: KeyLookup): Promise<Mp4Media> {
  const place = { path, offset: 0, length: undefined };
  const segment = {
    ...{ place, start: 0, duration: 0, keys: [], init: undefined },
    discontinuity: false,
    number: 0,
  };
  return openMp4Rendition(files, { init, segments: [segment] }, keys ? { keys } : {});
}

/** @throws PackagerError NO_KEY with the ids of those that no title's key source has */
async function findKeys({ all }: WantedKeys, { titles, signal }: DecryptPackageOptions): Promise<KeyLookup> {
  let reason: unknown;
  for (const title of titles) {
    try {
      return (await findPackageKeys({ ...title, signal }, all)).lookup;
    } catch (cause) {
      if (!PackagerError.is(cause) || cause.code !== 'NO_KEY') throw cause;
      reason ??= cause;
    }
  }
  throw reason ?? fail.keyMissing('No key source is there to be asked.');
}

interface Judged {
  readonly files: PackageFiles;
  readonly packages: readonly ListedPackage[];
  readonly parts: readonly PackagePart[];
  readonly keys: KeyLookup;
  readonly signal: AbortSignal;
}

/** All that is protected, decrypted once to see what becomes of it, before anything is written. */
async function judge({ files, packages, parts, keys, signal }: Judged): Promise<void> {
  const mp4 = new Map(parts.filter(({ kind }) => kind === 'mp4').map((part) => [part.path, part]));
  const listed = new Set<string>();
  for (const [first] of byMedia(packages)) {
    const { rendition } = first ?? {};
    if (!rendition || rendition.segments.length === 0) continue;
    if (!rendition.segments.every(({ place }) => mp4.has(place.path))) continue;
    for (const { place } of rendition.segments) listed.add(place.path);
    if (rendition.kind !== 'trick')
      await judgeKeys(await openMp4Rendition(files, rendition, { keys }), rendition.id, { signal });
  }
  for (const [path, part] of mp4)
    if (!listed.has(path)) await judgeKeys(await openPart(files, part, keys), path, { signal });
}
