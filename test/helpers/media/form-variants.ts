import { join } from 'node:path';
import { ffmpeg } from '../commands/command.ts';
import { temporaryFolder } from '../commands/folders.ts';

/** Ways to code pictures that differ in how slices are read, each as x264 is told. */
export const AVC_VARIANTS: Readonly<Record<string, readonly string[]>> = {
  'CABAC with two transforms': ['-x264-params', 'keyint=3:8x8dct=1'],
  'CABAC in five slices': ['-x264-params', 'keyint=3:slices=5'],
  'CABAC, frames and fields by turns': ['-x264-params', 'keyint=3:interlaced=1:tff=1:slices=2'],
  'CABAC, 4:2:2 of 10 bits': ['-pix_fmt', 'yuv422p10le', '-x264-params', 'keyint=3'],
  'CABAC, monochrome': ['-pix_fmt', 'gray', '-x264-params', 'keyint=3'],
  'CABAC, lossless': ['-qp', '0', '-x264-params', 'keyint=3'],
  'CAVLC, Baseline': ['-profile:v', 'baseline', '-x264-params', 'keyint=6'],
  'CAVLC with B pictures and two transforms': [
    '-x264-params',
    'keyint=12:cabac=0:8x8dct=1:bframes=3:weightb=1',
  ],
  'CAVLC, frames and fields by turns': ['-x264-params', 'keyint=6:cabac=0:interlaced=1:bff=1:bframes=2'],
  'CAVLC, 4:2:2': ['-pix_fmt', 'yuv422p', '-x264-params', 'keyint=6:cabac=0'],
  'CAVLC, 4:4:4': ['-pix_fmt', 'yuv444p', '-x264-params', 'keyint=6:cabac=0'],
};

/** The same of x265. */
export const HEVC_VARIANTS: Readonly<Record<string, readonly string[]>> = {
  'in wavefronts, with filters': [
    '-x265-params',
    'keyint=2:ctu=32:wpp=1:sao=1:tu-intra-depth=3:log-level=none',
  ],
  'of 10 bits, with quantisers and skipped transforms': [
    ...['-pix_fmt', 'yuv420p10le', '-x265-params'],
    'keyint=2:ctu=16:min-cu-size=8:aq-mode=2:qg-size=8:tskip=1:rd=3:crf=8:log-level=none',
  ],
  lossless: ['-x265-params', 'keyint=2:lossless=1:signhide=0:log-level=none'],
};

const made = new Map<string, Promise<string[]>>();

/** A film of each of them, in their order: noise and edges, 16 pictures of 112 × 80. */
export const avcVariants = (): Promise<string[]> => madeWith('libx264', AVC_VARIANTS);
export const hevcVariants = (): Promise<string[]> => madeWith('libx265', HEVC_VARIANTS);

function madeWith(encoder: string, variants: Readonly<Record<string, readonly string[]>>): Promise<string[]> {
  const films = made.get(encoder) ?? encode(encoder, variants);
  made.set(encoder, films);
  return films;
}

async function encode(
  encoder: string,
  variants: Readonly<Record<string, readonly string[]>>,
): Promise<string[]> {
  const folder = temporaryFolder(encoder);
  const films = Object.values(variants).map((options, index) => ({
    options,
    path: join(folder, `${index}.mp4`),
  }));
  const preset = encoder === 'libx265' ? 'ultrafast' : 'fast';
  const outputs = films.flatMap(({ options, path }) => [
    ...['-c:v', encoder, '-preset', preset, '-threads', '1'],
    ...[...options, path],
  ]);
  const picture = 'testsrc2=size=112x80:rate=16,noise=alls=12:allf=t';
  await ffmpeg(['-f', 'lavfi', '-t', '1', '-i', picture, ...outputs]);
  return films.map(({ path }) => path);
}
