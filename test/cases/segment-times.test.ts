/** Where segments begin and how long they are: the same in every mode, exact to the end of a long title, alike in all renditions. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { dashCenc, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { cutOpenGop, longTitle, ntscMedia, rendition } from '../helpers/media/time-media.ts';
import { aes128SegmentsByOpenssl, readRange, readSegments } from '../helpers/oracles/hls.ts';
import { findBox, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { decodedPictures } from '../helpers/oracles/presented.ts';
import { sampleTimes, type TrackTimes } from '../helpers/oracles/sample-times.ts';
import { codedSamples } from '../helpers/oracles/samples.ts';
import { failureOf, filesBelow, packageWith, TEST_KEY } from '../helpers/titles/package.ts';

const test = sideBySide('segment times');

const CLEAR = ['video', 'audio'] as const;
const SYSTEMS = { systems: ['clearkey'] } as const;
const TICK = 1 / 90_000;
const MILLISECOND = 0.001;

/** `start`, then the end of each. */
function cumulated(start: number, lengths: readonly number[]): number[] {
  let time = start;
  return [start, ...lengths.map((length) => (time += length))];
}

/** Starts of all segments and the end of the last, in seconds of the presentation. */
async function mpdTimes(path: string, kind: 'video' | 'audio'): Promise<number[]> {
  const sets = (await readFile(path, 'utf8')).split('<AdaptationSet');
  const set = sets.find((text) => text.includes(`contentType="${kind}"`))!;
  const number = (text: string, name: string): number =>
    Number(new RegExp(` ${name}="(\\d+)"`).exec(text)?.[1] ?? 0);
  const rows = [...set.matchAll(/<S [^>]*>/g)].map(([row]) => row);
  const ticks = rows.flatMap((row) => Array<number>(number(row, 'r') + 1).fill(number(row, 'd')));
  const start = number(rows[0]!, 't') - number(set, 'presentationTimeOffset');
  return cumulated(start, ticks).map((time) => time / number(set, 'timescale'));
}

async function playlistTimes(path: string, start = 0): Promise<number[]> {
  const lengths = [...(await readFile(path, 'utf8')).matchAll(/#EXTINF:([\d.]+)/g)];
  return cumulated(
    start,
    lengths.map(([, seconds]) => Number(seconds)),
  );
}

function near(found: readonly number[], wanted: readonly number[], within: number, what: string): void {
  assert.is(found.length, wanted.length, what);
  for (const [i, time] of found.entries()) {
    assert.ok(Math.abs(time - wanted[i]!) <= within, `${what}: ${time} s instead of ${wanted[i]} s`);
  }
}

/** When the sound of each segment of MPEG-TS begins, against the first picture of all. */
async function soundStarts(segments: readonly Buffer[]): Promise<number[]> {
  const first = async (stream: 'v:0' | 'a:0', input: Buffer) =>
    (await codedSamples('pipe:0', stream, { input }))[0]!.pts;
  const zero = await first('v:0', segments[0]!);
  return Promise.all(segments.map(async (segment) => (await first('a:0', segment)) - zero));
}

test('all modes cut at the same instants, sound at the first frame from there on', async () => {
  const input = await ntscMedia();
  const facts = { inputs: [input], segmentDuration: 1 };
  const [clear, inTs, encrypted] = await Promise.all([
    packageWith([dashCenc({ ...SYSTEMS, layout: 'segments' }), hlsAes({ container: 'fmp4' })], {
      ...facts,
      clear: CLEAR,
    }),
    packageWith([hlsAes({ container: 'ts' })], { ...facts, clear: CLEAR }),
    packageWith([dashCenc(SYSTEMS), hlsNcg()], facts),
  ]);
  const at = async ({ output }: { output: string }, end: string) =>
    join(output, (await filesBelow(output)).find((path) => path.endsWith(end))!);

  const [mpd, hlsVideo, hlsAudio] = await Promise.all(
    ['stream.mpd', 'video-1/stream.m3u8', 'audio-und/stream.m3u8'].map((end) => at(clear, end)),
  );
  const [ts, ncg] = await Promise.all([inTs, encrypted].map((report) => at(report, 'media-1/stream.m3u8')));
  const pictures = await mpdTimes(mpd!, 'video');
  const sound = await mpdTimes(mpd!, 'audio');
  assert.equal([pictures.length, pictures[0]], [5, 0], '24 pictures are 0.8 s: cuts at 1.6, 2.4, 3.2 s');
  for (const playlist of [hlsVideo!, ts!, ncg!])
    near(await playlistTimes(playlist), pictures, 1e-6, playlist);
  near(await playlistTimes(hlsAudio!, sound[0]), sound, 1e-6, hlsAudio!);
  for (const [file, wanted] of [
    ['video-1', pictures],
    ['audio-und', sound],
  ] as const) {
    near(
      await sidxTimes(await at(encrypted, `media-${file}.mp4`)),
      wanted.map((time) => time - wanted[0]!),
      1e-9,
      'sidx',
    );
  }

  const frame = 1024 / 44_100;
  assert.ok(sound[0]! >= -frame && sound[0]! <= 0);
  for (const [i, start] of pictures.slice(1, -1).entries()) {
    const late = sound[i + 1]! - start;
    assert.ok(late >= 0 && late < frame, `sound ${late} s behind the cut at ${start} s`);
  }
  const clearSegments = await Promise.all((await readSegments(ts!)).map(readRange));
  for (const segments of [clearSegments, await aes128SegmentsByOpenssl(ncg!, TEST_KEY.key)]) {
    near(await soundStarts(segments), sound.slice(0, -1), 2 * TICK, 'sound in MPEG-TS');
  }
});

/** Counted from the first subsegment. */
async function sidxTimes(path: string): Promise<number[]> {
  const { references, timescale } = findBox(parseBoxes(await readFile(path)), 'sidx') as unknown as {
    references: { subsegment_duration: number }[];
    timescale: number;
  };
  const ticks = references.map(({ subsegment_duration: duration }) => duration);
  return cumulated(0, ticks).map((time) => time / timescale);
}

test('ten minutes: nothing adds up', async () => {
  const input = await longTitle();
  const facts = { inputs: [input], clear: CLEAR, segmentDuration: 4 };
  const [clear, inTs] = await Promise.all([
    packageWith([dashCenc(SYSTEMS), hlsAes({ container: 'fmp4' })], facts),
    packageWith([hlsAes({ container: 'ts' })], facts),
  ]);
  const source = await sampleTimes(input);
  const files = (await filesBelow(clear.output)).filter((path) => path.endsWith('.mp4'));
  for (const track of source) {
    const own = files.filter(
      (path) => path.includes(`/${track.kind}-`) || path.includes(`media-${track.kind}-`),
    );
    assert.is(own.length, 2);
    for (const path of own) {
      const [written] = await sampleTimes(join(clear.output, path));
      assert.equal(written!.durations, track.durations);
      assert.ok(written!.drift.length > 100 && written!.drift.every((ticks) => ticks === 0), path);
    }
  }
  const length = ({ durations, timescale }: TrackTimes): number =>
    durations.reduce((sum, ticks) => sum + ticks, 0) / timescale;
  for (const { kind, ...track } of source) {
    const dash = files.find((path) => path.includes(`media-${kind}-`))!;
    const index = await sidxTimes(join(clear.output, dash));
    near([index.at(-1)!], [length({ kind, ...track })], 1e-9, 'sidx');
    const hls = files.find((path) => path.includes(`/${kind}-`))!;
    near(await playlistTimes(join(clear.output, dirname(hls), 'stream.m3u8')), index, 1e-6, 'EXTINF');
  }

  const media = (await filesBelow(inTs.output)).find((path) => path.endsWith('media.ts'))!;
  for (const [kind, stream] of [
    ['video', 'v:0'],
    ['audio', 'a:0'],
  ] as const) {
    const { presented, timescale } = source.find((track) => track.kind === kind)!;
    const samples = await codedSamples(join(inTs.output, media), stream);
    const moved = samples.map(({ pts }, i) => pts - presented[i]! / timescale);
    assert.is(samples.length, presented.length);
    assert.ok(
      Math.max(...moved) - Math.min(...moved) < TICK,
      `${kind}: ${Math.max(...moved) - Math.min(...moved)} s`,
    );
  }
});

/** When all pictures are presented, in seconds, those that are only decoded left out. */
const shownTimes = ({ presented, timescale }: TrackTimes): number[] => {
  const times = presented.map((ticks) => ticks / timescale).sort((a, b) => a - b);
  return times.filter((time, i) => (times[i + 1] ?? Number.POSITIVE_INFINITY) - time > MILLISECOND);
};

interface RenditionTimes {
  /** When pictures are presented, in seconds. */
  readonly shown: number[][];
  /** How many are only decoded. */
  readonly hidden: number[];
  readonly cuts: number[][];
}

async function renditionTimes(inputs: readonly string[]): Promise<RenditionTimes> {
  const { output } = await packageWith([dashCenc(SYSTEMS)], { inputs, clear: CLEAR, segmentDuration: 0.9 });
  const files = (await filesBelow(output)).filter((path) => /media-video-\d\.mp4$/.test(path));
  assert.is(files.length, inputs.length);
  const written = await Promise.all(files.map((path) => sampleTimes(join(output, path))));
  const shown = written.map(([track]) => shownTimes(track!));
  return {
    shown,
    hidden: written.map(([track], i) => track!.presented.length - shown[i]!.length),
    cuts: await Promise.all(files.map((path) => sidxTimes(join(output, path)))),
  };
}

test('renditions of other time scales, with edit lists and without, are presented alike', async () => {
  const inputs = await Promise.all([rendition('reordered'), rendition('plain')]);
  const sources = (await Promise.all(inputs.map(sampleTimes))).map((tracks) => tracks[0]!);
  assert.equal(
    sources.map(({ timescale }) => timescale),
    [12_800, 90_001],
  );
  const { shown, cuts } = await renditionTimes(inputs);
  near(shown[1]!, shown[0]!, 1 / 90_001, 'pictures');
  near(cuts[1]!, cuts[0]!, 1 / 90_001, 'segments');
  assert.ok(cuts[0]!.length > 4);
});

test('renditions that start between key frames of their own are presented alike', async () => {
  const inputs = await Promise.all([rendition('reordered', 1.4), rendition('frequent', 1.4)]);
  const { shown, hidden, cuts } = await renditionTimes(inputs);
  assert.equal(hidden, [11, 3]);
  assert.ok(shown[0]![0]! < MILLISECOND);
  near(shown[1]!, shown[0]!, 1e-9, 'pictures');
  near(cuts[1]!, cuts[0]!, MILLISECOND, 'segments');
  assert.ok(cuts[0]!.length > 3);
});

test('renditions that start at different times are refused, with names and times', async () => {
  const inputs = await Promise.all([rendition('reordered'), rendition('late')]);
  const error = await failureOf(renditionTimes(inputs));
  assert.match(error.message, /reordered-0\.mp4 starts at 0\.000 s, .*late-0\.mp4 at 0\.500 s/);
});

for (const codec of ['hevc', 'h264'] as const) {
  for (const editList of [true, false]) {
    const how = editList ? 'under an edit list' : 'without an edit list';
    test(`${codec}, an open GOP cut at its key frame, ${how}: the same pictures, in time with the sound`, async () => {
      const input = await cutOpenGop(codec, editList);
      const modes = [dashCenc(SYSTEMS), hlsAes({ container: 'fmp4' })];
      const { output, warnings } = await packageWith(modes, { inputs: [input], clear: CLEAR });
      assert.is(warnings.length, 1, 'it is cut at a key frame');
      assert.match(
        warnings[0]!,
        codec === 'hevc' ? /open GOPs: in 1 of 1 segments/ : /no IDR picture at the start of any segment/,
      );
      const source = await sampleTimes(input);
      const wanted = await decodedPictures(input);
      const files = (await filesBelow(output)).filter((path) => path.endsWith('.mp4'));
      for (const mode of ['DASH', 'HLS']) {
        const [sound, video] = files
          .filter((path) => path.startsWith(mode))
          .map((path) => join(output, path));
        const found = await decodedPictures(video!);
        assert.equal(
          found.map(({ hash }) => hash),
          wanted.map(({ hash }) => hash),
        );
        const spaced = (pictures: typeof found): number[] =>
          pictures.map(({ pts }) => pts - pictures.at(-1)!.pts);
        near(spaced(found), spaced(wanted), MILLISECOND, mode);

        const mpd = mode === 'DASH' ? await readFile(join(dirname(video!), 'stream.mpd'), 'utf8') : '';
        const offset = Number(/presentationTimeOffset="(\d+)"/.exec(mpd)?.[1] ?? 0);
        const distance = (tracks: readonly TrackTimes[], priming = 0): number => {
          const of = (kind: string) => tracks.find((track) => track.kind === kind)!;
          const [pictures, frames] = [of('video'), of('audio')];
          return (
            pictures.presented.at(-1)! / pictures.timescale -
            (frames.presented.at(-1)! - priming) / frames.timescale
          );
        };
        const written = [...(await sampleTimes(video!)), ...(await sampleTimes(sound!))];
        near(
          [distance(written, offset)],
          [distance(source)],
          MILLISECOND,
          `${mode}: distance of pictures and sound`,
        );
      }
    });
  }
}

test.run();
