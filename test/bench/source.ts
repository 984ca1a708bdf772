import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ffmpeg } from '../helpers/command.ts';

/** The title that is packaged. */
export interface Source {
  readonly path: string;
  readonly bytes: number;
  readonly seconds: number;
}

const LOOP_SECONDS = 30;

/**
 * Make a title of at least so many megabytes: 1080p H.264 with B-frames at 10 Mbit/s, GOPs of 2 s, stereo AAC. Half a
 * minute is encoded, from noise over a moving picture to hold the bit rate, and repeated.
 */
export async function makeSource(folder: string, megabytes: number): Promise<Source> {
  const loop = join(folder, 'loop.mp4');
  const picture = 'testsrc2=size=1920x1080:rate=25,noise=alls=24:allf=t';
  const video = [
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-b:v',
    '10M',
    '-maxrate',
    '12M',
    '-bufsize',
    '20M',
  ];
  const gop = ['-g', '50', '-keyint_min', '50', '-sc_threshold', '0', '-bf', '3', '-pix_fmt', 'yuv420p'];
  await ffmpeg([
    ...['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', 'anoisesrc=amplitude=0.1:sample_rate=48000'],
    ...['-t', `${LOOP_SECONDS}`, ...video, ...gop, '-c:a', 'aac', '-b:a', '128k', '-ac', '2', loop],
  ]);
  const repeats = Math.ceil((megabytes * 1e6) / (await stat(loop)).size);
  const path = join(folder, 'source.mp4');
  await ffmpeg(['-stream_loop', `${repeats - 1}`, '-i', loop, '-c', 'copy', '-movflags', '+faststart', path]);
  return { path, bytes: (await stat(path)).size, seconds: repeats * LOOP_SECONDS };
}
