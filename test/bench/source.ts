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

/** What is encoded once, and then repeated. */
interface Loop {
  readonly size: string;
  readonly video: string;
  readonly audio: string;
  readonly noise: number;
}

/** Make a title of at least so many megabytes: 1080p video and stereo AAC. Ten seconds are encoded and repeated. */
export async function makeSource(folder: string, codec: Codec, megabytes: number): Promise<Source> {
  const loop = await makeLoop(folder, codec, {
    ...{ size: '1920x1080', video: ENCODERS[codec], audio: '-b:a 128k -ac 2', noise: 24 },
  });
  const repeats = Math.ceil((megabytes * 1e6) / (await stat(loop)).size);
  return repeat(loop, join(folder, `${codec}-${Math.round(megabytes)}.mp4`), repeats);
}

/** Three renditions of one film, together of about so many megabytes. */
export async function makeLadder(folder: string, megabytes: number): Promise<Source[]> {
  const sources: Source[] = [];
  const loops: string[] = [];
  for (const [size, rate] of Object.entries({ '1920x1080': 10, '1280x720': 6, '854x480': 4 })) {
    const video = `-c:v libx264 -preset veryfast -b:v ${rate}M -maxrate ${rate}M -bufsize ${rate}M -keyint_min 50 -sc_threshold 0 -bf 3`;
    loops.push(await makeLoop(folder, size, { size, video, audio: '-b:a 128k -ac 2', noise: 24 }));
  }
  const bytes = await Promise.all(loops.map(async (loop) => (await stat(loop)).size));
  const repeats = Math.ceil((megabytes * 1e6) / bytes.reduce((total, one) => total + one, 0));
  for (const loop of loops) sources.push(await repeat(loop, loop.replace('loop', 'ladder'), repeats));
  return sources;
}

/** A film of so many seconds in few bytes: as many pictures and frames of sound as any, each of them small. */
export async function makeLong(folder: string, seconds: number): Promise<Source> {
  const video = '-c:v libx264 -preset veryfast -crf 40 -keyint_min 50 -sc_threshold 0 -bf 3';
  const loop = await makeLoop(folder, 'thin', { size: '320x180', video, audio: '-b:a 32k -ac 1', noise: 0 });
  return repeat(loop, join(folder, `long-${seconds}.mp4`), Math.ceil(seconds / LOOP_SECONDS));
}

async function makeLoop(folder: string, name: string, { size, video, audio, noise }: Loop): Promise<string> {
  const loop = join(folder, `loop-${name}.mp4`);
  const picture = `testsrc2=size=${size}:rate=25,noise=alls=${noise}:allf=t`;
  await ffmpeg([
    ...['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', 'anoisesrc=amplitude=0.1:sample_rate=48000'],
    ...['-t', `${LOOP_SECONDS}`, ...video.split(' '), '-g', '50', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'aac', ...audio.split(' '), '-y', loop],
  ]);
  return loop;
}

async function repeat(loop: string, path: string, repeats: number): Promise<Source> {
  const again = ['-stream_loop', `${repeats - 1}`, '-i', loop, '-c', 'copy', '-movflags', '+faststart', '-y'];
  await ffmpeg([...again, path]);
  return { path, bytes: (await stat(path)).size, seconds: repeats * LOOP_SECONDS };
}
