import type { PackageFiles } from '../../inspect/model/places.ts';
import type { WantedKey } from '../../inspect/model/track-reader.ts';
import { openMp4Rendition } from '../../inspect/mp4/index.ts';
import type { PackageOptions } from '../api.ts';
import { KnownKeys } from '../known-keys.ts';
import type { OpenTitle } from '../open-title.ts';
import { findSomeKeys } from '../package-keys.ts';
import type { Listing } from './list-packages.ts';
import { mediaKind } from './media-kind.ts';
import { unlessDamaged } from './unless-damaged.ts';
import { WantedKeys } from './wanted-keys.ts';

export interface LookupOptions {
  readonly files: PackageFiles;
  readonly title: PackageOptions | undefined;
  /** Opened with its keys: nobody need be asked. */
  readonly opened: OpenTitle | undefined;
  /** Opened without. */
  readonly source: OpenTitle | undefined;
}

/**
 * The keys of packages: those of the title that they were written of, or those that the key sources of its config have. Without a
 * config nobody is asked, and none is known.
 * @param others that files want which no manifest names
 * @throws PackagerError NO_KEY where there is none of them at all
 */
export async function packageLookup(
  listing: Listing,
  others: readonly WantedKey[],
  { files, title, opened, source }: LookupOptions,
): Promise<KnownKeys> {
  if (opened) return keysOf(opened);
  if (!title) return new KnownKeys();
  const wanted = new WantedKeys();
  for (const listed of listing.packages) wanted.addListed(listed);
  for (const { renditions } of listing.packages)
    for (const rendition of renditions)
      await unlessDamaged(async () => {
        if ((await mediaKind(files, rendition)) === 'mp4' && rendition.segments.length > 0)
          await wanted.addMp4(await openMp4Rendition(files, rendition));
      });
  for (const each of others) wanted.add(each);
  if (wanted.all.length === 0) return new KnownKeys();
  const labels = source?.policy.labels;
  return findSomeKeys({ ...title, ...(labels && { labels }) }, wanted.all);
}

function keysOf({ modes, keys, title }: OpenTitle): KnownKeys {
  const known = new KnownKeys();
  known.contentId = title.run.contentId;
  for (const { name, scheme } of modes) known.add(keys.get(name)?.distinct ?? [], scheme);
  return known;
}
