/**
 * When pictures and sound are presented, measured on the outputs of every mode: pictures by what is decoded, sound by its
 * coded frames, against what the edit list says of the source by its definition.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Box } from 'mp4box';
import * as assert from 'uvu/assert';
import { identity } from '../../core/index.ts';
import { dashCenc, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { mediaWithEdits, type TestEdit } from '../helpers/media/edit-list-media.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { hlsSamples } from '../helpers/oracles/hls.ts';
import { findBox, findBoxes, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { decodedPictures, type Shown, shownPictures, underEdits } from '../helpers/oracles/presented.ts';
import {
  type CodedSample,
  codedSamples,
  IGNORE_EDITS,
  mp4Samples,
  tsFilter,
} from '../helpers/oracles/samples.ts';
import { outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';

const test = sideBySide('time');

const MILLISECOND = 0.001;
const AAC_FRAME = 1024 / 48_000;
/** Key frames of the source, in ticks, are a second apart from the first picture on. */
const FIRST = 1024;
const pictureAt = (seconds: number): number => FIRST + seconds * 12_800;
const soundAt = (seconds: number): number => 1024 + seconds * 48_000;

interface Case {
  readonly name: string;
  readonly video: readonly TestEdit[];
  readonly audio: readonly TestEdit[];
  /** Where it is no edit list of ours. */
  readonly shape?: string;
  /** Pictures that are there to be decoded. @default 0 */
  readonly hidden?: number;
  readonly warns?: RegExp;
}

const CASES: readonly Case[] = [
  { name: 'all of it', video: [[5000, FIRST]], audio: [[5000, 1024]] },
  { name: 'the end cut away', video: [[3000, FIRST]], audio: [[3000, 1024]] },
  { name: 'the end cut away between B-frames', video: [[2120, FIRST]], audio: [[2120, 1024]], hidden: 1 },
  {
    name: 'a start between key frames',
    video: [[3000, pictureAt(1.4)]],
    audio: [[3000, soundAt(1.4)]],
    hidden: 11,
    warns: /track 1 starts 0\.400 s behind a key frame: 10 pictures/,
  },
  {
    name: 'pieces that go on',
    video: [
      [1000, FIRST],
      [4000, pictureAt(1)],
    ],
    audio: [[5000, 1024]],
  },
  {
    name: 'a gap',
    video: [
      [1000, FIRST],
      [500, -1],
      [2000, pictureAt(2)],
    ],
    audio: [
      [1000, 1024],
      [500, -1],
      [2000, soundAt(2)],
    ],
  },
  {
    name: 'two pieces, the second from between key frames',
    video: [
      [1000, FIRST],
      [1000, pictureAt(2.6)],
    ],
    audio: [
      [1000, 1024],
      [1000, soundAt(2.6)],
    ],
    hidden: 16,
  },
  {
    name: 'the second half first',
    video: [
      [1000, pictureAt(3)],
      [1000, FIRST],
    ],
    audio: [
      [1000, soundAt(3)],
      [1000, 1024],
    ],
  },
  {
    name: 'a late picture',
    video: [
      [500, -1],
      [5000, FIRST],
    ],
    audio: [[5000, 1024]],
  },
  {
    name: 'late sound',
    video: [[5000, FIRST]],
    audio: [
      [250, -1],
      [5000, 1024],
    ],
  },
  { name: 'sound 48 ms of which are priming', video: [[5000, FIRST]], audio: [[4900, 2112]] },
  { name: 'no edit list', shape: 'no-edit-list', video: [[5080, 0]], audio: [[5100, 0]] },
  { name: 'negative composition offsets', shape: 'ctts-v1', video: [[5000, 0]], audio: [[5000, 1024]] },
];

for (const { name, video, audio, shape, hidden = 0, warns } of CASES) {
  test(`presents ${name} alike in DASH and HLS`, async () => {
    const input = await (shape
      ? oddMedia(shape)
      : mediaWithEdits(name.replaceAll(' ', '-'), { video, audio }));
    const dashMode = dashCenc({ systems: ['clearkey'] });
    const hlsModes = [
      hlsAes({ systems: [identity({ uri: '../key.bin' })] }),
      hlsNcg({ keyUri: '../key.bin' }),
    ];
    const [{ output, warnings }, { output: secret }] = await Promise.all([
      packageWith([dashMode, hlsAes({ container: 'fmp4' })], { inputs: [input], clear: ['video', 'audio'] }),
      packageWith([dashMode, ...hlsModes], { inputs: [input] }),
    ]);
    const read = await readingsOf(input, output, secret);
    const pictures = underEdits(read.sourcePictures, video, 12_800);
    const sound = underEdits(read.sourceSound, audio, 48_000);
    const zero = Math.min(pictures[0]!.pts, sound[0]!.pts);
    const end = Math.min(
      video.reduce((sum, [milliseconds]) => sum + milliseconds / 1000, 0),
      pictures.at(-1)!.pts + 0.04,
    );
    const wanted = { pictures, end, hidden };
    assert.is(warnings.length, warns ? 1 : 0, warnings.join('\n'));
    if (warns) assert.match(warnings[0]!, warns);

    const dash = join(output, outputFolder('DASH', input));
    const offsets = await timeOffsets(join(dash, 'stream.mpd'));
    assert.is(offsets.video, 0, 'no picture lies before the period');
    compare(moved(read.dashPictures, -reorderShift(read.dash[0]!)), wanted, -zero);
    compareSound(moved(read.dash[1]!, -offsets.audio), sound, -zero);
    const lengths = await fragmentDurations(join(dash, 'media-video-1.mp4'));
    near(sum(lengths), end - pictures[0]!.pts, 'the durations of all pictures');
    const last = Math.max(end, sound.at(-1)!.pts + AAC_FRAME) - zero;
    const declared = Number(
      /mediaPresentationDuration="PT([\d.]+)S"/.exec(await readFile(join(dash, 'stream.mpd'), 'utf8'))?.[1],
    );
    near(declared, last, 'the duration of the presentation', AAC_FRAME);

    const fmp4 = join(output, outputFolder('HLS', input));
    compare(moved(read.fmp4Pictures, -reorderShift(read.fmp4Coded)), wanted, -zero);
    compareSound(read.fmp4Sound, sound, -zero);

    for (const [index, clear] of read.dash.entries()) {
      assert.equal(times(read.encrypted[index]!), times(clear), 'encryption changes no time');
    }

    const { hlsPictures, hlsSound } = read;
    const base = hlsPictures.find(({ hash }) => hash === pictures[0]!.hash)!.pts - pictures[0]!.pts;
    compare(hlsPictures, wanted, base);
    compareSound(hlsSound, sound, base);

    const lengthsIn = async (path: string): Promise<number[]> =>
      [...(await readFile(path, 'utf8')).matchAll(/#EXTINF:([\d.]+)/g)].map(([, seconds]) => Number(seconds));
    const [inTs, inFmp4] = [
      await lengthsIn(join(secret, outputFolder('HLS-NCG', input), 'media-1/stream.m3u8')),
      await lengthsIn(join(fmp4, 'video-1/stream.m3u8')),
    ];
    // The last frame may be cut short.
    const soundEnd = hlsSound.at(-1)!.pts - base + AAC_FRAME;
    const told = 'the lengths of all segments, of sound without pictures too';
    near(sum(inTs), Math.max(end, soundEnd) - zero, told, AAC_FRAME);
    near(sum(inFmp4), end - pictures[0]!.pts, 'the lengths of all segments of pictures');
    assert.equal(inFmp4.slice(1, -1), inTs.slice(1, -1), 'the same segments in fMP4');

    assert.equal(times(read.sampleAes), times(hlsSound), 'SAMPLE-AES is timed as AES-128');
  });
}

/** What ffmpeg reads of a source and its outputs, clear and encrypted: asked for at once, it takes few starts of it. */
async function readingsOf(input: string, output: string, secret: string) {
  const { key, iv } = TEST_KEY;
  const [dash, encrypted] = [output, secret].map((folder) => join(folder, outputFolder('DASH', input)));
  const fmp4 = join(output, outputFolder('HLS', input));
  const hls = join(secret, outputFolder('HLS-NCG', input));
  await writeFile(join(hls, 'key.bin'), Buffer.from(key, 'hex'));
  const playlist = join(hls, 'media-1/stream.m3u8');
  const aes = join(secret, outputFolder('HLS', input), 'media-1/stream.m3u8');
  const open = ['-allowed_extensions', 'ALL'];
  const tracksIn = (folder: string) =>
    Promise.all([
      mp4Samples(join(folder, 'media-video-1.mp4'), 'v:0'),
      mp4Samples(join(folder, 'media-audio-und.mp4'), 'a:0'),
    ]);
  const [sourcePictures, sourceSound, dashPictures, ...tracks] = await Promise.all([
    decodedPictures(input, IGNORE_EDITS),
    mp4Samples(input, 'a:0'),
    decodedPictures(join(dash!, 'media-video-1.mp4')),
    tracksIn(dash!),
    tracksIn(encrypted!),
    decodedPictures(join(fmp4, 'video-1/media.mp4')),
    mp4Samples(join(fmp4, 'video-1/media.mp4'), 'v:0'),
    codedSamples(join(fmp4, 'audio-und/media.mp4'), 'a:0'), // ffmpeg follows the edit list
    decodedPictures(playlist, open),
    codedSamples(playlist, 'a:0', { demuxer: open, filter: tsFilter('a:0') }),
    hlsSamples(aes, 'a:0', { key, iv }),
  ]);
  const [inDash, inSecret, fmp4Pictures, fmp4Coded, fmp4Sound, hlsPictures, hlsSound, sampleAes] = tracks;
  return {
    ...{ sourcePictures, sourceSound, dashPictures, dash: inDash, encrypted: inSecret },
    ...{ fmp4Pictures, fmp4Coded, fmp4Sound, hlsPictures, hlsSound, sampleAes },
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function near(found: number, wanted: number, what: string, tolerance = 0): void {
  assert.ok(Math.abs(found - wanted) < MILLISECOND + tolerance, `${what}: ${found} instead of ${wanted}`);
}

/** What `trun` and `tfhd` say that each fragment lasts, in seconds. */
async function fragmentDurations(path: string): Promise<number[]> {
  const file = parseBoxes(await readFile(path));
  const timescale = Number(findBox(file, 'mdhd')['timescale']);
  return findBoxes(file, 'traf').map((traf) => {
    const [tfhd, trun] = ['tfhd', 'trun'].map((type) => findBox(traf as unknown as Box, type));
    const own = trun!['sample_duration'] as number[];
    const same = Number(tfhd!['default_sample_duration']) * Number(trun!['sample_count']);
    return (own.length > 0 ? sum(own) : same) / timescale;
  });
}

/** `presentationTimeOffset` of each set, in seconds. */
async function timeOffsets(mpd: string): Promise<{ video: number; audio: number }> {
  const text = await readFile(mpd, 'utf8');
  const [video = 0, audio = 0] = text
    .split('<AdaptationSet')
    .slice(1)
    .map((set) => {
      const timescale = Number(/ timescale="(\d+)"/.exec(set)?.[1]);
      return Number(/presentationTimeOffset="(\d+)"/.exec(set)?.[1] ?? 0) / timescale;
    });
  return { video, audio };
}

/** What ffmpeg adds to presentation times because composition offsets are negative: our first one is 0. */
const reorderShift = ([first]: readonly CodedSample[]): number => first!.pts - first!.dts;

const times = (samples: readonly Shown[]): string[] => samples.map(({ pts }) => pts.toFixed(5)).sort();

const moved = (samples: readonly Shown[], by: number): Shown[] =>
  samples.map(({ hash, pts }) => ({ hash, pts: pts + by }));

interface Wanted {
  readonly pictures: readonly Shown[];
  /** When the last of them is no longer presented. */
  readonly end: number;
  /** Pictures that are only decoded. */
  readonly hidden: number;
}

/** The same pictures at the same times, and no others on display. */
function compare(found: readonly Shown[], { pictures: wanted, end, hidden }: Wanted, by: number): void {
  const shown = shownPictures(found, end + by);
  assert.is(found.length - shown.length, hidden, 'pictures that are only decoded');
  assert.equal(
    shown.map(({ hash }) => hash),
    wanted.map(({ hash }) => hash),
  );
  for (const [i, { pts }] of shown.entries()) {
    const late = pts - wanted[i]!.pts - by;
    assert.ok(Math.abs(late) < MILLISECOND, `picture ${i} is ${late} s late`);
  }
}

/** Every frame that is there is presented when it should be; at each cut a frame may be missing, or be whole. */
function compareSound(found: readonly Shown[], wanted: readonly Shown[], by: number): void {
  const times = new Map(wanted.map(({ hash, pts }) => [hash, pts + by]));
  const known = found.filter(({ hash }) => times.has(hash));
  assert.ok(known.length >= wanted.length - 3, `${known.length} of ${wanted.length} frames`);
  for (const { hash, pts } of known) {
    const late = pts - times.get(hash)!;
    assert.ok(Math.abs(late) < MILLISECOND, `sound is ${late} s late`);
  }
  const last = found.at(-1)!.pts - wanted.at(-1)!.pts - by;
  assert.ok(Math.abs(last) <= AAC_FRAME + MILLISECOND, `the sound ends ${last} s late`);
}

test.run();
