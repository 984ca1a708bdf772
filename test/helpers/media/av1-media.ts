import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';
import type { OddMedia } from './odd-media.ts';

interface Recipe {
  readonly describe: string;
  /** @default 'libaom-av1' */
  readonly encoder?: 'libaom-av1' | 'libsvtav1';
  /** Parameters of the encoder. */
  readonly params?: string;
  /** Filters on the picture. */
  readonly picture?: string;
  /** @default '192x108' */
  readonly size?: string;
  /** Output options. */
  readonly output?: readonly string[];
  /** Tiles of each frame. @default 1 */
  readonly tiles?: number;
}

export interface Av1Media extends OddMedia {
  /** Tiles of each frame. */
  readonly tiles: number;
}

const RECIPES: Readonly<Record<string, Recipe>> = {
  'av1-main': { describe: 'AV1, hidden frames that are shown later' },
  'av1-svt': {
    describe: 'AV1 of another encoder, ten bits',
    encoder: 'libsvtav1',
    picture: 'format=yuv420p10le',
  },
  'av1-tiles': {
    describe: 'AV1, eight tiles, cut evenly',
    encoder: 'libsvtav1',
    params: 'tile-columns=2:tile-rows=1',
    size: '640x360',
    tiles: 8,
  },
  'av1-uneven-tiles': {
    describe: 'AV1, six tiles, cut unevenly',
    size: '448x180',
    output: ['-tiles', '3x2'],
    tiles: 6,
  },
  'av1-tile-groups': {
    describe: 'AV1, frame headers apart and three tile groups a frame',
    params: 'num-tile-groups=3',
    size: '320x180',
    output: ['-tiles', '2x2'],
    tiles: 4,
  },
  'av1-superres': {
    describe: 'AV1, super-resolution of any scale',
    encoder: 'libsvtav1',
    params: 'superres-mode=2',
  },
  'av1-resize': {
    describe: 'AV1, frames of any size, many of them the size of a reference',
    encoder: 'libsvtav1',
    params: 'resize-mode=2',
  },
  'av1-grain': { describe: 'AV1, film grain', encoder: 'libsvtav1', params: 'film-grain=20' },
  'av1-grain-table': { describe: 'AV1, film grain of a table', params: 'film-grain-test=7' },
  'av1-screen': {
    describe: 'AV1, screen content with block copies',
    encoder: 'libsvtav1',
    params: 'scm=1',
    output: ['-g', '5'],
  },
  'av1-lossless': { describe: 'AV1, lossless, no filters', params: 'lossless=1' },
  'av1-segments': { describe: 'AV1, segments with their quantizers', output: ['-aq-mode', '1'] },
  'av1-matrices': {
    describe: 'AV1, quantizer matrices, quantizers of their own for chroma',
    params: 'enable-qm=1:enable-chroma-deltaq=1',
  },
  'av1-resilient': { describe: 'AV1, error resilient', output: ['-error-resilience', 'default'] },
  'av1-model': { describe: 'AV1, times and a decoder model in the headers', params: 'timing-info=model' },
  'av1-monochrome': { describe: 'AV1, no chroma', picture: 'format=gray' },
  'av1-422-10': { describe: 'AV1, 4:2:2 with 10 bits', picture: 'format=yuv422p10le' },
  'av1-444': { describe: 'AV1, 4:4:4', picture: 'format=yuv444p' },
  'av1-still': { describe: 'AV1, a still picture', output: ['-still-picture', '1', '-frames:v', '1'] },
};

/** Shapes of AV1, video alone, ready for a table of tests. */
export const AV1_MEDIA: readonly Av1Media[] = Object.entries(RECIPES).map(([name, recipe]) => ({
  name,
  describe: recipe.describe,
  video: true,
  audio: [],
  tiles: recipe.tiles ?? 1,
  file: () => madeOnce(`${name}.mp4`, (path) => make(path, recipe)),
}));

async function make(path: string, recipe: Recipe): Promise<void> {
  const { encoder = 'libaom-av1', params, picture, size = '192x108', output = [] } = recipe;
  const aom = encoder === 'libaom-av1';
  await ffmpeg([
    ...['-f', 'lavfi', '-t', '1', '-i', `testsrc2=size=${size}:rate=25`],
    ...(picture === undefined ? [] : ['-vf', picture]),
    ...['-c:v', encoder, '-g', '25'],
    ...(aom ? ['-cpu-used', '8', '-row-mt', '0', '-threads', '1', '-b:v', '300k'] : ['-preset', '10']),
    ...(params === undefined ? [] : [aom ? '-aom-params' : '-svtav1-params', params]),
    ...['-movflags', '+faststart', ...output, path],
  ]);
}
