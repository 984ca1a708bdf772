/** Large sample tables stay in the file: what is read of them is what it would be in memory. */

import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { u32, u64, zeros } from '../../core/base/box.ts';
import { concat, viewOf } from '../../core/base/bytes.ts';
import { ChunkTable } from '../../core/containers/mp4/read/chunk-table.ts';
import { PagedBytes } from '../../core/containers/mp4/read/paged-bytes.ts';
import { Mp4SampleTable } from '../../core/containers/mp4/read/sample-table.ts';
import type { TableBytes } from '../../core/containers/mp4/read/table-rows.ts';
import { CompositionOffsets } from '../../core/containers/mp4/read/time-tables.ts';
import { PackagerError } from '../../core/index.ts';
import { openFile } from '../../core/kit.ts';
import { dayOfPictures } from '../helpers/media/long-media.ts';
import { fileOf } from '../helpers/media/read-at-once.ts';
import { demux, memorySource } from '../helpers/oracles/read-mp4.ts';
import { Dice } from '../helpers/random/dice.ts';

const test = suite('paged tables');

const paged = (bytes: Uint8Array): PagedBytes => {
  const file = fileOf(concat([zeros(13), bytes, zeros(5)]));
  return new PagedBytes({ name: 'made.mp4', readAtOnce: file.readAtOnce! }, 13, bytes.length);
};

const DICE = new Dice(1);
const BYTES = Uint8Array.from({ length: 150_002 }, () => DICE.below(256));

test('numbers are those of a view of the same bytes, wherever they lie', () => {
  const [view, pages, behind] = [viewOf(BYTES), paged(BYTES), paged(BYTES).from(12)];
  assert.is(pages.byteLength, BYTES.length);
  const dice = new Dice(2);
  for (let round = 0; round < 2000; round++) {
    const at = dice.below(37_500) * 4;
    assert.is(pages.getUint32(at), view.getUint32(at));
    assert.is(pages.getInt32(at), view.getInt32(at));
    assert.is(pages.getUint16(at + 2), view.getUint16(at + 2));
    assert.is(pages.getUint8(at + 1), view.getUint8(at + 1));
    if (at >= 12) assert.is(behind.getUint32(at - 12), view.getUint32(at));
  }
  assert.is(pages.getUint16(150_000), view.getUint16(150_000));
});

test('behind the end there is nothing, as in a view', () => {
  const pages = paged(BYTES);
  for (const at of [150_002, 150_000, -4, Number.NaN]) {
    assert.throws(
      () => pages.getUint32(at),
      (error: unknown) => error instanceof RangeError,
    );
  }
});

test('two readers that go on in turn do not take the pages from each other', () => {
  const file = fileOf(BYTES);
  const pages = new PagedBytes({ name: 'made.mp4', readAtOnce: file.readAtOnce! }, 0, 131_072);
  for (let at = 0; at < 32_768; at += 4) {
    pages.getUint32(at);
    pages.getUint32(at + 65_536);
  }
  assert.equal(file.positions, [0, 65_536]);
});

test('what could not be read is read again, and never taken for zeros', () => {
  let isBroken = true;
  const readAtOnce = (position: number, target: Uint8Array): void => {
    if (isBroken) throw new Error('broken');
    target.set(BYTES.subarray(position, position + target.length));
  };
  const pages = new PagedBytes({ name: 'made.mp4', readAtOnce }, 0, BYTES.length);
  assert.throws(() => pages.getUint32(40_000), /broken/);
  assert.throws(() => pages.getUint32(40_000), /broken/);
  assert.throws(() => pages.getUint32(0), /broken/);
  isBroken = false;
  assert.is(pages.getUint32(40_000), viewOf(BYTES).getUint32(40_000));
  isBroken = true;
  assert.throws(() => pages.getUint32(100_000), /broken/);
  assert.is(pages.getUint32(40_004), viewOf(BYTES).getUint32(40_004));
});

/** What a made-up track says of each of its samples, and its tables. */
function madeUp(seed: number, count: number) {
  const dice = new Dice(seed);
  const rows = (type: string, made: readonly (readonly number[])[]) =>
    [type, concat([u32(0), u32(made.length), ...made.flat().map((value) => u32(value >>> 0))])] as const;
  const sizes = Array.from({ length: count }, () => dice.below(70));
  const durations: number[] = [];
  const stts: number[][] = [];
  while (durations.length < count) {
    const [samples, ticks] = [Math.min(count - durations.length, dice.below(4)), dice.below(3) * 10];
    stts.push([samples, ticks]);
    for (let i = 0; i < samples; i++) durations.push(ticks);
  }
  const offsets: number[] = [];
  const ctts: number[][] = [];
  while (offsets.length < count) {
    const [samples, ticks] = [Math.min(count - offsets.length, dice.below(3)), dice.below(9) * 10 - 40];
    ctts.push([samples, ticks]);
    for (let i = 0; i < samples; i++) offsets.push(ticks);
  }
  const positions: number[] = [];
  const [stsc, stco]: [number[][], Uint8Array[]] = [[], []];
  for (let at = 100; positions.length < count; at += dice.below(50)) {
    const far = dice.below(40);
    const samples = Math.min(count - positions.length, far === 0 ? 700 : far < 5 ? 0 : 1 + dice.below(3));
    if (stsc.at(-1)?.[1] !== samples) stsc.push([stco.length + 1, samples, 1]);
    stco.push(u64(at));
    for (let i = 0; i < samples; i++) {
      positions.push(at);
      at += sizes[positions.length - 1]!;
    }
  }
  const keys = sizes.flatMap((_, sample) => (sample === 0 || dice.below(40) === 0 ? [[sample + 1]] : []));
  const tables = new Map<string, Uint8Array>([
    rows('stts', stts),
    rows('ctts', ctts),
    rows('stsc', stsc),
    rows('stss', keys),
    ['stsz', concat([u32(0), u32(0), u32(count), ...sizes.map(u32)])],
    ['co64', concat([u32(0), u32(stco.length), ...stco])],
  ]);
  let time = 0;
  const dts = durations.map((ticks) => {
    time += ticks;
    return time - ticks;
  });
  return { tables, said: { sizes, durations, dts, compositionOffsets: offsets, offsets: positions }, time };
}

for (const seed of [3, 4, 5]) {
  test(`tables in the file and in memory say of each sample what was made up for it: ${seed}`, () => {
    const count = 12_000;
    const { tables, said, time } = madeUp(seed, count);
    const entries = [...tables];
    const both = [
      new Mp4SampleTable(new Map(entries.map(([type, bytes]) => [type, viewOf(bytes)])), 2 ** 40),
      new Mp4SampleTable(new Map(entries.map(([type, bytes]) => [type, paged(bytes)])), 2 ** 40),
    ];
    for (const samples of both) {
      assert.equal([samples.count, samples.duration], [count, time]);
      const dice = new Dice(seed + 10);
      for (let round = 0; round < 400; round++) {
        const first = dice.below(count);
        const end = Math.min(count, first + dice.below(round % 20 === 0 ? 2000 : 80));
        const read = samples.read(first, end);
        for (const column of ['sizes', 'durations', 'dts', 'compositionOffsets', 'offsets'] as const)
          assert.equal([...read[column]], said[column].slice(first, end), `${column} of ${first} to ${end}`);
        const one = dice.below(count);
        const sum = said.sizes.slice(first, end).reduce((all, size) => all + size, 0);
        assert.is(samples.sumOfSizes(first, end), sum);
        assert.is(samples.decodeTime(one), said.dts[one]);
        assert.is(samples.compositionOffset(one), said.compositionOffsets[one]);
        const wanted = dice.below(time + 20);
        const found = said.dts.findIndex((dts) => dts >= wanted);
        assert.is(samples.atOrAfter(wanted), found < 0 ? count : found, `at or after ${wanted}`);
      }
      for (const none of [-1, count]) {
        assert.throws(() => samples.decodeTime(none), /samples -?\d+ to \d+ of 12000/);
        assert.throws(() => samples.compositionOffset(none), /samples -?\d+ to \d+ of 12000/);
      }
    }
  });
}

test('after a read that failed, tables go on as if they had not been asked', () => {
  const count = 12_000;
  const { tables, said } = madeUp(6, count);
  const dice = new Dice(7);
  let isBroken = false;
  const flaky = ([type, bytes]: readonly [string, Uint8Array]) => {
    const readAtOnce = (position: number, target: Uint8Array): void => {
      if (isBroken && dice.percent(50)) throw new Error('broken');
      target.set(bytes.subarray(position, position + target.length));
    };
    return [type, new PagedBytes({ name: 'made.mp4', readAtOnce }, 0, bytes.length)] as const;
  };
  const samples = new Mp4SampleTable(new Map([...tables].map(flaky)), 2 ** 40);
  isBroken = true;
  let failed = 0;
  for (let round = 0; round < 4000; round++) {
    const sample = dice.percent(50) ? dice.below(count) : (round * 3) % count;
    const end = Math.min(count, sample + 1 + dice.below(200));
    try {
      switch (round % 4) {
        case 0: {
          const read = samples.read(sample, end);
          for (const column of ['sizes', 'durations', 'dts', 'compositionOffsets', 'offsets'] as const)
            assert.equal([...read[column]], said[column].slice(sample, end), column);
          break;
        }
        case 1:
          assert.is(samples.decodeTime(sample), said.dts[sample]);
          break;
        case 2:
          assert.is(samples.compositionOffset(sample), said.compositionOffsets[sample]);
          break;
        default: {
          const found = samples.atOrAfter(said.dts[sample]!);
          assert.is(found, said.dts.indexOf(said.dts[sample]!));
        }
      }
    } catch (error) {
      assert.match(String(error), /Error: broken/);
      failed += 1;
    }
  }
  assert.ok(failed > 100 && failed < 3900, `${failed}`);
});

test('a table that was written over since it was checked is told from damage', () => {
  const file = Buffer.from(BYTES);
  const pages = new PagedBytes({ name: 'made.mp4', readAtOnce: fileOf(file).readAtOnce! }, 0, file.length);
  for (let at = 0; at < file.length - 4; at += 4) pages.getUint32(at);
  file[70_000]! ^= 1;
  assert.is(pages.getUint32(4), viewOf(BYTES).getUint32(4));
  assert.throws(
    () => pages.getUint32(70_000),
    (error: unknown) => PackagerError.is(error) && error.code === 'INPUT_CHANGED',
  );
});

/** A table of two samples, with any number of rows and chunks between them that have none. */
function farApart(empty: number) {
  let reads = 0;
  const counted = (bytes: Uint8Array): TableBytes => {
    const view = viewOf(bytes);
    const getUint32 = view.getUint32.bind(view);
    return Object.assign(view, {
      getUint32(at: number) {
        reads += 1;
        return getUint32(at);
      },
    });
  };
  const rows = (one: readonly number[]) =>
    concat([u32(0), u32(empty + 2), ...[one, ...Array(empty).fill([0, 5]), one].flat().map(u32)]);
  const stco = [100, ...Array<number>(empty).fill(7), 300];
  const stsc = [
    [1, 1, 1],
    [2, 0, 1],
    [empty + 2, 1, 1],
  ];
  const chunks = new ChunkTable(
    new Map<string, TableBytes>([
      ['stsz', viewOf(concat([u32(0), u32(10), u32(2)]))],
      ['stsc', viewOf(concat([u32(0), u32(3), ...stsc.flat().map(u32)]))],
      ['stco', counted(concat([u32(0), u32(stco.length), ...stco.map(u32)]))],
    ]),
    1000,
  );
  const offsets = new CompositionOffsets(new Map([['ctts', counted(rows([1, 9]))]]), 2);
  const cost = (work: () => unknown): number => {
    const before = reads;
    work();
    return reads - before;
  };
  return { chunks, offsets, cost };
}

test('rows and chunks that have no samples are not gone through, however many there are', () => {
  const { chunks, offsets, cost } = farApart(20_000);
  const [places, sizes, column] = [new Float64Array(2), new Uint32Array(2), new Int32Array(2)];
  for (let round = 0; round < 3; round++) {
    assert.ok(cost(() => chunks.fill(0, 2, places, sizes)) < 1000);
    assert.equal([...places], [100, 300]);
    assert.ok(cost(() => offsets.fill(0, 2, column)) < 1000);
    assert.equal([...column], [9, 9]);
    assert.ok(cost(() => offsets.at(round % 2)) < 1000);
  }
});

test('a film on the disk is what it is in memory, its tables read where they are', async () => {
  const path = await dayOfPictures();
  const bytes = await readFile(path);
  const source = await openFile(path);
  try {
    const [onDisk, inMemory] = await Promise.all([demux(source), demux(memorySource(bytes))]);
    const [one, other] = [onDisk.tracks![0]!.samples, inMemory.tracks![0]!.samples];
    assert.ok(bytes.length > 2 ** 20 && one.count > 2 ** 17);
    for (let first = 0; first < one.count; first += 40_000)
      assert.equal(one.read(first, first + 100), other.read(first, first + 100));
    assert.equal([one.duration, one.bytes], [other.duration, other.bytes]);
    assert.is(one.atOrAfter(one.duration / 2), other.atOrAfter(one.duration / 2));
    await source.close();
    assert.throws(
      () => one.read(0, one.count),
      (error: unknown) => PackagerError.is(error) && error.code === 'INPUT_NOT_READABLE',
    );
  } finally {
    await source.close();
  }
});

test.run();
