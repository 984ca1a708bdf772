import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { attributesOf } from '../oracles/valid-playlists.ts';
import type { PlayedSegment } from './played.ts';

/** A line of a key in force: its attributes as they stand there. */
export type KeyLine = string;

/** A segment of a playlist with the key lines that hold for it. */
export interface ListedSegment extends PlayedSegment {
  /** In force when the segment begins; none: it is clear. */
  readonly keyLines: readonly KeyLine[];
}

/** A media playlist, or one of I-frames, by RFC 8216 alone. */
export interface ListedPlaylist {
  /** What EXT-X-MAP addresses; empty in MPEG-TS. */
  readonly init: Buffer;
  readonly segments: readonly ListedSegment[];
}

/** Read a playlist: a key line holds until one of its KEYFORMAT comes, METHOD=NONE ends all (4.3.2.4). */
export async function listedPlaylist(path: string): Promise<ListedPlaylist> {
  const text = await readFile(path, 'utf8');
  const files = new Map<string, Buffer>();
  const fetched = async (uri: string, range: string | undefined): Promise<Buffer> => {
    const file = join(dirname(path), decodeURIComponent(uri));
    const bytes = files.get(file) ?? (await readFile(file));
    files.set(file, bytes);
    if (range === undefined) return bytes;
    const [length = 0, offset = 0] = range.split('@').map(Number);
    if (offset + length > bytes.length) throw new Error(`${path}: ${range} ends behind ${uri}`);
    return bytes.subarray(offset, offset + length);
  };
  const inForce = new Map<string, KeyLine>();
  const segments: ListedSegment[] = [];
  let init = Buffer.alloc(0);
  let start = 0;
  let duration = 0;
  let range: string | undefined;
  for (const line of text.split('\n')) {
    const value = line.slice(line.indexOf(':') + 1);
    if (line.startsWith('#EXT-X-KEY:')) {
      if (value.startsWith('METHOD=NONE')) inForce.clear();
      else inForce.set(/KEYFORMAT="([^"]*)"/.exec(value)?.[1] ?? 'identity', value);
    } else if (line.startsWith('#EXT-X-MAP:')) {
      const [, uri = ''] = /URI="([^"]*)"/.exec(value) ?? [];
      init = Buffer.from(await fetched(uri, /BYTERANGE="([^"]*)"/.exec(value)?.[1]));
    } else if (line.startsWith('#EXTINF:')) duration = Number.parseFloat(value);
    else if (line.startsWith('#EXT-X-BYTERANGE:')) range = value;
    else if (line !== '' && !line.startsWith('#')) {
      const bytes = await fetched(line, range);
      segments.push({ start, bytes, keyLines: [...inForce.values()] });
      start += duration;
      range = undefined;
    }
  }
  return { init, segments };
}

/** The key lines of a multivariant playlist. */
export const sessionKeys = async (path: string): Promise<string[]> =>
  attributesOf(await readFile(path, 'utf8'), 'EXT-X-SESSION-KEY');
