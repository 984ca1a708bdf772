import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { filesBelow } from '../titles/package.ts';

/** Paths that an MPD names: its BaseURLs, and what its SegmentTemplates come to (ISO/IEC 23009-1, 5.3.9.4 and 5.3.9.6). */
export async function namedByMpd(folder: string, name: string): Promise<Set<string>> {
  const text = await readFile(join(folder, name), 'utf8');
  const named = new Set(
    [...text.matchAll(/<BaseURL>([^<]*)</g)].map(([, uri = '']) => decodeURIComponent(uri)),
  );
  for (const [template] of text.matchAll(
    /<SegmentTemplate[^>]*?\/>|<SegmentTemplate[\s\S]*?<\/SegmentTemplate>/g,
  )) {
    const attribute = (of: string): string => new RegExp(` ${of}="([^"]*)"`).exec(template)?.[1] ?? '';
    const media = (number: number): string =>
      decodeURIComponent(attribute('media').replace('$Number$', `${number}`));
    // Images are counted, and have no header.
    const last = Number(attribute('endNumber') || -1);
    for (let number = Number(attribute('startNumber')); number <= last; number++) named.add(media(number));
    if (last >= 0) continue;
    named.add(decodeURIComponent(attribute('initialization')));
    let number = Number(attribute('startNumber'));
    for (const [entry] of template.matchAll(/<S [^>]*>/g)) {
      const last = number + Number(/ r="(\d+)"/.exec(entry)?.[1] ?? 0);
      for (; number <= last; number++) named.add(media(number));
    }
  }
  return named;
}

/** Paths that a playlist names, and those that the playlists among these do: keys are elsewhere. */
async function namedByPlaylist(folder: string, name: string): Promise<Set<string>> {
  const named = new Set<string>();
  for (const line of (await readFile(join(folder, name), 'utf8')).split('\n')) {
    const isKey = /^#EXT-X-(SESSION-)?KEY:/.test(line);
    const uri = line.startsWith('#') ? /[:,]URI="([^"]*)"/.exec(line)?.[1] : line;
    if (isKey || !uri) continue;
    const path = join(dirname(name), decodeURIComponent(uri));
    named.add(path);
    if (path.endsWith('.m3u8')) for (const inner of await namedByPlaylist(folder, path)) named.add(inner);
  }
  return named;
}

/**
 * Assert that manifests name every file of a folder, and nothing that is not there.
 * @param manifests those that players are given, which nobody names
 * @param unnamed further files that are given to players by themselves
 */
export async function assertAllNamed(
  folder: string,
  manifests: readonly string[],
  unnamed: readonly string[] = [],
): Promise<void> {
  const files = await filesBelow(folder);
  const rest = files.filter((path) => !manifests.includes(path) && !unnamed.includes(path));
  for (const name of manifests) {
    const isMpd = name.endsWith('.mpd');
    const named = isMpd ? await namedByMpd(folder, name) : await namedByPlaylist(folder, name);
    // Playlists are for HLS alone; the media are for both.
    const expected = isMpd ? rest.filter((path) => !path.endsWith('.m3u8')) : rest;
    assert.equal([...named].sort(), expected, `${name} names what is there`);
  }
}
