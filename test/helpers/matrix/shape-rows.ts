import { manyCodecs } from '../media/audio-media.ts';
import { oddMedia } from '../media/odd-media.ts';
import {
  fragmentedLanguages,
  inBandAvc,
  joinedSegments,
  movedMoov,
  nalLengths,
  renditions,
  separateAudio,
  severalSampleEntries,
  shakaTracks,
  withoutTfdt,
} from '../media/shape-media.ts';
import { SEVERAL_ENTRIES } from './footnotes.ts';
import { type MatrixRow, type RowStream, streamsOf } from './row.ts';

const single = async (file: Promise<string>): Promise<string[]> => [await file];

const BOTH = streamsOf({ video: true, audio: ['und'] });
const LANGUAGES = streamsOf({ video: true, audio: ['eng', 'kor', 'und'] });
const VIDEO = streamsOf({ video: true, audio: [] });

const video = (input: number): RowStream => ({
  ...{ kind: 'video', codec: 'avc', input, from: 'v:0', unit: `video-${input + 1}` },
});

const audio = (input: number, language: string): RowStream => ({
  ...{ kind: 'audio', codec: 'aac', input, from: 'a:0', unit: `audio-${language}` },
});

const H264: readonly Omit<MatrixRow, 'group'>[] = [
  {
    name: 'nal-length-1',
    describe: 'NAL unit lengths of one byte',
    streams: VIDEO,
    inputs: () => single(nalLengths(1)),
  },
  {
    name: 'nal-length-2',
    describe: 'NAL unit lengths of two bytes',
    streams: VIDEO,
    inputs: () => single(nalLengths(2)),
  },
  {
    name: 'avc3',
    describe: 'parameter sets in the samples, sample entry avc3',
    streams: BOTH,
    inputs: () => single(inBandAvc()),
  },
  {
    name: 'several-sample-entries',
    describe: 'another size and other parameter sets from the middle on: two sample entries',
    streams: streamsOf({ video: true, audio: [] }, { incapable: SEVERAL_ENTRIES }),
    inputs: () => single(severalSampleEntries()),
  },
];

const FRAGMENTED: readonly Omit<MatrixRow, 'group'>[] = [
  {
    name: 'fragmented-languages',
    describe: 'four tracks in the same fragments',
    streams: LANGUAGES,
    inputs: () => single(fragmentedLanguages()),
  },
  {
    name: 'fragmented-without-tfdt',
    describe: 'fragments that do not say when they start',
    streams: BOTH,
    inputs: () => single(withoutTfdt()),
    references: () => single(oddMedia('fragmented')),
  },
  {
    name: 'fragmented-moov-last',
    describe: 'the moov behind the fragments',
    streams: BOTH,
    inputs: () => single(movedMoov('last')),
    references: () => single(oddMedia('fragmented-frames')),
  },
  {
    name: 'fragmented-moov-between',
    describe: 'the moov between the fragments',
    streams: BOTH,
    inputs: () => single(movedMoov('between')),
    references: () => single(oddMedia('fragmented-frames')),
  },
  {
    name: 'cmaf-tracks',
    describe: 'a track file each for video and audio, with sidx, of Shaka Packager',
    streams: [video(0), audio(1, 'und')],
    inputs: shakaTracks,
  },
  {
    name: 'cmaf-segments',
    describe: 'an initialisation section and media segments joined to a file, for each track',
    streams: [video(0), audio(1, 'und')],
    inputs: joinedSegments,
  },
];

const SEVERAL: readonly Omit<MatrixRow, 'group'>[] = [
  {
    name: 'renditions',
    describe: 'two renditions, the second without sound',
    streams: [video(0), video(1), audio(0, 'und')],
    inputs: renditions,
  },
  {
    name: 'separate-audio',
    describe: 'video alone, two languages in a file each',
    streams: [video(0), audio(1, 'eng'), audio(2, 'kor')],
    inputs: separateAudio,
  },
  {
    name: 'many-codecs',
    describe: 'AAC, AC-3, E-AC-3 and Opus in one language, AAC in another',
    streams: [
      video(0),
      audio(0, 'eng'),
      { kind: 'audio', codec: 'ac-3', from: 'a:1', unit: 'audio-eng-ac-3' },
      { kind: 'audio', codec: 'ec-3', from: 'a:2', unit: 'audio-eng-ec-3' },
      { kind: 'audio', codec: 'aac', from: 'a:3', unit: 'audio-kor' },
      { kind: 'audio', codec: 'opus', from: 'a:4', unit: 'audio-eng-opus' },
    ],
    inputs: () => single(manyCodecs()),
  },
];

/** Titles that are no single progressive file of ffmpeg's. */
export const SHAPE_ROWS: readonly MatrixRow[] = [
  ...H264.map((row) => ({ ...row, group: 'H.264 and AAC' })),
  ...FRAGMENTED.map((row) => ({ ...row, group: 'Fragmented MP4' })),
  ...SEVERAL.map((row) => ({ ...row, group: 'Several inputs or codecs' })),
];
