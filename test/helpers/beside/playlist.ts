import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ListedPlaylist, listedPlaylist } from '../keyed/played-playlist.ts';
import { readAttributes } from '../oracles/playlist-text.ts';
import { attributesOf } from '../oracles/valid-playlists.ts';

/** A media playlist with its lines. */
export interface BesidePlaylist extends ListedPlaylist {
  readonly text: string;
  /** Seconds from its start to that of each segment, and to the end. */
  readonly times: readonly number[];
}

/** @param path of a media playlist */
export async function besidePlaylist(path: string): Promise<BesidePlaylist> {
  const text = await readFile(path, 'utf8');
  const times = [0];
  for (const duration of attributesOf(text, 'EXTINF'))
    times.push(times.at(-1)! + Number.parseFloat(duration));
  return { ...(await listedPlaylist(path)), text, times };
}

/** Attributes of a line, without quotes. */
export const attributesIn = (line: string): ReadonlyMap<string, string> =>
  new Map((readAttributes(line) ?? []).map(([name, value]) => [name, value.replace(/^"(.*)"$/, '$1')]));

/** The one playlist that a multivariant playlist names with a tag. @throws Error when there is none, or another */
export async function namedPlaylist(
  master: string,
  tag: string,
  isIt: (attributes: ReadonlyMap<string, string>) => boolean = () => true,
): Promise<BesidePlaylist> {
  const lines = attributesOf(await readFile(master, 'utf8'), tag)
    .map(attributesIn)
    .filter(isIt);
  const uri = lines[0]?.get('URI');
  if (uri === undefined || lines.length > 1) throw new Error(`${lines.length} of ${tag}`);
  return besidePlaylist(join(dirname(master), decodeURIComponent(uri)));
}
