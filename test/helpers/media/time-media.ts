import { readFile, writeFile } from 'node:fs/promises';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';
import { AUDIO_MEDIA } from './audio-media.ts';
import { type TestEdits, withEditLists } from './edit-list-media.ts';
import { oddMedia } from './odd-media.ts';
import { withoutTfdt } from './shape-media.ts';

/** A file whose times are unusual. */
export interface TimeMedia {
  readonly name: string;
  readonly file: () => Promise<string>;
  /** MPEG-TS can carry it. @default true */
  readonly ts?: boolean;
}

const PICTURE = ['-threads', '1', '-c:v', 'libx264', '-preset', 'ultrafast', '-x264-params'];
const GOP = 'threads=1:keyint=24:min-keyint=24:scenecut=0';

/** Four seconds of small pictures with B-frames, a key frame every 24, and sound. */
const encoded = (name: string, options: Recipe): Promise<string> =>
  madeOnce(`time-${name}.mp4`, async (path) => {
    const { rate = '25', sampleRate = 48_000, picture = [], output = [] } = options;
    await ffmpeg([
      ...['-f', 'lavfi', '-t', '4', '-i', `testsrc2=size=96x64:rate=${rate}`],
      ...['-f', 'lavfi', '-t', '4', '-i', `sine=440:sample_rate=${sampleRate}`],
      ...[...picture, ...PICTURE, `${GOP}:bframes=3:b-adapt=0`, '-c:a', 'aac', '-b:a', '32k'],
      ...['-movflags', '-faststart', ...output, path],
    ]);
  });

interface Recipe {
  readonly rate?: string;
  readonly sampleRate?: number;
  readonly picture?: readonly string[];
  readonly output?: readonly string[];
}

const rewritten = (
  name: string,
  source: () => Promise<string>,
  rewrite: (file: Buffer) => Buffer,
): Promise<string> =>
  madeOnce(`time-${name}.mp4`, async (path) => writeFile(path, rewrite(await readFile(await source()))));

/** The decode times of all fragments, moved by ticks that depend on the track. */
function movedFragments(file: Buffer, ticksOf: (track: number) => bigint): Buffer {
  for (let at = file.indexOf('tfdt'); at > 0; at = file.indexOf('tfdt', at + 4)) {
    const track = file.readUInt32BE(file.lastIndexOf('tfhd', at) + 8);
    if (file[at + 4] !== 1) throw new Error('a tfdt of 32 bits');
    file.writeBigUInt64BE(file.readBigUInt64BE(at + 8) + ticksOf(track), at + 8);
  }
  return file;
}

const fragmented = (name: string, video: bigint, audio: bigint): Promise<string> =>
  rewritten(
    name,
    () => oddMedia('fragmented'),
    (file) => movedFragments(file, (track) => (track === 1 ? video : audio)),
  );

/** Edit lists that count in another time scale of the movie than milliseconds. */
const inMovieTicks = (movieTimescale: number, edits: TestEdits): Promise<string> =>
  rewritten(
    `movie-${movieTimescale}`,
    () => ntscMedia(),
    (file) => {
      file.writeUInt32BE(movieTimescale, file.lastIndexOf('mvhd') + 16);
      return withEditLists(file, edits);
    },
  );

/** The last picture of the file lasts as long as its `stts` says of it alone. */
function withLastDuration(file: Buffer, ticks: number): Buffer {
  const stts = file.indexOf('stts');
  const last = stts + 4 + 8 * file.readUInt32BE(stts + 8);
  if (file.readUInt32BE(last) !== 1) throw new Error('the last picture has no row of its own');
  file.writeUInt32BE(ticks, last + 4);
  return file;
}

/** Pictures at irregular times, in ticks of 1/12800 s. */
const variable = (): Promise<string> => {
  const times = "settb=1/12800,setpts='PTS+128*mod(N*N,3)'";
  const picture = ['-vf', times, '-fps_mode', 'passthrough', '-enc_time_base', '1:12800'];
  return encoded('variable', { picture, output: ['-video_track_timescale', '12800', '-use_editlist', '0'] });
};

const withoutEditList = (file: Buffer): Buffer => {
  for (let at = file.indexOf('edts'); at > 0; at = file.indexOf('edts', at)) file.write('free', at);
  return file;
};

/** 29.97 pictures a second with sound at 44.1 kHz: no time scale divides another. */
export const ntscMedia = (): Promise<string> => encoded('29.97', { rate: '30000/1001', sampleRate: 44_100 });

/** Ten minutes of a picture every 1.001 s, a key frame every second one. */
export const longTitle = (): Promise<string> =>
  madeOnce('time-long.mp4', async (path) => {
    await ffmpeg([
      ...['-f', 'lavfi', '-t', '600', '-i', 'testsrc2=size=64x36:rate=1000/1001'],
      ...['-f', 'lavfi', '-t', '600', '-i', 'sine=440:sample_rate=11025'],
      ...[
        '-c:v',
        'libx264',
        '-preset',
        'ultrafast',
        '-x264-params',
        'threads=1:keyint=2:min-keyint=2:bframes=1',
      ],
      ...['-video_track_timescale', '30000', '-c:a', 'aac', '-b:a', '16k', '-movflags', '-faststart', path],
    ]);
  });

const RENDITIONS = {
  reordered: { gop: 'keyint=24:bframes=3:b-adapt=0', output: [] },
  plain: { gop: 'keyint=24:bframes=0', output: ['-video_track_timescale', '90001', '-use_editlist', '0'] },
  frequent: { gop: 'keyint=8:bframes=0', output: [] },
  late: { gop: 'keyint=24:bframes=0', output: [] },
} as const;

/**
 * Four seconds of pictures alone that are the same in all renditions, but coded in other ways.
 * @param start where an edit list starts, in seconds. @default 0, or half a second late
 */
export const rendition = (name: keyof typeof RENDITIONS, start = 0): Promise<string> =>
  madeOnce(`time-rendition-${name}-${start}.mp4`, async (path) => {
    const { gop, output } = RENDITIONS[name];
    await ffmpeg([
      ...['-f', 'lavfi', '-t', '4', '-i', 'testsrc2=size=96x64:rate=25'],
      ...['-c:v', 'libx264', '-preset', 'ultrafast'],
      ...['-x264-params', `threads=1:scenecut=0:min-keyint=1:${gop}`, '-video_track_timescale', '12800'],
      ...['-movflags', '-faststart', ...output, path],
    ]);
    const delay = name === 'reordered' ? 1024 : 0;
    const end = name === 'late' ? 3500 : 4000;
    const edits = [[end - start * 1000, delay + start * 12_800]] as const;
    const late = name === 'late' ? ([[500, -1], ...edits] as const) : edits;
    if (start > 0 || name === 'late') {
      await writeFile(path, withEditLists(await readFile(path), { video: late }));
    }
  });

/** Pictures in open GOPs with sound, cut at a key frame in the middle: pictures that lead it cannot be decoded any more. */
export const cutOpenGop = (codec: 'hevc' | 'h264', editList: boolean): Promise<string> =>
  madeOnce(`time-open-${codec}-${editList ? 'edits' : 'plain'}.mp4`, async (path) => {
    const whole = await madeOnce(`time-open-${codec}.mp4`, async (target) => {
      const parameters = 'keyint=25:min-keyint=25:scenecut=0:open-gop=1:bframes=4:b-adapt=0:frame-threads=1';
      const encoder = {
        hevc: ['libx265', '-tag:v', 'hvc1', '-x265-params', `log-level=none:pools=1:${parameters}`],
        h264: ['libx264', '-x264-params', `threads=1:${parameters.replace(':frame-threads=1', '')}`],
      };
      await ffmpeg([
        ...[
          '-f',
          'lavfi',
          '-t',
          '3',
          '-i',
          'testsrc2=size=96x64:rate=25',
          '-f',
          'lavfi',
          '-t',
          '3',
          '-i',
          'sine=440',
        ],
        ...['-preset', 'ultrafast', '-c:v', ...encoder[codec], '-c:a', 'aac', target],
      ]);
    });
    await ffmpeg(['-ss', '1', '-i', whole, '-c', 'copy', '-use_editlist', editList ? '1' : '0', path]);
  });

const audio = (name: string) => AUDIO_MEDIA.find((media) => media.name === name)!.file;

export const TIME_MEDIA: readonly TimeMedia[] = [
  {
    name: 'fragments of a live stream that began long ago',
    file: () => fragmented('live', 1_280_000_000n, 4_800_000_000n),
  },
  {
    name: 'fragments whose pictures begin 2 s after the sound',
    file: () => fragmented('late-video', 25_600n, 0n),
  },
  {
    name: 'fragments whose sound begins 0.5 s after the pictures',
    file: () => fragmented('late-sound', 0n, 24_000n),
  },
  { name: 'fragments that do not say when they begin', file: withoutTfdt },
  {
    name: '29.97 pictures a second',
    file: () => ntscMedia(),
  },
  { name: '23.976 pictures a second', file: () => encoded('23.976', { rate: '24000/1001' }) },
  { name: '50 pictures a second', file: () => encoded('50', { rate: '50' }) },
  { name: 'pictures at irregular times', file: variable },
  {
    name: 'a last picture of no duration',
    file: () => rewritten('last-0', variable, (file) => withLastDuration(file, 0)),
  },
  { name: 'negative composition offsets', file: () => oddMedia('ctts-v1') },
  { name: 'composition offsets and no edit list', file: () => oddMedia('no-edit-list') },
  {
    name: 'edit lists in 1/600 s: sound after 7/600 s, pictures after 11/600 s',
    file: () =>
      inMovieTicks(600, {
        video: [
          [11, -1],
          [3000, 2002],
        ],
        audio: [
          [7, -1],
          [3000, 1024],
        ],
      }),
  },
  {
    name: 'edit lists in 1/1001 s',
    file: () =>
      inMovieTicks(1001, {
        video: [
          [100, -1],
          [5005, 2002],
        ],
        audio: [[5005, 1024]],
      }),
  },
  { name: 'Opus', file: audio('opus stereo'), ts: false },
  {
    name: 'Opus without an edit list',
    file: () => rewritten('opus-no-edits', audio('opus stereo'), withoutEditList),
    ts: false,
  },
  { name: 'MP3', file: audio('mp3 (MPEG-1)'), ts: false },
];
