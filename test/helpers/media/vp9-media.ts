import { join } from 'node:path';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce, temporaryFolder } from '../commands/folders.ts';
import type { OddMedia } from './odd-media.ts';

interface Recipe {
  readonly describe: string;
  /** Filters on the picture. */
  readonly picture?: string;
  /** @default '192x108' */
  readonly size?: string;
  /** Output options. */
  readonly output?: readonly string[];
  /** Encode in two passes: only then has libvpx hidden frames. */
  readonly twoPasses?: boolean;
}

const RECIPES: Readonly<Record<string, Recipe>> = {
  'vp9-main': { describe: 'VP9, a frame a sample' },
  'vp9-superframes': {
    describe: 'VP9, hidden frames in superframes',
    output: ['-auto-alt-ref', '1', '-lag-in-frames', '25'],
    twoPasses: true,
  },
  'vp9-pyramid': {
    describe: 'VP9, superframes of five frames and more, hidden frames that are shown later',
    output: ['-auto-alt-ref', '6', '-lag-in-frames', '25'],
    twoPasses: true,
  },
  'vp9-tiles': {
    describe: 'VP9, tile columns and rows',
    size: '1024x180',
    output: ['-tile-columns', '2', '-tile-rows', '1'],
  },
  'vp9-resilient': {
    describe: 'VP9, error resilient, three temporal layers',
    output: [
      ...['-deadline', 'realtime', '-error-resilient', 'default', '-ts-parameters'],
      'ts_number_layers=3:ts_target_bitrate=100,200,300:ts_rate_decimator=4,2,1:ts_periodicity=4:ts_layer_id=0,2,1,2:ts_layering_mode=3',
    ],
  },
  'vp9-segments': { describe: 'VP9, segments', output: ['-aq-mode', '3', '-deadline', 'realtime'] },
  'vp9-lossless': { describe: 'VP9, lossless', output: ['-lossless', '1', '-t', '1'] },
  'vp9-10': { describe: 'VP9, profile 2 with 10 bits', picture: 'format=yuv420p10le' },
  'vp9-444': { describe: 'VP9, profile 1, 4:4:4', picture: 'format=yuv444p' },
  'vp9-444-10': { describe: 'VP9, profile 3, 4:4:4 with 10 bits', picture: 'format=yuv444p10le' },
  'vp9-rgb': { describe: 'VP9, profile 1, red, green and blue', picture: 'format=gbrp' },
};

/** Shapes of VP9, video alone, ready for a table of tests. */
export const VP9_MEDIA: readonly OddMedia[] = Object.entries(RECIPES).map(([name, recipe]) => ({
  name,
  describe: recipe.describe,
  video: true,
  audio: [],
  file: () => madeOnce(`${name}.mp4`, (path) => make(path, recipe)),
}));

async function make(path: string, recipe: Recipe): Promise<void> {
  const { picture, size = '192x108', output = [], twoPasses = false } = recipe;
  const encoding = [
    ...['-f', 'lavfi', '-t', '2', '-i', `testsrc2=size=${size}:rate=25`],
    ...(picture === undefined ? [] : ['-vf', picture]),
    ...['-c:v', 'libvpx-vp9', '-speed', '8', '-row-mt', '0', '-threads', '1', '-g', '25', '-b:v', '300k'],
    ...output,
  ];
  const log = ['-passlogfile', join(temporaryFolder('vp9'), 'pass')];
  if (twoPasses) await ffmpeg([...encoding, '-pass', '1', ...log, '-f', 'null', '-']);
  await ffmpeg([...encoding, ...(twoPasses ? ['-pass', '2', ...log] : []), '-movflags', '+faststart', path]);
}
