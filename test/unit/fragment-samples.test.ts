import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BoxError } from '../../core/base/box-walk.ts';
import { DescriptionRuns } from '../../core/containers/mp4/read/description-runs.ts';
import { FragmentSampleWriter } from '../../core/containers/mp4/read/fragment-sample-writer.ts';
import type { SampleTable } from '../../core/kit.ts';
import { checkSingles } from '../helpers/media/table-of.ts';

const test = suite('samples of fragments');

const FILE_SIZE = 10 ** 14;

const writer = (fileSize = FILE_SIZE, samples = FILE_SIZE): FragmentSampleWriter =>
  new FragmentSampleWriter(1, fileSize, { samples }, 1000);

const refused = (work: () => unknown, reason: RegExp): void =>
  assert.throws(work, (error: unknown) => error instanceof BoxError && reason.test(error.message));

interface Row {
  readonly position: number;
  readonly size: number;
  readonly duration: number;
  readonly offset: number;
  readonly isSync: boolean;
}

function table(rows: readonly Row[]): SampleTable {
  const made = writer();
  for (const row of rows) made.add(row.position, row.size, row.duration, row.offset, row.isSync);
  return made.finish();
}

/** Rows of all widths, in runs of several lengths, some pages of which are all the same. */
function manyRows(count: number): Row[] {
  let seed = 3;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  let position = 50;
  return Array.from({ length: count }, (_, i) => {
    const page = Math.floor(i / 1024);
    const size = page === 1 ? 300 : random([200, 60_000, 2 ** 31][page % 3]!);
    if (random(9) === 0) position += random(2 ** 33);
    position += size;
    return {
      position: position - size,
      size,
      duration: page === 2 ? random(3) : 512,
      offset: [0, random(200) - 100, random(60_000) - 30_000, random(2 ** 31) - 2 ** 30, random(2 ** 31)][
        page % 5
      ]!,
      isSync: i % 25 === 0 || page === 3,
    };
  });
}

const COLUMNS = ['offsets', 'sizes', 'dts', 'durations', 'compositionOffsets', 'sync'] as const;

test('gives back every column of thousands of samples, all at once and piece by piece', () => {
  const rows = manyRows(5500);
  const samples = table(rows);
  const whole = samples.read(0, rows.length);
  let time = 0;
  for (const [i, row] of rows.entries()) {
    const { position, size, duration, offset, isSync } = row;
    const found = COLUMNS.map((column) => whole[column][i]);
    assert.equal(found, [position, size, time, duration, offset, Number(isSync)], `sample ${i}`);
    time += duration;
  }
  assert.equal([samples.count, samples.duration], [rows.length, time]);
  checkSingles(samples);
  assert.is(
    samples.bytes,
    rows.reduce((sum, { size }) => sum + size, 0),
  );
  assert.equal(
    [...(samples.syncSamples ?? [])],
    rows.flatMap(({ isSync }, i) => (isSync ? [i] : [])),
  );
  for (const [first, end] of [
    [0, 0],
    [5499, 5500],
    [1023, 1025],
    [700, 4100],
    [2048, 3072],
    [5500, 5500],
  ] as const) {
    const part = samples.read(first, end);
    for (const column of COLUMNS) {
      assert.equal([...part[column]], [...whole[column].subarray(first, end)], `${column} ${first}-${end}`);
    }
  }
  assert.throws(() => samples.read(3, 5501), /samples 3 to 5501 of 5500/);
});

test('a run of any length is found into', () => {
  const rows = Array.from({ length: 5000 }, (_, i) => ({
    ...{ size: i % 7, duration: 1, offset: 0 },
    isSync: true,
  }));
  // 0 + 1 + … + 6 bytes in every seven samples.
  const positionOf = (i: number) => 50 + 21 * Math.floor(i / 7) + ((i % 7) * ((i % 7) - 1)) / 2;
  const samples = table(rows.map((row, i) => ({ ...row, position: positionOf(i) })));
  for (const i of [4999, 1023, 1024, 1025, 2048, 3500, 0]) {
    assert.is(samples.read(i, i + 1).offsets[0], positionOf(i), `sample ${i}`);
  }
});

test('atOrAfter agrees with looking at every sample', () => {
  const samples = table(manyRows(3500));
  const { dts } = samples.read(0, samples.count);
  const times = [-1, 0, 0.5, ...dts.subarray(1000, 1050), ...dts.subarray(2040, 3500), samples.duration];
  for (const time of times.flatMap((t) => [t - 0.5, t, t + 1])) {
    const expected = dts.findIndex((t) => t >= time);
    assert.is(samples.atOrAfter(time), expected === -1 ? samples.count : expected, `${time}`);
  }
  const still = table(Array.from({ length: 5 }, () => ({ ...manyRows(1)[0]!, duration: 0 })));
  assert.equal([still.atOrAfter(0), still.atOrAfter(1)], [0, 5]);
  assert.equal([writer().finish().atOrAfter(0), writer().finish().count], [0, 0]);
});

test('every sample is a sync sample, or none is', () => {
  const rows = manyRows(2);
  assert.is(table(rows.map((row) => ({ ...row, isSync: true }))).syncSamples, undefined);
  assert.equal([...(table(rows.map((row) => ({ ...row, isSync: false }))).syncSamples ?? [1])], []);
});

test('a sample lasts until the next is decoded: gaps and overlaps between fragments are its own', () => {
  const made = writer();
  made.seek(2n ** 55n + 1n);
  for (let i = 0; i < 2; i++) made.add(i, 1, 100, 0, true);
  made.seek(2n ** 55n + 1n + 200n); // as expected
  made.add(2, 1, 100, 0, true);
  made.seek(2n ** 55n + 1n + 1000n); // 700 later
  made.add(3, 1, 100, 0, true);
  made.seek(2n ** 55n + 1n + 1099n); // rounded
  made.add(4, 1, 100, 0, true);
  made.pause(50);
  made.add(5, 1, 100, 0, true);
  const samples = made.finish();
  assert.equal([...samples.read(0, 6).dts], [0, 100, 200, 1000, 1099, 1249]);
  assert.equal([...samples.read(0, 6).durations], [100, 100, 800, 99, 150, 100]);
  assert.is(samples.duration, 1349);
  assert.is(samples.start, 2 ** 55);
  assert.equal(samples.commonestDuration, { ticks: 100, samples: 3 });
});

test('a pause behind a recording that began anew is as long as it says', () => {
  const made = writer();
  made.seek(0n);
  for (let i = 0; i < 3; i++) made.add(i, 1, 100_000, 0, true);
  made.seek(0n); // the next recording
  made.add(3, 1, 100, 0, true);
  made.pause(50);
  made.add(4, 1, 100, 0, true);
  const samples = made.finish();
  assert.equal([...samples.read(0, 5).dts], [0, 100_000, 200_000, 300_000, 300_150]);
});

test('samples without anything in them are times in which there is nothing, where they are to be left out', () => {
  const made = new FragmentSampleWriter(1, FILE_SIZE, { samples: FILE_SIZE }, 1000, true);
  const add = (...sizes: readonly number[]) => {
    for (const size of sizes) made.add(size, size, 100, 0, size > 0);
  };
  made.seek(2n ** 55n);
  add(0, 0, 1, 0, 2, 3, 0, 0);
  made.seek(2n ** 55n + 800n); // as expected
  add(0, 4, ...Array<number>(20).fill(5));
  made.seek(2n ** 55n); // the next recording, from which on its first sample is a hole
  add(0, 6, 0);
  const samples = made.finish([30]);
  assert.is(made.empty, 8);
  assert.is(samples.start, 2 ** 55 + 200);
  assert.is(samples.syncSamples, undefined);
  const { sizes, dts, durations } = samples.read(0, samples.count);
  assert.equal([...sizes.subarray(0, 5)], [1, 2, 3, 4, 5]);
  assert.equal([...dts.subarray(0, 5)], [0, 200, 300, 700, 800]);
  assert.equal([...sizes.subarray(-2)], [5, 6]);
  assert.equal([...durations.subarray(-2)], [230, 200]);
  assert.is(samples.duration, 3130);
  assert.is(dts.at(-1)! + durations.at(-1)!, samples.duration);
});

test('without tfdt, durations add up, from 0 and over a pause at the front', () => {
  const made = writer();
  made.pause(30);
  made.add(0, 1, 5, 0, true);
  made.add(1, 1, 5, 0, true);
  const samples = made.finish();
  assert.equal([samples.start, ...samples.read(0, 2).dts], [30, 0, 5]);
});

test('samples of another table come first', () => {
  const first = table(manyRows(1500));
  const made = writer();
  const descriptions = new DescriptionRuns();
  descriptions.push(0, 1);
  made.addAll(first, descriptions);
  const time = first.duration + 10;
  made.seek(BigInt(time));
  made.add(7, 1, 5, -1, false);
  const samples = made.finish();
  assert.equal([samples.count, samples.duration], [1501, time + 5]);
  const [before, after] = [first.read(0, 1500), samples.read(0, 1500)];
  for (const column of COLUMNS.filter((name) => name !== 'durations')) {
    assert.equal(after[column], before[column], column);
  }
  assert.is(samples.read(1500, 1501).dts[0], time);
});

test('impossible times are refused', () => {
  const made = writer();
  made.seek(1000n);
  made.add(0, 1, 10, 0, true);
  made.add(1, 1, 10, 0, true);
  refused(() => made.seek(1009n), /track 1 goes back in time after 2 samples/);
  refused(() => made.seek(0n), /goes back in time/);
  refused(() => made.seek(1011n + 2n ** 32n), /has nothing between 0:00:01\.020 and 1193:02:48\.307/);
});

test('samples outside the file, sharing its bytes, or without end are refused', () => {
  refused(() => writer(100).add(90, 11, 1, 0, true), /at byte 101, outside the file/);
  refused(() => writer(100).add(-1, 5, 1, 0, true), /at byte -1, outside/);
  const shared = writer(100);
  for (let i = 0; i < 3; i++) shared.add(0, 40, 1, 0, true);
  refused(() => shared.finish(), /samples of 120 bytes, the file only 100/);
  refused(() => writer().expect(2 ** 26 + 1), /claims 67108865 samples/);
  const budget = { samples: 5 };
  new FragmentSampleWriter(1, 100, budget, 1000).expect(3);
  refused(() => new FragmentSampleWriter(2, 100, budget, 1000).expect(3), /track 2 claims 3 samples/);
});

test.run();
