import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce, temporaryFolder } from '../commands/folders.ts';
import { HEVC_MEDIA } from './hevc-media.ts';
import { lengthPrefixed } from './length-prefix.ts';
import { nalUnitsOf, withSamples } from './nal-lengths.ts';
import { oddMedia } from './odd-media.ts';

/** Video with more in its samples than the pictures that a plain decoder shows, or with these in another form. */
export interface LayeredMedia {
  readonly name: string;
  readonly describe: string;
  readonly codec: 'h264' | 'hevc';
  /** The same pictures alone. */
  plain(): Promise<string>;
  file(): Promise<string>;
  /** Whether something of it has to be left out, so that nothing stays clear. */
  readonly isLessened: boolean;
}

const avcSlice = (unit: Uint8Array): boolean => [1, 5].includes(unit[0]! & 31);
const hevcSlice = (unit: Uint8Array): boolean => ((unit[0]! >> 1) & 63) < 32;

const prefixed = (units: readonly Uint8Array[]): Buffer =>
  Buffer.concat(units.map((unit) => lengthPrefixed(unit)));

/** Bytes that nobody takes for the slice that they are made of, though as large. */
const scrambled = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0x55 || 0x55);

/** Behind each slice one of another layer. @param header of that, in the place of the slice's own */
const withLayer =
  (
    isSlice: (unit: Uint8Array) => boolean,
    headerBytes: number,
    header: (unit: Uint8Array) => readonly number[],
  ) =>
  (sample: Buffer): Buffer =>
    prefixed(
      nalUnitsOf(sample).flatMap((unit) =>
        isSlice(unit)
          ? [unit, Buffer.concat([Uint8Array.from(header(unit)), scrambled(unit.subarray(headerBytes))])]
          : [unit],
      ),
    );

/** All NAL units of a sample under one length, `first` in front of them. */
const underOneLength =
  (first: readonly number[], startCode: readonly number[]) =>
  (sample: Buffer): Buffer => {
    const units = nalUnitsOf(sample).flatMap((unit) => [Uint8Array.from(startCode), unit]);
    return Buffer.from(lengthPrefixed(Buffer.concat([Uint8Array.from(first), ...units])));
  };

const MVC_HEADER = [0x74, 0x40, 0x00, 0x07];
const PREFIX = [0x6e, 0x40, 0x00, 0x07, 0x80];

/** Media of one codec, made of one plain stream. */
const layeredIn =
  (codec: LayeredMedia['codec'], plain: () => Promise<string>) =>
  (
    name: string,
    describe: string,
    isLessened: boolean,
    rewrite: (sample: Buffer, index: number) => Buffer,
  ): LayeredMedia => ({
    ...{ name, describe, isLessened, codec, plain },
    file: () => made(name, plain, rewrite),
  });

const h264 = layeredIn('h264', () => oddMedia('video-only'));
const hevc = layeredIn('hevc', () => HEVC_MEDIA.find(({ name }) => name === 'hevc-main')!.file());

export const LAYERED_MEDIA: readonly LayeredMedia[] = [
  h264(
    'avc-view',
    'H.264 with a second view (type 20)',
    true,
    withLayer(avcSlice, 1, () => MVC_HEADER),
  ),
  h264(
    'avc-alpha',
    'H.264 with auxiliary pictures (type 19)',
    true,
    withLayer(avcSlice, 1, () => [0x73]),
  ),
  h264(
    'avc-depth',
    'H.264 with depth (type 21)',
    true,
    withLayer(avcSlice, 1, () => [0x75, 0x80, 0x00]),
  ),
  h264('avc-late-view', 'H.264 whose second view begins in the middle', true, (sample, index) =>
    index < 60 ? sample : withLayer(avcSlice, 1, () => MVC_HEADER)(sample),
  ),
  h264(
    'avc-prefix',
    'H.264 behind a prefix NAL unit under one length',
    false,
    underOneLength(PREFIX, [0, 0, 0, 1]),
  ),
  h264(
    'avc-short-codes',
    'the same with start codes of three bytes',
    false,
    underOneLength(PREFIX, [0, 0, 1]),
  ),
  h264(
    'avc-delimiter',
    'H.264 behind a delimiter under one length',
    false,
    underOneLength([9, 0xf0], [0, 0, 1]),
  ),
  hevc(
    'hevc-layer',
    'HEVC with a second layer',
    true,
    withLayer(hevcSlice, 2, (unit) => [unit[0]!, unit[1]! | 8]),
  ),
  hevc(
    'hevc-delimiter',
    'HEVC behind a delimiter under one length',
    false,
    underOneLength([0x46, 1, 0x50], [0, 0, 1]),
  ),
];

const made = (
  name: string,
  plain: () => Promise<string>,
  rewrite: (sample: Buffer, index: number) => Buffer,
): Promise<string> =>
  madeOnce(`${name}.mp4`, async (path) => {
    const behind = join(temporaryFolder('layers'), 'plain.mp4'); // the moov behind the mdat
    await ffmpeg(['-i', await plain(), '-map', '0:v', '-c', 'copy', behind]);
    await writeFile(path, withSamples(await readFile(behind), rewrite));
  });
