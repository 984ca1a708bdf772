import { readFile, writeFile } from 'node:fs/promises';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';
import { type TestEdits, withEditLists } from './edit-list-media.ts';
import { besideFilm, blocksBesideFilm, type TextSource } from './text-sources.ts';

/** A film of eight seconds whose pictures and sound do not simply begin at 0. */
export interface FilmStart {
  readonly name: string;
  /** Its time stamps count from anywhere: only how far they are apart means anything. @default false */
  readonly isAdrift?: boolean;
  /** Subtitles that are in it. @default none */
  readonly text?: TextSource;
  file(): Promise<string>;
}

interface Recipe {
  readonly rate?: string;
  /** Options before the input of the pictures. */
  readonly picture?: readonly string[];
  readonly output?: readonly string[];
}

/** Small pictures with B-frames, a key frame every 30, and sound. */
const film = (file: string, { rate = '30000/1001', picture = [], output = [] }: Recipe): Promise<string> =>
  madeOnce(`film-${file}`, async (path) => {
    await ffmpeg([
      ...[...picture, '-f', 'lavfi', '-t', '8', '-i', `testsrc2=size=96x64:rate=${rate}`],
      ...['-f', 'lavfi', '-t', '8', '-i', 'sine=330:sample_rate=48000'],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-threads', '1', '-pix_fmt', 'yuv420p'],
      ...['-x264-params', 'threads=1:keyint=30:min-keyint=30:scenecut=0:bframes=2:b-adapt=0'],
      ...['-c:a', 'aac', '-b:a', '32k', ...output, path],
    ]);
  });

const MP4 = ['-video_track_timescale', '30000', '-movflags', '-faststart'];

const ntsc = (): Promise<string> => film('ntsc.mp4', { output: MP4 });

/** The composition offset of the first picture, in ticks, and the priming of the sound, in samples. */
const [OFFSET, PRIMING] = [2002, 1024];

const edited = (name: string, edits: TestEdits): Promise<string> =>
  madeOnce(`film-${name}.mp4`, async (path) => {
    await writeFile(path, withEditLists(await readFile(await ntsc()), edits));
  });

const allLate = (): Promise<string> =>
  edited('all-late', {
    video: [
      [1500, -1],
      [6500, OFFSET],
    ],
    audio: [
      [1200, -1],
      [6800, PRIMING],
    ],
  });

const lateMatroska = (): Promise<string> =>
  film('late.mkv', { picture: ['-itsoffset', '0.3'], rate: '24000/1001' });

/** Seconds after which the time stamps of MPEG-TS start again from 0. */
const WRAP = 2 ** 33 / 90_000;

const transport = (name: string, offset: number, picture: readonly string[] = []): Promise<string> =>
  film(`${name}.ts`, { picture, output: ['-output_ts_offset', String(offset), '-muxdelay', '0'] });

export const FILM_STARTS: readonly FilmStart[] = [
  { name: '29.97 pictures a second', file: ntsc },
  {
    name: 'pictures 0.7 s late by an empty edit',
    file: () =>
      edited('late', {
        video: [
          [700, -1],
          [7300, OFFSET],
        ],
      }),
  },
  {
    name: 'nothing for 1.2 s, pictures after 1.5 s',
    file: allLate,
  },
  {
    name: 'the first GOP cut off',
    file: () => edited('cut', { video: [[6999, OFFSET + 30_030]], audio: [[6999, PRIMING + 48_048]] }),
  },
  {
    name: 'a cut between key frames',
    file: () => edited('amid', { video: [[7500, OFFSET + 15_015]], audio: [[7500, PRIMING + 24_024]] }),
  },
  {
    name: 'nothing for 1.2 s, with tx3g in the film',
    text: besideFilm(allLate),
    file: () => besideFilm(allLate).file(),
  },
  {
    name: 'composition offsets and no edit list',
    file: () => film('offsets.mp4', { output: [...MP4, '-use_editlist', '0'] }),
  },
  { name: 'MPEG-TS that begins at 10,000 s', isAdrift: true, file: () => transport('hours', 10_000) },
  { name: 'MPEG-TS whose time stamps wrap', isAdrift: true, file: () => transport('wrap', WRAP - 4) },
  {
    name: 'MPEG-TS with late pictures',
    isAdrift: true,
    file: () => transport('late', 100, ['-itsoffset', '0.5']),
  },
  {
    name: 'Matroska with late pictures and WebVTT',
    text: blocksBesideFilm(lateMatroska),
    file: () => blocksBesideFilm(lateMatroska).file(),
  },
];
