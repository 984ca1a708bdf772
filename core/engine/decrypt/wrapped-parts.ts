import { fail, PackagerError } from '../../base/errors.ts';
import { DamageError } from '../../inspect/model/damage-error.ts';
import type { PackageFiles } from '../../inspect/model/places.ts';
import type { KeyLookup, TrackReader } from '../../inspect/model/track-reader.ts';
import type { Unwrapped, Wrapper } from '../../inspect/model/wrapper.ts';
import { isMp4, openMp4 } from '../../inspect/mp4/index.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import type { WantedKeys } from '../verify/wanted-keys.ts';
import type { PackagePart } from './package-parts.ts';

/** Take note of the key of a file in the container of a vendor; of other files of nothing. */
export async function wantWrapped(
  files: PackageFiles,
  { path, wrapper }: PackagePart,
  wanted: WantedKeys,
): Promise<void> {
  if (!wrapper) return;
  const source = await files.open(path);
  try {
    const { kid } = await wrapper.open(source, () => undefined);
    wanted.add({ kid, scheme: 'whole-file' });
  } finally {
    await source.close();
  }
}

/** @throws PackagerError NO_KEY where its key is missing or the wrong one, UNSUPPORTED_INPUT where what is in it is protected itself */
export async function judgeWrapped(
  files: PackageFiles,
  { path, wrapper }: PackagePart,
  keys: KeyLookup,
): Promise<void> {
  if (!wrapper) return;
  const source = await files.open(path);
  try {
    const clear = await openWrapped(source, path, wrapper, keys);
    if (!(await isMp4(clear))) return;
    const tracks = await tracksOf(clear);
    if (tracks.every(({ track }) => track.entries.every(({ protection }) => !protection))) return;
    throw fail.unsupportedInput(
      path,
      'what is in it is protected once more.',
      'Nothing was written. Unpack it with the tool of its format, and decrypt what that writes.',
    );
  } finally {
    await source.close();
  }
}

/** What cannot be read as MP4 was put in like that. */
async function tracksOf(clear: ByteSource): Promise<readonly TrackReader[]> {
  try {
    return (await openMp4(clear)).tracks;
  } catch (cause) {
    if (!(cause instanceof DamageError)) throw cause;
    return [];
  }
}

/** The file in it, which closes its source. @throws PackagerError NO_KEY */
export async function openWrapped(
  source: ByteSource,
  path: string,
  wrapper: Wrapper,
  keys: KeyLookup,
): Promise<ByteSource> {
  const { clear, kid } = await unwrap(source, path, wrapper, keys);
  if (clear) return clear;
  throw fail.keyMissing(`There is no key ${kid ?? ''} for ${path}.`);
}

async function unwrap(
  source: ByteSource,
  path: string,
  wrapper: Wrapper,
  keys: KeyLookup,
): Promise<Unwrapped> {
  try {
    return await wrapper.open(source, keys);
  } catch (cause) {
    if (!PackagerError.is(cause) || cause.code !== 'INVALID_KEY') throw cause;
    throw fail.keyMissing(
      `The key that was found is not the one that ${path} was encrypted with: ${cause.message}`,
      'Name the key source that it was packaged with. Nothing was written.',
    );
  }
}
