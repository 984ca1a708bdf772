/** Large sample tables stay in the file: what is read of them is what it would be in memory. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { box, u32, u64, zeros } from '../../core/base/box.ts';
import { BoxError, childMap, payloadOf, readBoxHeader, required, viewOf } from '../../core/base/box-walk.ts';
import { concat } from '../../core/base/bytes.ts';
import { readMovieBox, tableBytes } from '../../core/containers/mp4/read/movie-box.ts';
import { PagedBytes } from '../../core/containers/mp4/read/paged-bytes.ts';
import { Mp4SampleTable } from '../../core/containers/mp4/read/sample-table.ts';
import type { ByteSource } from '../../core/io/byte-source.ts';
import { memorySource } from '../helpers/oracles/read-mp4.ts';
import { Dice } from '../helpers/random/dice.ts';

const test = suite('paged tables');

/** A file that can be read at once, and where it was. */
function fileOf(bytes: Uint8Array): ByteSource & { readonly positions: number[] } {
  const positions: number[] = [];
  return {
    ...memorySource(bytes),
    positions,
    readAtOnce(position, target) {
      positions.push(position);
      if (position + target.length > bytes.length) throw new Error('behind the end');
      target.set(bytes.subarray(position, position + target.length));
    },
  };
}

const paged = (bytes: Uint8Array): PagedBytes => {
  const file = fileOf(concat([zeros(13), bytes, zeros(5)]));
  return new PagedBytes(file.readAtOnce!, 13, bytes.length);
};

const DICE = new Dice(1);
const BYTES = Uint8Array.from({ length: 150_002 }, () => DICE.below(256));

test('numbers are those of a view of the same bytes, wherever they lie', () => {
  const [view, pages, behind] = [viewOf(BYTES), paged(BYTES), paged(BYTES).behind(12)];
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
  const pages = new PagedBytes(file.readAtOnce!, 0, 131_072);
  for (let at = 0; at < 32_768; at += 4) {
    pages.getUint32(at);
    pages.getUint32(at + 65_536);
  }
  assert.equal(file.positions, [0, 65_536]);
});

test('what could not be read is read again, and never taken for zeros', () => {
  let isBroken = true;
  const pages = new PagedBytes(
    (position, target) => {
      if (isBroken) throw new Error('broken');
      target.set(BYTES.subarray(position, position + target.length));
    },
    0,
    BYTES.length,
  );
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
    const read = (position: number, target: Uint8Array): void => {
      if (isBroken && dice.percent(50)) throw new Error('broken');
      target.set(bytes.subarray(position, position + target.length));
    };
    return [type, new PagedBytes(read, 0, bytes.length)] as const;
  };
  const samples = new Mp4SampleTable(new Map([...tables].map(flaky)), 2 ** 40);
  isBroken = true;
  let failed = 0;
  for (let round = 0; round < 4000; round++) {
    const sample = dice.percent(50) ? dice.below(count) : (round * 3) % count;
    try {
      const { dts, compositionOffsets, offsets } = samples.read(sample, sample + 1);
      assert.is(dts[0], said.dts[sample]);
      assert.is(compositionOffsets[0], said.compositionOffsets[sample]);
      assert.is(offsets[0], said.offsets[sample]);
    } catch (error) {
      assert.match(String(error), /Error: broken/);
      failed += 1;
    }
  }
  assert.ok(failed > 100 && failed < 3900, `${failed}`);
});

/** A box with a 64-bit size. */
const large = (type: string, ...parts: readonly Uint8Array[]): Uint8Array => {
  const payload = concat(parts);
  return concat([u32(1), Buffer.from(type, 'latin1'), u64(16 + payload.length), payload]);
};

const LONG = BYTES.subarray(0, 150_000);
const TABLE = concat([LONG, LONG]);

const track = (...tables: readonly Uint8Array[]): Uint8Array =>
  large(
    'trak',
    box('tkhd', zeros(84)),
    box('mdia', box('mdhd', zeros(24)), large('minf', box('vmhd', zeros(12)), box('stbl', ...tables))),
  );

const moovOf = (file: Uint8Array) => readBoxHeader(file, 0, file.length);

/** A table of the track. */
function tablesOf(found: Awaited<ReturnType<typeof readMovieBox>>, type: string) {
  const children = childMap(found.bytes, moovOf(found.bytes));
  const mdia = required(childMap(found.bytes, required(children, 'trak', '')), 'mdia', '');
  const minf = required(childMap(found.bytes, mdia), 'minf', '');
  const stbl = childMap(found.bytes, required(childMap(found.bytes, minf), 'stbl', ''));
  return tableBytes(found, required(stbl, type, ''));
}

test('only large tables of samples are left in the file', async () => {
  const title = box('udta', LONG, LONG);
  const file = box(
    'moov',
    box('mvhd', zeros(100)),
    track(box('stsd', TABLE), large('stsz', TABLE), box('stts', LONG), box('stco', TABLE)),
    title,
    zeros(7),
  );
  const found = await readMovieBox(fileOf(file), moovOf(file));
  assert.is(found.large.size, 2);
  for (const [type, bytes, isLarge] of [
    ['stsz', TABLE, true],
    ['stco', TABLE, true],
    ['stts', LONG, false],
    ['stsd', TABLE, false],
  ] as const) {
    const table = tablesOf(found, type);
    assert.is(table instanceof PagedBytes, isLarge, type);
    assert.is(table.byteLength, bytes.length);
    for (let at = 0; at < bytes.length; at += 4) {
      if (table.getUint32(at) !== viewOf(bytes).getUint32(at)) throw new Error(`${type} differs at ${at}`);
    }
  }
  const kept = childMap(found.bytes, moovOf(found.bytes));
  assert.equal([...kept.keys()], ['mvhd', 'trak', 'udta']);
  assert.ok(Buffer.from(payloadOf(found.bytes, kept.get('udta')!)).equals(concat([LONG, LONG])));
  assert.is(moovOf(found.bytes).end, found.bytes.length);
  assert.is(found.bytes.length, file.length - 2 * TABLE.length - 8 * 3);
});

test('of a source that cannot be read at once nothing is left', async () => {
  const file = box('moov', track(box('stsz', TABLE)));
  const found = await readMovieBox(memorySource(file), moovOf(file));
  assert.is(found.large.size, 0);
  assert.ok(Buffer.from(found.bytes).equals(file));
});

test('boxes that do not fit, and more of them than any film has, are refused', async () => {
  const refusal = (file: Uint8Array): Promise<unknown> =>
    readMovieBox(fileOf(file), moovOf(file)).then(
      () => undefined,
      (error: unknown) => (error instanceof BoxError ? error.message : error),
    );
  const cut = Buffer.from(box('moov', track(box('stsz', TABLE))));
  cut.writeUInt32BE(TABLE.length + 500, cut.indexOf('stsz') - 4);
  assert.match(String(await refusal(cut)), /"stsz" claims 300500 bytes where only 300008 are left/);
  const many = box('moov', Buffer.alloc(8 * 70_000, box('free')));
  assert.match(String(await refusal(many)), /more than 65536 boxes/);
});

test.run();
