import { readFile } from 'node:fs/promises';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';

const CLUSTER = Buffer.from('1f43b675', 'hex');
const [CRC, TIMESTAMP] = [0xbf, 0xe7];

export interface MatroskaRecipe {
  readonly seconds: number;
  readonly streams?: 'both' | 'video' | 'audio';
  /** Sizes of segment and clusters are not said, as in a live recording. */
  readonly isLive?: boolean;
  /** Bits a second of noise, to make the file large. */
  readonly bitrate?: string;
}

/** H.264 of 25 pictures a second with B-frames, a key frame every second, AAC, and clusters of less than a second. */
export const matroska = (recipe: MatroskaRecipe): Promise<Buffer> => {
  const { seconds, streams = 'both', isLive = false, bitrate } = recipe;
  return madeOnce(`clusters-${seconds}-${streams}-${isLive}-${bitrate}.mkv`, async (path) => {
    const picture = bitrate ? 'size=320x180:rate=25,noise=alls=100:allf=t' : 'size=96x64:rate=25';
    await ffmpeg([
      ...['-f', 'lavfi', '-t', String(seconds), '-i', `testsrc2=${picture}`],
      ...['-f', 'lavfi', '-t', String(seconds), '-i', 'sine=440:sample_rate=48000'],
      ...(streams === 'audio' ? [] : ['-map', '0:v', '-c:v', 'libx264', '-preset', 'ultrafast']),
      ...(streams === 'audio' ? [] : ['-pix_fmt', 'yuv420p', '-x264-params']),
      ...(streams === 'audio' ? [] : ['threads=1:keyint=25:min-keyint=25:scenecut=0:bframes=2:b-adapt=0']),
      ...(bitrate ? ['-b:v', bitrate, '-maxrate', bitrate, '-bufsize', bitrate] : []),
      ...(streams === 'video' ? [] : ['-map', '1:a', '-c:a', 'aac']),
      ...['-cluster_time_limit', '900', ...(isLive ? ['-live', '1'] : []), path],
    ]);
  }).then((path) => readFile(path));
};

interface Cluster {
  readonly start: number;
  readonly end: number;
  /** Of the value of its Timestamp, in bytes. */
  readonly timeAt: number;
  readonly timeBytes: number;
}

function clustersOf(file: Buffer): Cluster[] {
  const clusters: Cluster[] = [];
  for (let start = file.indexOf(CLUSTER); start > 0; start = file.indexOf(CLUSTER, start + 4)) {
    const bytes = Math.clz32(file[start + 4]!) - 23;
    const data = start + 4 + bytes;
    const size = file.readUIntBE(start + 4, bytes) - 2 ** (7 * bytes);
    const at = file[data] === CRC ? data + 6 : data;
    if (file[at] !== TIMESTAMP) throw new Error(`a cluster at ${start} that does not begin with its time`);
    clusters.push({ start, end: data + size, timeAt: at + 2, timeBytes: file[at + 1]! & 0x7f });
  }
  return clusters;
}

/** A copy whose clusters show other times. @param timeOf milliseconds of the n-th cluster, by those it shows */
export function retimedClusters(file: Buffer, timeOf: (time: number, n: number) => number): Buffer {
  const bytes = Buffer.from(file);
  for (const [n, { timeAt, timeBytes }] of clustersOf(file).entries()) {
    bytes.writeUIntBE(timeOf(file.readUIntBE(timeAt, timeBytes), n), timeAt, timeBytes);
  }
  return bytes;
}

/** A copy with two clusters in each other's place. */
export function swappedClusters(file: Buffer, a: number, b: number): Buffer {
  const clusters = clustersOf(file);
  const order = clusters.map((_, n) => (n === a ? b : n === b ? a : n));
  const pieces = order.map((n) => file.subarray(clusters[n]!.start, clusters[n]!.end));
  return Buffer.concat([
    file.subarray(0, clusters[0]!.start),
    ...pieces,
    file.subarray(clusters.at(-1)!.end),
  ]);
}
