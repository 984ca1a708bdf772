import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';

/** Frames a second. */
export const RATE = 20;

/** Length, in seconds. */
export const SECONDS = 2;

/** Length of a GOP, in seconds. */
export const GOP = 0.5;

/** Pixels of a picture. */
export const SIZE = { width: 320, height: 180 };

const VIDEO = {
  'H.264': ['libx264', '-preset', 'veryfast', '-bf', '3', '-x264-params', 'threads=1:scenecut=0'],
  AV1: ['libsvtav1', '-preset', '10', '-svtav1-params', 'lp=1'],
  'AV1 in tiles, 10 bits': [
    ...['libaom-av1', '-pix_fmt', 'yuv420p10le', '-tiles', '2x2', '-b:v', '600k'],
    ...['-cpu-used', '8', '-row-mt', '0', '-threads', '1'],
  ],
  VP9: ['libvpx-vp9', '-speed', '8', '-row-mt', '0', '-threads', '1', '-b:v', '600k'],
  'VP9, 10 bits': [
    ...['libvpx-vp9', '-pix_fmt', 'yuv420p10le', '-b:v', '600k'],
    ...['-speed', '8', '-row-mt', '0', '-threads', '1'],
  ],
} as const;

const AUDIO = { AAC: 'aac', Opus: 'libopus', FLAC: 'flac' } as const;

export type ClipVideo = keyof typeof VIDEO;
export type ClipAudio = keyof typeof AUDIO;
/** As file names end: ffmpeg goes by that. */
export type ClipContainer = 'mp4' | 'webm';

/** Half of the picture is white while it lasts. Each frame differs from all others anyway. */
const PICTURE = `testsrc2=size=${SIZE.width}x${SIZE.height}:rate=${RATE},hue=s=0.4,drawbox=w=iw/2:color=white:t=fill:enable='lt(mod(t,1),0.16)'`;

/** A tone that is never silent, and on each full second a beep that is six times as loud, while the flash lasts. */
const SOUND = '0.06*sin(2*PI*330*t)+0.3*sin(2*PI*660*t)*lt(mod(t,1),0.16)';

/** The path of a clip in which every full second begins with a flash and a beep; made on first use, once a run. */
export const flashAndBeep = (video: ClipVideo, audio: ClipAudio, container: ClipContainer): Promise<string> =>
  madeOnce(`${`${video} ${audio}`.replaceAll(/[^a-z0-9]+/gi, '-')}.${container}`, async (path) => {
    await ffmpeg([
      ...['-f', 'lavfi', '-t', `${SECONDS}`, '-i', PICTURE],
      ...['-f', 'lavfi', '-t', `${SECONDS}`, '-i', `aevalsrc='${SOUND}':s=48000:c=mono`],
      ...['-g', `${GOP * RATE}`, '-c:v', ...VIDEO[video], '-c:a', AUDIO[audio], '-ac', '2', '-strict', '-2'],
      path,
    ]);
  });

/** The luma of every picture of a clip, full range, a byte a pixel, in presentation order. */
export async function pictures(path: string): Promise<Uint8Array[]> {
  const all = await ffmpeg(['-i', path, '-map', '0:v', '-f', 'rawvideo', '-pix_fmt', 'gray', '-']);
  const size = SIZE.width * SIZE.height;
  return Array.from({ length: all.length / size }, (_, index) =>
    all.subarray(index * size, (index + 1) * size),
  );
}
