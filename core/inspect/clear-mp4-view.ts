import { fail } from '../base/errors.ts';
import type { ByteSource } from '../io/byte-source.ts';
import type { ContentKey } from '../keys/content-key.ts';
import type { KeyFinder } from '../keys/key-finder.ts';
import { judgeKeys } from './form/judge-keys.ts';
import { DamageError } from './model/damage-error.ts';
import type { KeyLookup } from './model/track-reader.ts';
import { clearView, isMp4, type Mp4Media, openMp4 } from './mp4/index.ts';

/** Segments of each track that are looked at before anything is made of them. */
const LOOKED_AT = 3;

/** Who has the keys of a protected file. */
export interface ClearMp4Options {
  /** Asked one after the other, by key ids. */
  readonly finders: readonly KeyFinder[];
  readonly signal: AbortSignal;
}

/**
 * A file of MP4 under Common Encryption as the clear one that it was, of the same length: decrypted as it is read.
 * @param source is not closed by it
 * @returns `undefined` for what is no MP4, or clear
 * @throws PackagerError NO_KEY where a key is missing, or is not the one that it was encrypted with
 */
export async function clearMp4View(
  source: ByteSource,
  { finders, signal }: ClearMp4Options,
): Promise<ByteSource | undefined> {
  if (!(await isMp4(source))) return undefined;
  const opened = await openMp4(source).catch((cause: unknown) => {
    // What is damaged is for whoever reads it to tell.
    if (cause instanceof DamageError) return undefined;
    throw cause;
  });
  if (!opened?.tracks.some(({ track }) => track.entries.some(({ protection }) => protection)))
    return undefined;
  return told(async () => {
    const keys = await findKeys(await keyIds(opened), finders, source.name);
    await judgeKeys(await openMp4(source, { keys }), source.name, { signal, most: LOOKED_AT });
    const view = await clearView(source, keys);
    return {
      name: view.name,
      size: view.size,
      read: (position, targets) => told(() => view.read(position, targets)),
      close: () => view.close(),
    };
  });
}

/** Those of entries, and of the groups of fragments. */
async function keyIds(media: Mp4Media): Promise<string[]> {
  const ids = new Set<string>();
  const add = (
    protection: { readonly kid: string | undefined; readonly isProtected: boolean } | undefined,
  ) => {
    if (protection?.isProtected && protection.kid !== undefined) ids.add(protection.kid);
  };
  for (const { track } of media.tracks) for (const { protection } of track.entries) add(protection);
  for await (const { tracks } of media.fragments())
    for (const { groups } of tracks) for (const { protection } of groups) add(protection);
  return [...ids];
}

async function findKeys(
  ids: readonly string[],
  finders: readonly KeyFinder[],
  name: string,
): Promise<KeyLookup> {
  const found = new Map<string, ContentKey>();
  for (const { find } of finders) {
    const wanted = ids.filter((id) => !found.has(id));
    if (wanted.length === 0) break;
    for (const key of await find(wanted)) if (wanted.includes(key.hexId)) found.set(key.hexId, key);
  }
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length > 0)
    throw fail.keyMissing(
      `There is no key for the key ${missing.length > 1 ? 'ids' : 'id'} ${missing.join(', ')} of ${name}. Asked: ${finders.map((finder) => finder.name).join('; ')}.`,
      'Name the key source that it was packaged with.',
    );
  return ({ kid }) => (kid === undefined ? undefined : found.get(kid));
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof DamageError)) throw cause;
    throw fail.notMedia(
      cause.file,
      `at byte ${cause.offset} it ${cause.message}.`,
      'It is damaged or cut short: copy it again, or package its source anew.',
    );
  }
}
