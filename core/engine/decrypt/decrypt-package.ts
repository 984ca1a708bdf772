import { fail, PackagerError } from '../../base/errors.ts';
import { Packager } from '../../contract/packager.ts';
import { openPackage } from '../../inspect/files/open-package.ts';
import { judgeKeys } from '../../inspect/form/judge-keys.ts';
import { DamageError } from '../../inspect/model/damage-error.ts';
import type { PackageFiles } from '../../inspect/model/places.ts';
import type { KeyLookup } from '../../inspect/model/track-reader.ts';
import { type Mp4Media, openMp4Rendition } from '../../inspect/mp4/index.ts';
import { byMedia } from '../../inspect/read-package.ts';
import { findPackageKeys } from '../package-keys.ts';
import { WantedKeys } from '../verify/wanted-keys.ts';
import { ClearWriter } from './clear-writer.ts';
import { judgeTransport } from './judge-transport.ts';
import type { DecryptPackageOptions } from './options.ts';
import { type PackagePart, type PackageParts, packageParts } from './package-parts.ts';
import { judgeWrapped, wantWrapped } from './wrapped-parts.ts';

/** What was written. */
export interface ClearPackage {
  readonly output: string;
  readonly files: readonly (Pick<PackagePart, 'path' | 'bytes'> & { readonly isDecrypted: boolean })[];
  /** Key ids. */
  readonly keys: readonly string[];
}

/**
 * Write a finished package again as clear media: MP4 decrypted in place, MPEG-TS and packed audio segment by segment, containers of vendors
 * as the file that is in them; manifests without what they say of protection, with the byte ranges that are now; no files of keys; all else
 * as it is. All of it is written, or nothing.
 * @throws PackagerError NO_KEY where a key is missing, or the wrong one; as reading the package and writing do
 */
export async function decryptPackage(options: DecryptPackageOptions): Promise<ClearPackage> {
  // Files of which kind there are only those who read them can say: plugins have containers of their own.
  const files = await openPackage(options.reference, { ...options, endings: [''] });
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
  const { stores, wrappers } = new Packager(options.titles[0]?.plugins ?? []);
  const all = await packageParts(files, wrappers);
  const { parts, transports } = all;
  const wanted = new WantedKeys();
  for (const { segments } of transports) wanted.addSegments(segments);
  const locked = new Set(
    parts.filter(({ kind }) => kind === 'transport' || kind === 'wrapped').map(({ path }) => path),
  );
  for (const part of parts) {
    await wantWrapped(files, part, wanted);
    if (part.kind !== 'mp4') continue;
    const media = await openPart(files, part);
    await wanted.addMp4(media);
    if (media.tracks.some(({ track }) => track.entries.some(({ protection }) => protection)))
      locked.add(part.path);
  }
  if (locked.size === 0)
    throw fail.unsupportedInput(
      files.name,
      'none of its media is protected.',
      'There is nothing to decrypt.',
    );
  const keys = await findKeys(wanted, options);
  await judge({ files, all, keys, signal: options.signal });
  const written = await new ClearWriter(files, keys, options).write(all, stores);
  return {
    output: options.output,
    files: parts.map(({ path, output }) => ({
      path: output,
      bytes: written.get(output) ?? 0,
      isDecrypted: locked.has(path),
    })),
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
  readonly all: PackageParts;
  readonly keys: KeyLookup;
  readonly signal: AbortSignal;
}

/** All that is protected, decrypted once to see what becomes of it, before anything is written. */
async function judge({ files, all, keys, signal }: Judged): Promise<void> {
  const { packages, parts, transports } = all;
  for (const part of parts) await judgeWrapped(files, part, keys);
  for (const transport of transports) await judgeTransport(transport, files, keys, signal);
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
