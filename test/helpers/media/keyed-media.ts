import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';

/** Seconds from key frame to key frame of every rendition. */
export const KEYED_GOP = 0.5;
/** So many of them, of which the last is one of a crypto period of 1.25 s. */
export const KEYED_GOPS = 11;

/** In which the pictures are coded. */
export type KeyedCodec = 'avc' | 'hevc' | 'av1' | 'vp9';

const SECONDS = KEYED_GOP * KEYED_GOPS;
const RATE = 24;
const GOP = RATE * KEYED_GOP;

/** Of the renditions: each the largest of its label in `KEYED_LIMITS`. */
const SIZES = ['128x72', '160x90', '192x108', '224x126'] as const;

/** Labels as key servers have them, for pictures that take no time to encode. */
export const KEYED_LIMITS = {
  limits: { SD: SIZES[0], HD: SIZES[1], UHD1: SIZES[2], UHD2: 'max' },
} as const;

/** No frame is hidden, dropped or repeated, so that no sample is too small to be encrypted. */
const ENCODERS: Readonly<Record<KeyedCodec, readonly string[]>> = {
  avc: [
    ...['libx264', '-preset', 'veryfast', '-crf', '30', '-x264-params'],
    `threads=1:keyint=${GOP}:min-keyint=${GOP}:scenecut=0:bframes=2:b-adapt=0`,
  ],
  hevc: [
    ...['libx265', '-preset', 'ultrafast', '-crf', '30', '-tag:v', 'hvc1', '-x265-params'],
    `pools=none:frame-threads=1:keyint=${GOP}:min-keyint=${GOP}:scenecut=0:bframes=2:open-gop=0:log-level=none`,
  ],
  av1: [
    ...['libaom-av1', '-cpu-used', '8', '-row-mt', '0', '-threads', '1', '-b:v', '300k'],
    ...['-usage', 'realtime', '-lag-in-frames', '0', '-g', `${GOP}`],
  ],
  vp9: [
    ...['libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-threads', '1', '-b:v', '300k'],
    ...['-lag-in-frames', '0', '-auto-alt-ref', '0', '-g', `${GOP}`],
  ],
};

/** An encoder of sound, and its language: no title has two of one. */
export interface KeyedSound {
  readonly encoder: 'aac' | 'ac3' | 'eac3' | 'libopus' | 'flac';
  readonly language: string;
}

/**
 * Renditions whose every picture is another, from small to large; the first has the sound, in which no two frames are alike.
 * @param count of renditions, 1 to 4
 */
export const keyedMedia = (
  codec: KeyedCodec,
  sounds: readonly KeyedSound[],
  count: number,
): Promise<string[]> =>
  Promise.all(SIZES.slice(0, count).map((size, index) => rendition(codec, index > 0 ? [] : sounds, size)));

function rendition(codec: KeyedCodec, sounds: readonly KeyedSound[], size: string): Promise<string> {
  const names = sounds.map(({ encoder, language }) => `${encoder}-${language}`);
  return madeOnce(`keyed-${[codec, size, ...names].join('-')}.mp4`, async (path) => {
    const noise = (seed: number) => `anoisesrc=sample_rate=48000:seed=${seed}:amplitude=0.3`;
    const lavfi = (source: string) => ['-f', 'lavfi', '-t', `${SECONDS}`, '-i', source];
    await ffmpeg([
      ...lavfi(`testsrc2=size=${size}:rate=${RATE},noise=alls=30:allf=t+u`),
      ...sounds.flatMap((_, index) => lavfi(noise(7 + index))),
      ...['-map', '0:v', ...sounds.flatMap((_, index) => ['-map', `${index + 1}:a`])],
      ...['-pix_fmt', 'yuv420p', '-c:v', ...ENCODERS[codec]],
      ...sounds.flatMap(({ encoder, language }, index) => [
        ...[`-c:a:${index}`, encoder, `-b:a:${index}`, '64k', '-ac', '2'],
        ...[`-metadata:s:a:${index}`, `language=${language}`],
      ]),
      ...['-strict', '-2', '-movflags', '+faststart', path],
    ]);
  });
}
