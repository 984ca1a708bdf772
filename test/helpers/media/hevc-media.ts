import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';
import type { OddMedia } from './odd-media.ts';

interface Recipe {
  readonly describe: string;
  /** Extra x265 parameters. */
  readonly x265?: string;
  /** Filters on the picture. */
  readonly picture?: string;
  /** Output options. */
  readonly output?: readonly string[];
}

const SECONDS = 3;

const RECIPES: Readonly<Record<string, Recipe>> = {
  'hevc-main': { describe: 'HEVC, Main' },
  'hevc-slices': { describe: 'HEVC, four slices a picture', x265: 'slices=4:ctu=16:pools=2' },
  'hevc-wavefront': { describe: 'HEVC, an entry point a row of blocks', x265: 'wpp=1:ctu=16:pools=2' },
  'hevc-fades': {
    describe: 'HEVC, weighted prediction of P and B slices',
    x265: 'weightp=1:weightb=1:ref=4',
    picture: 'fade=out:15:50',
  },
  'hevc-pyramid': {
    describe: 'HEVC, one key frame, eight B-frames, five references',
    x265: 'keyint=-1:bframes=8:b-adapt=0:ref=5',
  },
  'hevc-unfiltered': {
    describe: 'HEVC, deblocking disabled in the PPS and no SAO',
    x265: 'no-deblock=1:no-sao=1',
  },
  'hevc-no-sao': { describe: 'HEVC, deblocking offsets and no SAO', x265: 'deblock=-2,1:no-sao=1' },
  'hevc-main-10': { describe: 'HEVC, Main 10', picture: 'format=yuv420p10le' },
  'hevc-422-10': { describe: 'HEVC, 4:2:2 with 10 bits', picture: 'format=yuv422p10le' },
  'hevc-444': { describe: 'HEVC, 4:4:4', picture: 'format=yuv444p', x265: 'cbqpoffs=2:crqpoffs=-3' },
  'hevc-monochrome': {
    describe: 'HEVC, no chroma',
    picture: 'format=gray,fade=out:15:50',
    x265: 'weightp=1',
  },
  'hevc-open-gop': {
    describe: 'HEVC, open GOPs: CRA pictures with leading ones',
    x265: 'open-gop=1:bframes=4',
  },
  'hevc-in-band': {
    describe: 'HEVC, hev1 with parameter sets and delimiters in the samples',
    x265: 'repeat-headers=1:aud=1:hrd=1:vbv-maxrate=500:vbv-bufsize=500',
    output: ['-tag:v', 'hev1'],
  },
  'hevc-sub-layers': { describe: 'HEVC, temporal sub-layers', x265: 'temporal-layers=1:b-adapt=0:bframes=3' },
  'hevc-scaling-lists': {
    describe: 'HEVC, scaling lists, lossless blocks',
    x265: 'scaling-list=default:cu-lossless=1',
  },
  'hevc-list-lengths': {
    describe: 'HEVC, reference list lengths in the PPS',
    x265: 'opt-ref-list-length-pps=1:opt-qp-pps=1:repeat-headers=1:ref=4',
  },
};

/** Shapes of HEVC, video alone, ready for a table of tests. */
export const HEVC_MEDIA: readonly OddMedia[] = Object.entries(RECIPES).map(([name, recipe]) => ({
  name,
  describe: recipe.describe,
  video: true,
  audio: [],
  file: () => madeOnce(`${name}.mp4`, (path) => make(path, recipe)),
}));

async function make(path: string, { x265, picture, output = [] }: Recipe): Promise<void> {
  const parameters = ['log-level=none:keyint=25:min-keyint=25:scenecut=0:open-gop=0:frame-threads=1', x265];
  await ffmpeg([
    ...['-f', 'lavfi', '-t', `${SECONDS}`, '-i', 'testsrc2=size=320x180:rate=25'],
    ...(picture === undefined ? [] : ['-vf', picture]),
    ...['-c:v', 'libx265', '-preset', 'fast', '-tag:v', 'hvc1'],
    ...['-x265-params', parameters.filter(Boolean).join(':')],
    ...['-movflags', '+faststart', ...output, path],
  ]);
}
