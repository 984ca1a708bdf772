/** Files above 4 MiB of every container and codec: longer than any window or buffer through which files are read. */
import { readFile, writeFile } from 'node:fs/promises';
import { ffmpeg, SAME_IDS } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';
import { writeJoined } from './joined-media.ts';

/** Small pictures of noise: what costs the most bytes for the least work. A key frame a second. */
const noise = (size: string, seconds: number): readonly string[] => [
  ...['-f', 'lavfi', '-t', `${seconds}`, '-i', `testsrc2=size=${size}:rate=25,noise=alls=100:allf=t`],
  ...['-pix_fmt', 'yuv420p', '-g', '25'],
];
const SOUND = ['-f', 'lavfi', '-t', '8', '-i', 'anoisesrc=r=48000:a=0.3:seed=7', '-ac', '2', '-b:a', '320k'];

const X264 = (...more: readonly string[]): readonly string[] => [
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '12'],
  ...['-x264-params', ['threads=1:keyint=25:min-keyint=25:scenecut=0', ...more].join(':')],
];
/** Parameters that cost nothing: x265 is slow. */
const X265 = (...more: readonly string[]): readonly string[] => [
  ...['-c:v', 'libx265', '-preset', 'ultrafast'],
  ...[
    '-x265-params',
    [
      'qp=12:log-level=error:pools=none:frame-threads=1:keyint=25:min-keyint=25:open-gop=0:bframes=0:ref=1',
      ...more,
    ].join(':'),
  ],
];

/** Encoders, and a container that loses nothing of the stream. */
const STREAMS = {
  avc: ['mp4', ...noise('192x112', 8), ...X264('bframes=2')],
  hevc: ['mp4', ...noise('192x112', 8), ...X265()],
  av1: ['mp4', ...noise('208x128', 8), '-c:v', 'libsvtav1', '-preset', '12', '-qp', '12'],
  vp9: [
    ...['mp4', ...noise('240x144', 8), '-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8'],
    ...['-b:v', '12M', '-qmin', '20', '-qmax', '40'],
  ],
  aac: ['mp4', ...SOUND, '-c:a', 'aac'],
  'ac-3': ['mp4', ...SOUND, '-c:a', 'ac3', '-b:a', '640k'],
  'ec-3': ['mp4', ...SOUND, '-c:a', 'eac3', '-b:a', '640k'],
  opus: ['mp4', ...SOUND, '-c:a', 'libopus'],
  flac: ['mp4', ...SOUND, '-c:a', 'flac'],
  mp3: ['mp4', ...SOUND, '-c:a', 'libmp3lame'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type LargeVideo = 'avc' | 'hevc' | 'av1' | 'vp9';
export type LargeAudio = Exclude<keyof typeof STREAMS, LargeVideo>;

/** By how the name of a file ends: how ffmpeg writes it. */
const CONTAINERS = {
  '.mp4': ['-f', 'mp4'],
  '-fragmented.mp4': ['-f', 'mp4', '-movflags', '+frag_keyframe+delay_moov+default_base_moof'],
  '.mkv': ['-f', 'matroska', ...SAME_IDS],
  '.webm': ['-f', 'webm', ...SAME_IDS],
  '.ts': ['-f', 'mpegts'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type LargeContainer = keyof typeof CONTAINERS;

/** Encoded once a run, for all containers. */
function encoded(name: keyof typeof STREAMS): Promise<string> {
  const [extension, ...args] = STREAMS[name];
  return madeOnce(`stream-${name}.${extension}`, async (path) => {
    await ffmpeg([...args, '-strict', '-2', '-f', extension, path]);
  });
}

/** A file of two streams. */
export const largeMedia = (
  container: LargeContainer,
  video: LargeVideo,
  audio: LargeAudio,
): Promise<string> =>
  madeOnce(`large-${video}-${audio}${container}`, async (path) => {
    const format = CONTAINERS[container];
    const [pictures, sound] = [await encoded(video), await encoded(audio)];
    await ffmpeg(['-i', pictures, '-i', sound, '-c', 'copy', '-strict', '-2', ...format, path]);
  });

/** Four seconds of one size, four of another: parameter sets change, and have the same numbers. */
const HALVES = {
  avc: [
    [...noise('192x112', 4), ...X264('bframes=0')],
    [...noise('160x144', 4), ...X264('bframes=0')],
  ],
  hevc: [
    [...noise('192x112', 4), ...X265()],
    [...noise('160x144', 4), ...X265()],
  ],
} as const;

export type ChangingVideo = keyof typeof HALVES;

const half = (video: ChangingVideo, n: 0 | 1, extension: 'mp4' | typeof video): Promise<string> =>
  madeOnce(`half-${n}-${video}.${extension}`, async (path) => {
    const format = extension === 'mp4' ? 'mp4' : { avc: 'h264', hevc: 'hevc' }[video];
    if (extension === 'mp4')
      await ffmpeg(['-i', await half(video, n, video), '-c', 'copy', '-f', format, path]);
    else await ffmpeg([...HALVES[video][n], '-f', format, path]);
  });

/** Parameter sets that change in the middle of a file, in its samples. */
export const largeChange = (
  container: Exclude<LargeContainer, '.webm'>,
  video: ChangingVideo,
): Promise<string> =>
  madeOnce(`change-${video}${container}`, async (path) => {
    const format = CONTAINERS[container];
    const raw = `${path}.${video}`;
    const halves = await Promise.all(([0, 1] as const).map((n) => half(video, n, video)));
    await writeFile(raw, Buffer.concat(await Promise.all(halves.map((file) => readFile(file)))));
    await ffmpeg(['-fflags', '+genpts', '-framerate', '25', '-i', raw, '-c', 'copy', ...format, path]);
  });

/** The same with a sample entry for each half. */
export const largeEntries = (video: ChangingVideo): Promise<string> =>
  madeOnce(`entries-${video}.mp4`, async (path) => {
    await writeJoined(path, { files: [await half(video, 0, 'mp4'), await half(video, 1, 'mp4')] });
  });
