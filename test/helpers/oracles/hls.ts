import { open, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { command } from '../commands/command.ts';
import { temporaryFolder } from '../commands/folders.ts';
import { togetherOrAlone } from '../commands/together.ts';
import {
  type CodedSample,
  codedSamplesOf,
  type SampleRequest,
  type StreamName,
  tsFilter,
} from './samples.ts';

/** One segment of a media playlist. */
export interface PlaylistSegment {
  /** The lines of the playlist that belong to it: EXTINF, EXT-X-BYTERANGE, its URI. */
  readonly lines: readonly string[];
  /** Absolute path. */
  readonly path: string;
  /** Byte range in the file; `undefined`: the whole file. */
  readonly range: { readonly offset: number; readonly length: number } | undefined;
  /** Attributes of the EXT-X-KEY in force. */
  readonly key: { readonly method: string; readonly iv: string | undefined } | undefined;
}

/** Read a media playlist with no more than these oracles need. Sequence numbers as IVs are not supported. */
export async function readSegments(playlist: string): Promise<PlaylistSegment[]> {
  const segments: PlaylistSegment[] = [];
  let key: PlaylistSegment['key'];
  let range: PlaylistSegment['range'];
  let lines: string[] = [];
  for (const line of (await readFile(playlist, 'utf8')).split('\n')) {
    if (line.startsWith('#EXT-X-KEY:')) {
      key = { method: /METHOD=([^,]+)/.exec(line)?.[1] ?? '', iv: /IV=0x([0-9a-f]+)/i.exec(line)?.[1] };
    } else if (line.startsWith('#EXTINF:')) {
      lines = [line];
    } else if (line.startsWith('#EXT-X-BYTERANGE:')) {
      const [length, offset] = line.slice('#EXT-X-BYTERANGE:'.length).split('@').map(Number);
      if (length === undefined || offset === undefined) throw new Error(`${playlist}: ${line} has no offset`);
      range = { offset, length };
      lines.push(line);
    } else if (line !== '' && !line.startsWith('#')) {
      const path = resolve(dirname(playlist), decodeURIComponent(line));
      segments.push({ lines: [...lines, path], path, range, key });
      range = undefined;
    }
  }
  return segments;
}

/** A stream of a playlist, to be read. */
export interface HlsStream {
  readonly stream: StreamName;
  /** A bitstream filter instead of the one for H.264 or AAC: `null` for codecs that MPEG-TS carries as they are. */
  readonly filter?: string;
}

export interface HlsSamplesOptions {
  /** Hexadecimal, as the IV. */
  readonly key: string;
  readonly iv?: string;
  only?(index: number): boolean;
}

/** Decrypt an encrypted playlist with ffmpeg and read the samples of one stream, as {@link hlsSamplesOf} does. */
export async function hlsSamples(
  playlist: string,
  stream: StreamName,
  { filter, ...options }: HlsSamplesOptions & Pick<HlsStream, 'filter'>,
): Promise<CodedSample[]> {
  const [samples = []] = await hlsSamplesOf(playlist, [{ stream, ...(filter && { filter }) }], options);
  return samples;
}

/**
 * Decrypt an encrypted playlist (SAMPLE-AES or AES-128) with ffmpeg and read the samples of some streams.
 * @param iv hexadecimal; needed where the playlist has none (FairPlay's comes with the licence)
 * @param only take these segments alone, by their place in the playlist: those of one key. @default all
 */
export async function hlsSamplesOf(
  playlist: string,
  streams: readonly HlsStream[],
  options: HlsSamplesOptions,
): Promise<CodedSample[][]> {
  const requests = await twoReadings(playlist, streams, options);
  return ofTwoReadings(await codedSamplesOf(requests.flat()));
}

/** A stream of a playlist, and the key that is tried on it. */
export interface HlsReading extends HlsStream, HlsSamplesOptions {
  readonly playlist: string;
}

/**
 * Decrypt and read as {@link hlsSamples} does, all with one start of ffmpeg; where that fails, each with one of its own.
 * @returns how it went with each
 */
export async function hlsSamplesOfEach(
  readings: readonly HlsReading[],
): Promise<PromiseSettledResult<CodedSample[]>[]> {
  const requests = await Promise.all(
    readings.map((reading) => twoReadings(reading.playlist, [reading], reading)),
  );
  return togetherOrAlone(requests.flat(), async (list) => ofTwoReadings(await codedSamplesOf(list.flat())));
}

/** Streams of a playlist, and the key that is tried on them. */
export interface HlsReadings {
  readonly playlist: string;
  readonly streams: readonly HlsStream[];
  readonly options: HlsSamplesOptions;
}

/** Decrypt and read as {@link hlsSamplesOf} does, of several playlists, or of one key after the other, with one start of ffmpeg. */
export async function hlsSamplesOfAll(readings: readonly HlsReadings[]): Promise<CodedSample[][][]> {
  const requests = await Promise.all(
    readings.map(({ playlist, streams, options }) => twoReadings(playlist, streams, options)),
  );
  const read = ofTwoReadings(await codedSamplesOf(requests.flat(2)));
  let at = 0;
  return readings.map(({ streams }) => streams.map(() => read[at++]!));
}

/** The playlist with its key beside it, for ffmpeg: as it is, and with its first segment once more. */
async function twoReadings(
  playlist: string,
  streams: readonly HlsStream[],
  { key, iv, only = () => true }: HlsSamplesOptions,
): Promise<[SampleRequest, SampleRequest][]> {
  const segments = (await readSegments(playlist)).filter((_, index) => only(index));
  const first = segments[0];
  if (!first?.key) throw new Error(`${playlist}: nothing is encrypted`);
  const folder = temporaryFolder('hls-decrypt');
  await writeFile(join(folder, 'key.bin'), Buffer.from(key, 'hex'));

  const identity = (segment: PlaylistSegment): string[] => {
    const { method = 'NONE', iv: own = iv } = segment.key ?? {};
    const attributes =
      method === 'NONE' ? 'NONE' : `${method},URI="key.bin",IV=0x${own},KEYFORMAT="identity"`;
    return [`#EXT-X-KEY:METHOD=${attributes}`, ...segment.lines];
  };
  const head = ['#EXTM3U', '#EXT-X-VERSION:5', '#EXT-X-TARGETDURATION:60', '#EXT-X-MEDIA-SEQUENCE:0'];
  const body = [...head, ...segments.flatMap(identity)];
  const write = async (name: string, tail: readonly string[]): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, [...body, ...tail, '#EXT-X-ENDLIST', ''].join('\n'));
    return path;
  };
  const plain = await write('plain.m3u8', []);
  const padded = await write('padded.m3u8', ['#EXT-X-DISCONTINUITY', ...identity(first)]);
  const demuxer = ['-allowed_extensions', 'ALL'];
  return streams.map(({ stream, filter = tsFilter(stream) }) => [
    { path: plain, stream, demuxer, filter },
    { path: padded, stream, demuxer, filter },
  ]);
}

/** As many samples as each first reading has, out of the second. */
function ofTwoReadings(read: readonly CodedSample[][]): CodedSample[][] {
  return Array.from({ length: read.length / 2 }, (_, index) =>
    read[2 * index + 1]!.slice(0, read[2 * index]!.length),
  );
}

/**
 * Decrypt each segment of an AES-128 playlist with OpenSSL.
 * @throws Error when one has the wrong padding, or is no transport stream: 0x47 at every 188th byte
 */
export async function aes128SegmentsByOpenssl(playlist: string, key: string): Promise<Buffer[]> {
  const clear: Buffer[] = [];
  for (const [index, segment] of (await readSegments(playlist)).entries()) {
    const { method, iv } = segment.key ?? {};
    if (method !== 'AES-128' || iv === undefined)
      throw new Error(`segment ${index}: no AES-128 key with an IV`);
    const input = await readRange(segment);
    const bytes = await command('openssl', ['enc', '-d', '-aes-128-cbc', '-K', key, '-iv', iv], { input });
    if (bytes.length === 0 || bytes.length % 188 !== 0)
      throw new Error(`segment ${index}: not whole packets`);
    for (let at = 0; at < bytes.length; at += 188) {
      if (bytes[at] !== 0x47) throw new Error(`segment ${index}: no sync byte at ${at}`);
    }
    clear.push(bytes);
  }
  return clear;
}

/** The bytes of a segment as a client fetches them. */
export async function readRange({ path, range }: PlaylistSegment): Promise<Buffer> {
  if (range === undefined) return readFile(path);
  const file = await open(path);
  try {
    const bytes = Buffer.alloc(range.length);
    const { bytesRead } = await file.read(bytes, 0, range.length, range.offset);
    if (bytesRead !== range.length) throw new Error(`${path}: byte range ends after the file`);
    return bytes;
  } finally {
    await file.close();
  }
}
