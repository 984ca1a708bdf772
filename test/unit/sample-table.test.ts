import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { u8, u16, u32, u64 } from '../../core/base/box.ts';
import { BoxError } from '../../core/base/box-walk.ts';
import { concat, viewOf } from '../../core/base/bytes.ts';
import { Mp4SampleTable } from '../../core/containers/mp4/read/sample-table.ts';
import { checkSingles } from '../helpers/media/table-of.ts';

const test = suite('sample table');

/** The payload of a full box with `entry_count` and 32-bit fields. */
const table = (rows: readonly (readonly number[])[], version = 0): Uint8Array =>
  concat([u32(version * 2 ** 24), u32(rows.length), ...rows.flat().map((value) => u32(value >>> 0))]);

const stsz = (sizes: readonly number[]): Uint8Array =>
  concat([u32(0), u32(0), u32(sizes.length), ...sizes.map(u32)]);

const uniform = (size: number, count: number): Uint8Array => concat([u32(0), u32(size), u32(count)]);

const FILE_SIZE = 1_000_000;

const make = (boxes: Record<string, Uint8Array>, fileSize = FILE_SIZE): Mp4SampleTable =>
  new Mp4SampleTable(
    new Map(Object.entries(boxes).map(([type, payload]) => [type, viewOf(payload)])),
    fileSize,
  );

/** Five samples in three chunks. */
const SMALL = {
  stts: table([
    [3, 10],
    [2, 20],
  ]),
  stsz: stsz([100, 200, 300, 400, 500]),
  stsc: table([
    [1, 2, 1],
    [3, 1, 1],
  ]),
  stco: table([[1000], [5000], [3000]]),
};

const refused = (boxes: Record<string, Uint8Array>, message: RegExp, fileSize?: number): void =>
  assert.throws(
    () => make(boxes, fileSize),
    (error: unknown) => error instanceof BoxError && message.test(error.message),
  );

test('expands every column', () => {
  const samples = make(SMALL);
  const { offsets, sizes, dts, durations, compositionOffsets, sync } = samples.read(0, 5);
  assert.equal([samples.count, samples.duration, samples.bytes], [5, 70, 1500]);
  assert.equal([...offsets], [1000, 1100, 5000, 5300, 3000]);
  assert.equal([...sizes], [100, 200, 300, 400, 500]);
  assert.equal([...dts], [0, 10, 20, 30, 50]);
  assert.equal([...durations], [10, 10, 10, 20, 20]);
  assert.equal([...compositionOffsets], [0, 0, 0, 0, 0]);
  assert.equal([...sync], [1, 1, 1, 1, 1]);
  assert.equal(samples.commonestDuration, { ticks: 10, samples: 3 });
  assert.is(samples.empty, 0);
});

test('counts the samples that have nothing in them', () => {
  assert.is(make({ ...SMALL, stsz: stsz([0, 200, 0, 400, 0]) }).empty, 3);
  const stz2 = concat([u32(0), u32(4), u32(5), u8(0x10), u8(0x03), u8(0x40)]);
  assert.is(make({ stts: SMALL.stts, stsc: SMALL.stsc, stco: SMALL.stco, stz2 }).empty, 2);
});

test('any range in any order is a piece of the whole', () => {
  const samples = make({
    ...SMALL,
    ctts: table([
      [2, 7],
      [1, 0],
      [2, 9],
    ]),
    stss: table([[1], [4]]),
  });
  checkSingles(samples);
  const whole = samples.read(0, 5);
  for (let first = 5; first >= 0; first--) {
    for (let end = first; end <= 5; end++) {
      const part = samples.read(first, end);
      for (const column of ['offsets', 'sizes', 'dts', 'durations', 'compositionOffsets', 'sync'] as const) {
        assert.equal([...part[column]], [...whole[column].subarray(first, end)], `${column} ${first}-${end}`);
      }
    }
  }
  assert.throws(() => samples.read(3, 6), /samples 3 to 6 of 5/);
});

test('composition offsets of both versions are signed, kept as runs or one by one', () => {
  const runs = [
    [3, -5],
    [2, 2 ** 31 - 1],
  ];
  const single = [10, -20, 30, -40, 50].map((offset) => [1, offset]);
  for (const version of [0, 1]) {
    const offsets = (rows: number[][]) =>
      make({ ...SMALL, ctts: table(rows, version) }).read(0, 5).compositionOffsets;
    assert.equal([...offsets(runs)], [-5, -5, -5, 2 ** 31 - 1, 2 ** 31 - 1]);
    assert.equal([...offsets(single)], [10, -20, 30, -40, 50]);
  }
});

test('sync samples count from 0; an empty table means none, a full one means all', () => {
  assert.equal([...(make({ ...SMALL, stss: table([[2], [5]]) }).syncSamples ?? [])], [1, 4]);
  assert.equal([...make({ ...SMALL, stss: table([[2], [5]]) }).read(1, 5).sync], [1, 0, 0, 1]);
  assert.equal([...make({ ...SMALL, stss: table([]) }).read(0, 5).sync], [0, 0, 0, 0, 0]);
  assert.is(make({ ...SMALL, stss: table([[1], [2], [3], [4], [5]]) }).syncSamples, undefined);
});

test('sizes: one for all, and compact ones of 4, 8 and 16 bits', () => {
  const { stsz: _, ...rest } = SMALL;
  const stz2 = (bits: number, ...sizes: Uint8Array[]) => concat([u32(0), u32(bits), u32(5), ...sizes]);
  const sizes = (box: Record<string, Uint8Array>) => [...make({ ...rest, ...box }).read(0, 5).sizes];
  assert.equal(sizes({ stsz: uniform(77, 5) }), [77, 77, 77, 77, 77]);
  assert.equal(sizes({ stz2: stz2(4, u8(0x12), u8(0x34), u8(0x50)) }), [1, 2, 3, 4, 5]);
  assert.equal(sizes({ stz2: stz2(8, ...[250, 1, 2, 3, 4].map(u8)) }), [250, 1, 2, 3, 4]);
  assert.equal(sizes({ stz2: stz2(16, ...[65535, 1, 2, 3, 4].map(u16)) }), [65535, 1, 2, 3, 4]);
  assert.equal(sizes({ stsz: stsz([70_000, 1, 2, 3, 4]) }), [70_000, 1, 2, 3, 4]);
  refused({ ...rest, stz2: stz2(12, u64(0)) }, /sizes of 12 bits/);
});

test('64-bit chunk offsets', () => {
  const { stco: _, ...rest } = SMALL;
  const far = 90 * 2 ** 30;
  const co64 = concat([u32(0), u32(3), u64(far), u64(far + 5000), u64(4000)]);
  assert.equal(
    [...make({ ...rest, co64 }, 2 ** 37).read(1, 5).offsets],
    [far + 100, far + 5000, far + 5300, 4000],
  );
});

test('a chunk of any length is found into', () => {
  const count = 5000;
  const samples = make({
    stts: table([[count, 1]]),
    stsz: stsz(Array.from({ length: count }, (_, i) => i % 7)),
    stsc: table([[1, count, 1]]),
    stco: table([[50]]),
  });
  // 0 + 1 + … + 6 bytes in every seven samples.
  const expected = Array.from(
    { length: count },
    (_, i) => 50 + 21 * Math.floor(i / 7) + ((i % 7) * ((i % 7) - 1)) / 2,
  );
  assert.equal([...samples.read(0, count).offsets], expected);
  for (const sample of [4999, 1023, 1024, 1025, 2048, 0]) {
    assert.is(samples.read(sample, sample + 1).offsets[0], expected[sample]);
  }
});

test('atOrAfter agrees with looking at every sample', () => {
  const tables = [
    SMALL.stts,
    table([[5, 0]]),
    table([
      [1, 0],
      [2, 10],
      [0, 99],
      [2, 0],
    ]),
  ];
  for (const stts of tables) {
    const samples = make({ ...SMALL, stts });
    const dts = [...samples.read(0, 5).dts];
    for (let time = -1; time < 75; time += 0.5) {
      const expected = dts.findIndex((t) => t >= time);
      assert.is(samples.atOrAfter(time), expected === -1 ? 5 : expected, `${time}`);
    }
  }
});

test('tables that contradict each other are refused', () => {
  refused({ ...SMALL, stts: table([[4, 10]]) }, /"stts" times 4 samples, but there are 5/);
  refused({ ...SMALL, ctts: table([[6, 10]]) }, /"ctts" times 6 samples/);
  refused({ ...SMALL, stsc: table([[1, 2, 1]]) }, /place 6 samples, but there are 5/);
  refused({ ...SMALL, stsc: table([[2, 2, 1]]) }, /not in order/);
  const unordered = [
    [1, 2, 1],
    [1, 1, 1],
  ];
  refused({ ...SMALL, stsc: table(unordered) }, /not in order/);
  refused({ ...SMALL, stss: table([[3], [3]]) }, /"stss"/);
  refused({ ...SMALL, stss: table([[6]]) }, /"stss"/);
  refused({ stts: table([]) }, /no "stsz"/);
  // Chunks of which nothing says how many samples they have.
  assert.is(make({ stts: table([]), stsz: stsz([]), stsc: table([]), stco: table([[1000]]) }).count, 0);
});

test('counts are believed only when the box is large enough for them', () => {
  const lying = (box: Uint8Array) => concat([box.subarray(0, 4), u32(0xffff_ffff), box.subarray(8)]);
  for (const type of ['stts', 'stsc', 'stco'] as const) {
    refused({ ...SMALL, [type]: lying(SMALL[type]) }, /room for fewer/);
  }
  refused({ ...SMALL, ctts: lying(table([])) }, /room for fewer/);
  refused({ ...SMALL, stss: lying(table([])) }, /room for fewer/);
  refused({ ...SMALL, stsz: concat([u32(0), u32(0), u32(60_000_000)]) }, /room for fewer/);
  refused({ ...SMALL, stsz: uniform(1, 0xffff_ffff) }, /claims 4294967295 samples/);
});

test('samples outside the file, or sharing its bytes, are refused', () => {
  assert.is(make(SMALL, 5700).bytes, 1500);
  refused(SMALL, /goes on to byte 5700, but the file has only 5699/, 5699);
  const shared = { stsz: uniform(400, 5), stco: table([[0], [0], [0]]) };
  refused({ ...SMALL, ...shared }, /have 2000 bytes, the file only 1000/, 1000);
});

test.run();
