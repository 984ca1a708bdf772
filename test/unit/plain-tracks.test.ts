/** What kit has for demuxers of formats whose samples lie in the file: a window over headers, a table of plain columns. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { builtInCodecs } from '../../core/codecs/built-in.ts';
import { type ByteSource, ByteWindow, sampleTable, videoTrack } from '../../core/kit.ts';
import { checkSingles } from '../helpers/media/table-of.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('plain tracks');

/** A source of 200,000 bytes, each its own position modulo 251, that counts reads. */
function counted() {
  const reads: number[] = [];
  const source: ByteSource = {
    name: 'made',
    size: 200_000,
    async read(position, targets) {
      let at = position;
      for (const target of targets) for (let n = 0; n < target.length; n++) target[n] = at++ % 251;
      if (at > 200_000) throw new Error('behind the end');
      reads.push(position);
    },
    close: async () => {},
  };
  return { source, reads };
}

test('a window answers any piece, with few reads for pieces that lie near each other', async () => {
  const { source, reads } = counted();
  const window = new ByteWindow(source);
  for (let at = 0; at < 200_000; at += 97) {
    const bytes = await window.at(at, 12);
    assert.is(bytes.length, Math.min(12, 200_000 - at));
    assert.ok(bytes.every((byte, n) => byte === (at + n) % 251));
  }
  assert.ok(reads.length <= 5, `${reads.length} reads`);
  assert.is((await window.at(0, 150_000)).length, 150_000);
  assert.is((await window.at(3, 2))[1], 4);
  assert.is((await window.at(200_000, 1)).length, 0);
});

const COUNT = 3000;
const numbers = (of: (n: number) => number) => Array.from({ length: COUNT }, (_, n) => of(n));
const COLUMNS = {
  offsets: Float64Array.from(numbers((n) => 100 + 13 * n)),
  sizes: Uint32Array.from(numbers((n) => 1 + (n % 12))),
  durations: Uint32Array.from(numbers((n) => 40 + (n % 2))),
};

test('a table of plain columns: places as they are given, times summed up, all of it sync where nothing else is said', () => {
  const table = sampleTable({ ...COLUMNS, syncSamples: Uint32Array.of(0, 2000) });
  assert.is(table.count, COUNT);
  assert.is(table.duration, 81 * (COUNT / 2));
  const { offsets, sizes, dts, compositionOffsets, sync } = table.read(1999, 2002);
  assert.equal(
    [...offsets],
    [1999, 2000, 2001].map((n) => 100 + 13 * n),
  );
  assert.equal([...sizes], [8, 9, 10]);
  assert.equal([...dts], [81 * 999 + 40, 81 * 1000, 81 * 1000 + 40]);
  assert.equal(
    [[...compositionOffsets], [...sync]],
    [
      [0, 0, 0],
      [0, 1, 0],
    ],
  );
  assert.is(table.atOrAfter(81 * 1000), 2000);
  assert.is(sampleTable(COLUMNS).syncSamples, undefined);
  const apart = sampleTable({
    ...COLUMNS,
    offsets: undefined,
    compositionOffsets: new Int32Array(COUNT).fill(7),
  });
  checkSingles(table);
  checkSingles(apart);
  const run = apart.read(12, 14);
  assert.equal(
    [[...run.offsets], [...run.compositionOffsets]],
    [
      [78, 79],
      [7, 7],
    ],
  );
});

test('a track without a key frame at its start, or that nothing describes, is refused by name', async () => {
  const { source } = counted();
  const [codec] = builtInCodecs().withEntry('av01');
  const facts = { input: 0, id: 7, source, codec: codec!, timescale: 1000, width: 16, height: 16 };
  const late = await failureOf(
    videoTrack({ ...facts, samples: { ...COLUMNS, syncSamples: Uint32Array.of(1) } }),
  );
  assert.match(late.message, /made is not media.*track 7 does not begin with a key frame/);
  const none = await failureOf(videoTrack({ ...facts, samples: COLUMNS }));
  assert.is(none.code, 'NOT_MEDIA');
  assert.match(none.message, /track 7 /);
});

test.run();
