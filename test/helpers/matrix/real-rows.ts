import { basename } from 'node:path';
import type { CodedKind } from '../../../core/kit.ts';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce, temporaryFolder } from '../commands/folders.ts';
import { hasRealFile, realFile } from '../media/real-media.ts';
import { MP4_TO_TS, tsFilter } from '../oracles/samples.ts';
import { shakaPackager } from '../oracles/shaka-packager.ts';
import { type Codec, type MatrixRow, type RowStream, streamsOf } from './row.ts';

interface RealFacts {
  readonly video?: Codec;
  readonly audio?: Codec;
  /** Of the sound. @default 'und' */
  readonly language?: string;
  /** By kind of track. */
  readonly filters?: Readonly<Record<CodedKind, RowStream['filters']>>;
}

/** H.264 and AAC are stored in another form in MPEG-TS. */
const IN_TS = {
  video: { source: tsFilter('v:0'), mp4: MP4_TO_TS },
  audio: { source: tsFilter('a:0') },
};

/** What is in the real files, as far as they can be packaged. */
const FACTS: Readonly<Record<string, RealFacts>> = {
  'bbb_800x640_768kbps_30fps_avc_pyramid_3b.mp4': { video: 'avc' },
  'bear-1280x720.mp4': { video: 'avc', audio: 'aac' },
  'bear-320x180.mp4': { video: 'avc', audio: 'aac' },
  'bear-640x360-aac_he-silent_right.mp4': { audio: 'aac' },
  'bear-640x360-av_frag.mp4': { video: 'avc', audio: 'aac' },
  'bear-640x360-ec3.mp4': { video: 'avc', audio: 'ec-3' },
  'bear-640x360-hevc-hdr10.mp4': { video: 'hevc', audio: 'aac' },
  'bear-640x360-hevc.mp4': { video: 'hevc', audio: 'aac' },
  'bear-640x360-non_square_pixel-with_pasp.mp4': { video: 'avc' },
  'bear-640x360-trailing-moov.mp4': { video: 'avc', audio: 'aac' },
  'bear-640x360-vp9.mp4': { video: 'vp9', audio: 'aac' },
  'bear-640x360.mp4': { video: 'avc', audio: 'aac' },
  'bear-av1.mp4': { video: 'av1' },
  'bear-flac.mp4': { audio: 'flac' },
  'sample_ac3.mp4': { audio: 'ac-3' },
  'sample_eac3joc.mp4': { audio: 'ec-3' },
  'sample_opus.mp4': { audio: 'opus' },
  'sintel-1024x436.mp4': { video: 'avc', audio: 'aac', language: 'eng' },
  'sparks_dovi_8.mp4': { video: 'hevc' },
  'bear-320x240-vp9-opus.webm': { video: 'vp9', audio: 'opus' },
  'bear-640x360.ts': { video: 'avc', audio: 'aac', filters: IN_TS },
};

/**
 * ffmpeg 5.1 looks for its audio behind the video of the same fragment, as the standard says of a `tfhd` without flags. The
 * file counts from the `moof`, as most of its kind do; Shaka Packager reads it so, too.
 */
const MISREAD = 'bear-640x360-av_frag.mp4';

/** A file as Shaka Packager reads it. */
const remuxed = (name: string): Promise<string> =>
  madeOnce(`remuxed-${name}`, async (path) => {
    const folder = temporaryFolder('remux');
    const kinds = ['video', 'audio'];
    await shakaPackager(
      kinds.map((kind) => `in=${realFile(name)},stream=${kind},output=${folder}/${kind}.mp4`),
    );
    const tracks = kinds.flatMap((kind) => ['-i', `${folder}/${kind}.mp4`]);
    await ffmpeg([...tracks, '-map', '0', '-map', '1', '-c', 'copy', path]);
  });

/** Real files that are refused in every mode that looks into them: nothing but subtitles is in them. */
export const SUBTITLES: readonly string[] = ['stpp.mp4', 'wvtt.mp4'].filter(hasRealFile);

function streams({ video, audio, language = 'und', filters }: RealFacts): RowStream[] {
  const shape = { video: video !== undefined, audio: audio === undefined ? [] : [language] };
  const list = streamsOf(shape, { ...(video && { video }), ...(audio && { audio }) });
  return filters === undefined
    ? list
    : list.map((stream) => ({ ...stream, filters: filters[stream.kind] ?? {} }));
}

/** The real files that are there, as rows. */
export const REAL_ROWS: readonly MatrixRow[] = Object.entries(FACTS)
  .filter(([name]) => hasRealFile(name))
  .map(([name, facts]) => ({
    name,
    describe: `the real file ${basename(name, '.mp4')}`,
    group: 'Real files',
    isMp4: name.endsWith('.mp4'),
    streams: streams(facts),
    inputs: async () => [realFile(name)],
    ...(name === MISREAD && { references: async () => [await remuxed(name)] }),
  }));

/** Whether the matrix and the tests know what a real file is. */
export const isKnownRealFile = (name: string): boolean => name in FACTS || SUBTITLES.includes(name);
