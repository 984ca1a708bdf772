import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ffmpeg } from '../helpers/commands/command.ts';

/** The title that is packaged. */
export interface Source {
  readonly path: string;
  readonly bytes: number;
  readonly seconds: number;
}

const LOOP_SECONDS = 10;

/**
 * How each codec is encoded: cheaply, in GOPs of 2 s, to about 10 Mbit/s, which noise over a moving picture holds. What
 * encoders make of the wanted bit rate when they are in a hurry is in the figures.
 */
const ENCODERS = {
  'H.264':
    '-c:v libx264 -preset veryfast -b:v 10M -maxrate 12M -bufsize 20M -keyint_min 50 -sc_threshold 0 -bf 3',
  HEVC: '-c:v libx265 -preset ultrafast -x265-params log-level=none:scenecut=0 -b:v 10M -tag:v hvc1',
  AV1: '-c:v libsvtav1 -preset 12 -b:v 11M',
  VP9: '-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -row-mt 1 -b:v 9M -minrate 9M -maxrate 9M -bufsize 9M',
} as const;

export type Codec = keyof typeof ENCODERS;
export const CODECS = Object.keys(ENCODERS) as Codec[];

/** Make a title of at least so many megabytes: 1080p video and stereo AAC. Ten seconds are encoded and repeated. */
export async function makeSource(folder: string, codec: Codec, megabytes: number): Promise<Source> {
  const loop = join(folder, 'loop.mp4');
  const picture = 'testsrc2=size=1920x1080:rate=25,noise=alls=24:allf=t';
  await ffmpeg([
    ...['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', 'anoisesrc=amplitude=0.1:sample_rate=48000'],
    ...['-t', `${LOOP_SECONDS}`, ...ENCODERS[codec].split(' '), '-g', '50', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'aac', '-b:a', '128k', '-ac', '2', loop],
  ]);
  const repeats = Math.ceil((megabytes * 1e6) / (await stat(loop)).size);
  const path = join(folder, `${codec}.mp4`);
  await ffmpeg(['-stream_loop', `${repeats - 1}`, '-i', loop, '-c', 'copy', '-movflags', '+faststart', path]);
  return { path, bytes: (await stat(path)).size, seconds: repeats * LOOP_SECONDS };
}
