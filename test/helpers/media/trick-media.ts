import { join } from 'node:path';
import { ffmpeg, ffprobe } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';
import type { CodedSample } from '../oracles/samples.ts';

/** Three renditions of 20 s at 25 pictures a second, with a key frame every 2 s. */
export const RENDITIONS = ['360p', '270p', '180p'].map((size) =>
  join(import.meta.dirname, '../../media', `sample-${size}.mp4`),
);

/** How a file for trick play is made, where it is not as it should be: 180 lines, 2 pictures a second, key frames alone, 20 s. */
export interface TrickMedium {
  readonly rate?: string;
  readonly encoder?: readonly string[];
  readonly length?: number;
  readonly from?: string;
  /** ffmpeg's options behind all others. */
  readonly more?: readonly string[];
}

const AVC = ['libx264', '-g', '1', '-preset', 'veryfast'];

/** The path of such a file; made on first use, once a run. */
export const trickMedium = (
  name: string,
  { rate = '2', encoder = AVC, length = 20, from = RENDITIONS[2]!, more = [] }: TrickMedium = {},
): Promise<string> =>
  madeOnce(`trick-${name}.mp4`, async (path) => {
    const filter = ['-vf', `fps=${rate}`, '-pix_fmt', 'yuv420p'];
    await ffmpeg(['-i', from, '-an', '-t', `${length}`, ...filter, '-c:v', ...encoder, ...more, path]);
  });

/** The key frames of a file, as ffprobe reads them. */
export async function keyFramesOf(path: string): Promise<Pick<CodedSample, 'pts' | 'hash'>[]> {
  const { packets } = (await ffprobe(path, [
    ...['-ignore_editlist', '1', '-select_streams', 'v:0', '-show_data_hash', 'md5'],
    ...['-show_entries', 'packet=pts_time,flags,data_hash'],
  ])) as { packets: { pts_time: string; flags: string; data_hash: string }[] };
  return packets
    .filter(({ flags }) => flags.startsWith('K'))
    .map(({ pts_time: pts, data_hash: hash }) => ({ pts: Number(pts), hash: hash.replace(/^MD5:/i, '') }));
}
