import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Parser } from 'm3u8-parser';
import { ffmpeg } from '../commands/command.ts';

/** One entry of a media playlist with the bytes that a client fetches for it. */
export interface FetchedSegment {
  /** Seconds. */
  readonly duration: number;
  readonly offset: number;
  readonly bytes: Buffer;
}

/** A media playlist of fMP4 as m3u8-parser understands it, with what it addresses. */
export interface FetchedPlaylist {
  readonly manifest: Parser['manifest'];
  readonly warnings: readonly string[];
  /** What EXT-X-MAP addresses. */
  readonly init: Buffer;
  readonly segments: readonly FetchedSegment[];
  /** Bytes of the one media file. */
  readonly fileSize: number;
}

export function parsePlaylist(text: string): Pick<FetchedPlaylist, 'manifest' | 'warnings'> {
  const parser = new Parser();
  const warnings: string[] = [];
  parser.on('warn', ({ message }) => warnings.push(message));
  parser.push(text);
  parser.end();
  return { manifest: parser.manifest, warnings };
}

/** @throws Error when a segment has no byte range, or another file or EXT-X-MAP than the first */
export async function fetchPlaylist(path: string): Promise<FetchedPlaylist> {
  const parsed = parsePlaylist(await readFile(path, 'utf8'));
  const { segments } = parsed.manifest;
  const [first] = segments;
  if (!first?.map?.byterange) throw new Error(`${path}: no EXT-X-MAP with a BYTERANGE`);
  const file = await readFile(join(dirname(path), first.uri));
  const range = ({ offset, length }: { offset: number; length: number }): Buffer => {
    if (offset + length > file.length) throw new Error(`${path}: a byte range ends after the file`);
    return file.subarray(offset, offset + length);
  };
  return {
    ...parsed,
    init: range(first.map.byterange),
    segments: segments.map(({ uri, duration, byterange, map }) => {
      if (!byterange || uri !== first.uri || map?.uri !== first.uri) {
        throw new Error(`${path}: a segment without a byte range in ${first.uri}`);
      }
      return { duration, offset: byterange.offset, bytes: range(byterange) };
    }),
    fileSize: file.length,
  };
}

/** Types and sizes of the boxes at top level; the last one may claim more than there is. */
export function boxesIn(bytes: Buffer): { type: string; size: number }[] {
  const boxes: { type: string; size: number }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    boxes.push({ type: bytes.toString('latin1', at + 4, at + 8), size });
    if (size < 8) throw new Error(`a box of ${size} bytes`);
    at += size;
  }
  return boxes;
}

/** How many pictures ffmpeg decodes, without a complaint, of an init segment and what a client fetched behind it. */
export async function decodedPictures(init: Buffer, bytes: Buffer, key: string): Promise<number> {
  const decrypt = ['-decryption_key', key, '-xerror', '-err_detect', 'explode'];
  const text = await ffmpeg([...decrypt, '-i', 'pipe:0', '-map', '0:v', '-f', 'framemd5', '-'], {
    input: Buffer.concat([init, bytes]),
  });
  return text
    .toString()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#')).length;
}
