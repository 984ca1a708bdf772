import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ContentKey, fromHex } from '../../../core/index.ts';
import type { ListedKey, ListedSegment } from '../../../core/inspect/model/listed-package.ts';
import type { KeyLookup } from '../../../core/inspect/model/track-reader.ts';
import type { TransportInput } from '../../../core/inspect/mpegts/transport.ts';
import { openFile } from '../../../core/kit.ts';
import { TEST_KEY } from '../titles/package.ts';

/** A key as lookups answer it. */
export const contentKey = ({ keyId, key, iv }: typeof TEST_KEY = TEST_KEY): ContentKey =>
  new ContentKey({ id: fromHex(keyId), key: fromHex(key), iv: fromHex(iv) });

/** The segments of a media playlist: of what these tests write, in the order in which its lines stand. */
export async function listedSegments(playlist: string): Promise<ListedSegment[]> {
  const segments: ListedSegment[] = [];
  let keys: ListedKey[] = [];
  let duration = 0;
  let start = 0;
  let discontinuity = false;
  let number = 0;
  let range: { offset: number; length: number } | undefined;
  for (const line of (await readFile(playlist, 'utf8')).split('\n')) {
    const [, tag, value = ''] = /^#(EXT[-A-Z]*):?(.*)$/.exec(line) ?? [];
    if (tag === 'EXT-X-MEDIA-SEQUENCE') number = Number(value);
    else if (tag === 'EXT-X-KEY') keys = value.startsWith('METHOD=NONE') ? [] : [keyOf(value)];
    else if (tag === 'EXTINF') duration = Number.parseFloat(value);
    else if (tag === 'EXT-X-DISCONTINUITY') discontinuity = true;
    else if (tag === 'EXT-X-BYTERANGE') {
      const [length = 0, offset = 0] = value.split('@').map(Number);
      range = { offset, length };
    } else if (line !== '' && !line.startsWith('#')) {
      const place = { path: line, offset: range?.offset ?? 0, length: range?.length };
      segments.push({ place, start, duration, keys, init: undefined, discontinuity, number });
      number += 1;
      start += duration;
      discontinuity = false;
      range = undefined;
    }
  }
  return segments;
}

function keyOf(value: string): ListedKey {
  const text = (name: string): string | undefined =>
    new RegExp(`(?:^|,)${name}=("[^"]*"|[^,]*)`).exec(value)?.[1]?.replaceAll('"', '');
  const iv = text('IV')?.slice(2);
  return {
    method: text('METHOD') ?? '',
    uri: text('URI'),
    iv: iv === undefined ? undefined : fromHex(iv),
    keyFormat: text('KEYFORMAT') ?? 'identity',
    keyFormatVersions: text('KEYFORMATVERSIONS'),
    kid: undefined,
  };
}

/** What is needed to open the rendition of a playlist. */
export async function transportInput(
  playlist: string,
  lookup: KeyLookup = () => contentKey(),
): Promise<TransportInput> {
  const segments = await listedSegments(playlist);
  return { segments, lookup, open: (path) => openFile(join(dirname(playlist), path)) };
}
