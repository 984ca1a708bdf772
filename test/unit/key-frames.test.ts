/** The key frames of a table as a table: any part of it, times and sizes, whatever the files do. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { KeyFrames, keyFrameTrack } from '../../core/media/key-frames.ts';
import type { SampleColumns, SampleTable } from '../../core/media/samples.ts';
import type { VideoTrack } from '../../core/media/track.ts';
import { checkSingles, tableOf } from '../helpers/media/table-of.ts';

const test = suite('key frames');

interface Sample {
  readonly offset: number;
  readonly size: number;
  readonly duration: number;
  readonly composition: number;
  readonly sync: boolean;
}

/** A table of plain objects. */
function tableOfSamples(samples: readonly Sample[]): SampleTable {
  const dts: number[] = [0];
  for (const { duration } of samples) dts.push(dts.at(-1)! + duration);
  const numbers = samples.flatMap(({ sync }, number) => (sync ? [number] : []));
  return tableOf({
    count: samples.length,
    duration: dts.at(-1)!,
    bytes: samples.reduce((sum, { size }) => sum + size, 0),
    syncSamples: numbers.length === samples.length ? undefined : Uint32Array.from(numbers),
    read(first, end): SampleColumns {
      const own = samples.slice(first, end);
      return {
        first,
        count: own.length,
        offsets: Float64Array.from(own, ({ offset }) => offset),
        sizes: Uint32Array.from(own, ({ size }) => size),
        dts: Float64Array.from(own, (_, n) => dts[first + n]!),
        compositionOffsets: Int32Array.from(own, ({ composition }) => composition),
        durations: Uint32Array.from(own, ({ duration }) => duration),
        sync: Uint8Array.from(own, ({ sync }) => Number(sync)),
        formats: Uint8Array.from(own, (_, n) => (first + n) % 2),
      };
    },
    atOrAfter: (time) => {
      const found = dts.findIndex((own) => own >= time);
      return found < 0 ? samples.length : Math.min(found, samples.length);
    },
  });
}

/** Irregular: GOPs of 1 to 7 pictures, sizes, durations and delays of their own. */
const SAMPLES: readonly Sample[] = Array.from({ length: 60 }, (_, n) => ({
  offset: 10_000 + 100 * n + (n % 3),
  size: 20 + ((n * 37) % 61),
  duration: 40 + (n % 4),
  composition: 80 + (n % 2),
  sync: [0, 1, 2, 9, 16, 17, 30, 44, 59].includes(n),
}));

test('each is shown when the source shows it, until the next one; the last to the end of the source', () => {
  const below = tableOfSamples(SAMPLES);
  const keys = new KeyFrames(below);
  const numbers = [0, 1, 2, 9, 16, 17, 30, 44, 59];
  assert.is(keys.count, numbers.length);
  const { dts, durations, compositionOffsets, sizes, offsets, sync, formats } = keys.read(0, keys.count);
  const source = below.read(0, below.count);
  const shown = numbers.map((n) => source.dts[n]! + source.compositionOffsets[n]!);
  const end = 80 + below.duration;
  assert.equal(
    [...dts],
    shown.map((time) => time - shown[0]!),
  );
  assert.equal(
    [...durations],
    shown.map((time, n) => (shown[n + 1] ?? end) - time),
  );
  assert.equal(
    [...compositionOffsets],
    numbers.map(() => 0),
  );
  assert.equal(
    [...sizes],
    numbers.map((n) => SAMPLES[n]!.size),
  );
  assert.equal(
    [...offsets],
    numbers.map((n) => SAMPLES[n]!.offset),
  );
  assert.equal(
    [...sync],
    numbers.map(() => 1),
  );
  assert.equal(
    [...(formats ?? [])],
    numbers.map((n) => n % 2),
  );
  assert.is(
    keys.bytes,
    numbers.reduce((sum, n) => sum + SAMPLES[n]!.size, 0),
  );
  assert.is(keys.duration, end - shown[0]!);
  assert.is(keys.start, shown[0]);
});

test('any part is that part of the whole', () => {
  const keys = new KeyFrames(tableOfSamples(SAMPLES));
  const whole = keys.read(0, keys.count);
  checkSingles(keys);
  for (let first = 0; first <= keys.count; first++) {
    for (let end = first; end <= keys.count; end++) {
      const part = keys.read(first, end);
      assert.is(part.count, end - first);
      for (const column of ['dts', 'durations', 'sizes', 'offsets', 'sync', 'formats'] as const)
        assert.equal(
          [...part[column]!],
          [...whole[column]!].slice(first, end),
          `${column} ${first} to ${end}`,
        );
    }
  }
  assert.throws(() => keys.read(0, keys.count + 1));
});

test('they are found by their time, and by samples of the source', () => {
  const keys = new KeyFrames(tableOfSamples(SAMPLES));
  const { dts } = keys.read(0, keys.count);
  for (const [n, time] of dts.entries()) {
    assert.is(keys.atOrAfter(time), n);
    assert.is(keys.atOrAfter(time + 1), n + 1);
  }
  for (const [sample, row] of [
    [0, 0],
    [1, 1],
    [3, 3],
    [9, 3],
    [10, 4],
    [59, 8],
    [60, 9],
  ] as const)
    assert.is(keys.from(sample), row, `sample ${sample}`);
});

test('a key frame that is not shown behind those before it is left out: no duration is negative', () => {
  const samples = SAMPLES.map((sample, n) => (n === 16 ? { ...sample, composition: -5000 } : sample));
  const keys = new KeyFrames(tableOfSamples(samples));
  assert.is(keys.count, 8);
  const { durations, dts } = keys.read(0, keys.count);
  assert.ok(
    durations.every((ticks) => ticks > 0 && ticks < 10_000),
    durations.join(),
  );
  assert.equal(
    [...dts],
    [...dts].sort((a, b) => a - b),
  );
});

test('all-intra sources are taken whole, those without key frames have none', () => {
  const intra = tableOfSamples(SAMPLES.map((sample) => ({ ...sample, sync: true, composition: 0 })));
  const keys = new KeyFrames(intra);
  assert.is(keys.count, intra.count);
  assert.is(keys.bytes, intra.bytes);
  assert.is(keys.duration, intra.duration);
  const none = new KeyFrames(tableOfSamples(SAMPLES.map((sample) => ({ ...sample, sync: false }))));
  assert.is(none.count, 0);
  assert.is(none.duration, 0);
  assert.is(none.read(0, 0).count, 0);
});

test('a track of them is presented when its source is, at its own rate', () => {
  const samples = tableOfSamples(
    SAMPLES.map((sample, n) => ({ ...sample, duration: 40, composition: 80, sync: n % 15 === 0 })),
  );
  const source = { samples, presentationOffset: 30, timescale: 1000, video: {} } as unknown as VideoTrack;
  const track = keyFrameTrack(source, 'key-frames');
  assert.is(track.samples.read(0, 1).compositionOffsets[0]! - track.presentationOffset, 80 - 30);
  assert.equal(track.video.frameRate, { num: 5, den: 3 });
  assert.is(track.sampleCount, 4);
});

test.run();
