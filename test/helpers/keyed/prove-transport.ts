import { createDecipheriv } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../commands/folders.ts';
import { asInTs } from '../matrix/prove-sample-aes.ts';
import type { RowStream } from '../matrix/row.ts';
import { sourceHashes } from '../matrix/source.ts';
import { type HlsReadings, hlsSamplesOfAll } from '../oracles/hls.ts';
import { pictureHash } from '../oracles/sample-aes.ts';
import { audioFrames, audioHash } from '../oracles/sample-aes-audio.ts';
import { codedSamplesOf, hashes, type SampleRequest } from '../oracles/samples.ts';
import { readPackets, readPes } from '../oracles/transport-stream.ts';
import { distinctKeys, type KeyedTitle, keysOf } from './keyed-title.ts';
import type { ListedPlaylist } from './played-playlist.ts';
import { assertSegments, type ReadSample } from './prove-segments.ts';
import type { TitleKey } from './title-keys.ts';

/** A rendition in MPEG-TS. */
export interface TransportUnit {
  readonly folder: string;
  readonly streams: readonly RowStream[];
  readonly playlist: ListedPlaylist;
}

const PIDS = { video: 0x101, audio: 0x102 } as const;

/** Bytes of a header of ADTS without CRC. */
const ADTS = 7;
/** Bytes: 16 of a frame stay clear, and what is no whole block behind them. */
const SMALLEST = 32;

/** The samples of a stream in a segment, to be decrypted after Apple's text. */
function samplesIn(segment: Buffer, { kind, codec }: RowStream): ReadSample[] {
  const packets = readPes(readPackets(segment), PIDS[kind]);
  if (kind === 'video')
    return packets.map(({ payload }) => ({
      stored: pictureHash(payload),
      isTooSmall: false,
      under: (key) => pictureHash(payload, key),
    }));
  return audioFrames(packets, codec).map((frame) => ({
    stored: audioHash(frame, codec),
    isTooSmall: frame.length - (codec === 'aac' ? ADTS : 0) < SMALLEST,
    under: (key) => audioHash(frame, codec, key),
  }));
}

/**
 * Assert of SAMPLE-AES that each segment is under the key of its label and period: after Apple's text, and by ffmpeg, which is given
 * the segments of one key at a time.
 * @param root the mode's folder
 */
export async function proveSampleAes(
  root: string,
  title: KeyedTitle,
  units: readonly TransportUnit[],
): Promise<void> {
  const all = distinctKeys(title, title.streams);
  const readings: HlsReadings[] = [];
  const wanted: string[][] = [];
  for (const { folder, streams, playlist } of units) {
    const hashesOf = new Map<RowStream, string[][]>();
    for (const stream of streams) {
      const source = await sourceHashes(title, stream, 'ts');
      const keys = keysOf(title, stream);
      const segments = playlist.segments.map(({ bytes }) => samplesIn(bytes, stream));
      assertSegments({ what: `${folder}, ${stream.unit}`, source, keys, all, segments });
      let at = 0;
      hashesOf.set(
        stream,
        segments.map(({ length }) => {
          at += length;
          return source.slice(at - length, at);
        }),
      );
    }
    // ffmpeg decrypts all streams of a segment: what is clear in it would be none of it behind.
    const encrypted = streams.filter((stream) => title.labelOf(stream) !== undefined);
    const keys = keysOf(title, streams[0]!);
    for (const { keyId, key, iv } of distinctKeys(title, encrypted)) {
      const only = (index: number): boolean => keys[index]?.keyId === keyId;
      const path = join(root, folder, 'stream.m3u8');
      readings.push({ playlist: path, streams: encrypted.map(asInTs), options: { key, iv, only } });
      for (const stream of encrypted)
        wanted.push(
          hashesOf
            .get(stream)!
            .filter((_, n) => only(n))
            .flat(),
        );
    }
  }
  const found = (await hlsSamplesOfAll(readings)).flat();
  assert.equal(found.map(hashes), wanted, 'by ffmpeg');
}

/**
 * Assert of AES-128 over whole segments that each is under the key of its label and period, with the padding that it must have,
 * and that ffmpeg plays the playlists as they are, but for where keys are.
 */
export async function proveAes128(title: KeyedTitle, units: readonly TransportUnit[]): Promise<void> {
  const all = distinctKeys(title, title.streams);
  const requests: SampleRequest[] = [];
  const wanted: string[][] = [];
  for (const { folder, streams, playlist } of units) {
    const keys = keysOf(title, streams[0]!);
    const clear = playlist.segments.map(({ bytes }, n) => {
      const what = `${folder}, segment ${n + 1}`;
      const key = keys[n];
      assert.is(isTransport(bytes), key === undefined, `${what}: clear or not`);
      const opened = all.filter((one) => isTransport(decrypted(bytes, one)));
      assert.equal(opened, key ? [key] : [], `${what}: keys that fit`);
      return (key && decrypted(bytes, key)) ?? bytes;
    });
    const path = await playable(playlist, all);
    for (const stream of streams) {
      const source = await sourceHashes(title, stream, 'ts');
      const found = clear.flatMap((segment) => samplesIn(segment, stream).map(({ stored }) => stored));
      assert.equal(found, source, `${folder}, ${stream.unit}`);
      requests.push({ ...asInTs(stream), path, demuxer: ['-allowed_extensions', 'ALL'] });
      wanted.push(source);
    }
  }
  const read = await codedSamplesOf(requests);
  assert.equal(read.map(hashes), wanted, 'by ffmpeg');
}

/** `undefined`: the padding is wrong (RFC 8216, 4.3.2.4). */
function decrypted(bytes: Buffer, { key, iv }: TitleKey): Buffer | undefined {
  const decipher = createDecipheriv('aes-128-cbc', Buffer.from(key, 'hex'), Buffer.from(iv, 'hex'));
  try {
    return Buffer.concat([decipher.update(bytes), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** Whole packets, each with its sync byte. */
function isTransport(bytes: Buffer | undefined): boolean {
  if (!bytes || bytes.length === 0 || bytes.length % 188 !== 0) return false;
  for (let at = 0; at < bytes.length; at += 188) if (bytes[at] !== 0x47) return false;
  return true;
}

/**
 * The playlist with keys beside it, each where a line names it, and with a file for each segment: of a local file ffmpeg 5.1 decrypts
 * no range that does not begin with a whole block.
 */
async function playable({ segments }: ListedPlaylist, all: readonly TitleKey[]): Promise<string> {
  const folder = temporaryFolder('hls-keys');
  const text = ['#EXTM3U', '#EXT-X-VERSION:5', '#EXT-X-TARGETDURATION:60', '#EXT-X-MEDIA-SEQUENCE:0'];
  for (const [n, { bytes, keyLines }] of segments.entries()) {
    const [line] = keyLines;
    const key = line === undefined ? undefined : all.find(({ keyId }) => line.includes(keyId));
    if (key) await writeFile(join(folder, `${key.keyId}.bin`), Buffer.from(key.key, 'hex'));
    const attributes = line?.replace(/URI="[^"]*"/, `URI="${key?.keyId}.bin"`) ?? 'METHOD=NONE';
    await writeFile(join(folder, `${n}.ts`), bytes);
    text.push(`#EXT-X-KEY:${attributes}`, '#EXTINF:1,', `${n}.ts`);
  }
  const path = join(folder, 'stream.m3u8');
  await writeFile(path, [...text, '#EXT-X-ENDLIST', ''].join('\n'));
  return path;
}
