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

let made: Promise<string[]> | undefined;

/** A film of each of them, in their order: noise and edges, 16 pictures of 112 × 80. */
export function avcVariants(): Promise<string[]> {
  made ??= encode();
  return made;
}

async function encode(): Promise<string[]> {
  const folder = temporaryFolder('avc-variants');
  const films = Object.values(AVC_VARIANTS).map((options, index) => ({
    options,
    path: join(folder, `${index}.mp4`),
  }));
  const outputs = films.flatMap(({ options, path }) => [
    ...['-c:v', 'libx264', '-preset', 'fast', '-threads', '1'],
    ...[...options, path],
  ]);
  const picture = 'testsrc2=size=112x80:rate=16,noise=alls=12:allf=t';
  await ffmpeg(['-f', 'lavfi', '-t', '1', '-i', picture, ...outputs]);
  return films.map(({ path }) => path);
}
