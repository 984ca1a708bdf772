/** Segments of several tracks that are read together: each byte once, all of them right, and nobody waits for ever. */
import { setImmediate as turn } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Segment } from '../../core/media/segment.ts';
import { JointReading } from '../../core/title/joint-reading.ts';
import type { SegmentSource } from '../../core/title/segment-reader.ts';
import { file, type Layout, payload, timed, trackOf } from '../helpers/media/laid-out.ts';
import { memorySource } from '../helpers/oracles/read-mp4.ts';
import { Dice } from '../helpers/random/dice.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('joint reading');

/** A film: pictures with sound behind each of them, from `at` on. */
function interleaved(count: number, at = 0): { readonly pictures: Layout; readonly sound: Layout } {
  const track = (from: number, size: number): Layout => ({
    offsets: Array.from({ length: count }, (_, i) => at + i * 1000 + from),
    sizes: Array.from({ length: count }, () => size),
  });
  return { pictures: track(0, 900), sound: track(900, 100) };
}

/** Every so many samples a segment. */
const cut = (layout: Layout, every: number, source = memorySource(file)) =>
  timed(trackOf(layout, { source }), ...layout.offsets.flatMap((_, i) => (i % every === 0 ? [i] : [])));

const part = ({ offsets, sizes }: Layout, from: number, end: number): Buffer =>
  payload({ offsets: offsets.slice(from, end), sizes: sizes.slice(from, end) });

/**
 * Read all segments as a writer does: the last two are looked at again when the next one is there.
 * @param turns how long it takes to look
 */
async function readAll(source: SegmentSource, layout: Layout, every: number, turns = 0): Promise<void> {
  const seen: Segment[] = [];
  for (let index = 0; index * every < layout.offsets.length; index++) {
    seen.push(await source.read(index));
    for (let n = 0; n < turns; n++) await turn();
    for (const { index: n, data } of seen.slice(-3))
      assert.ok(part(layout, n * every, (n + 1) * every).equals(data), `segment ${n} at ${index}`);
  }
}

test('who reads tracks of one input side by side reads each byte once', async () => {
  const { pictures, sound } = interleaved(300);
  const source = memorySource(file);
  const reading = new JointReading();
  await Promise.all(
    [pictures, sound].map(async (layout, n) => {
      const reader = reading.enter();
      await readAll(reader.segments(cut(layout, 10, source)), layout, 10, 2 * n);
      reader.leave();
    }),
  );
  assert.is(
    source.reads.reduce((sum, { bytes }) => sum + bytes, 0),
    300_000,
  );
  assert.is(source.reads.length, 30);
});

test('so does who reads several tracks himself', async () => {
  const { pictures, sound } = interleaved(100);
  const source = memorySource(file);
  const reader = new JointReading().enter();
  const [one, other] = [pictures, sound].map((layout) => reader.segments(cut(layout, 20, source)));
  for (let index = 0; index < 5; index++) {
    const [seen, heard] = await Promise.all([one!.read(index), other!.read(index)]);
    assert.ok(part(pictures, 20 * index, 20 * index + 20).equals(seen.data));
    assert.ok(part(sound, 20 * index, 20 * index + 20).equals(heard.data));
  }
  assert.is(source.reads.length, 5);
});

test('tracks that share bytes, and those of other inputs, each get their own', async () => {
  const { pictures } = interleaved(40);
  const source = memorySource(file);
  const reader = new JointReading().enter();
  const sources = [source, source, memorySource(file)].map((own) => reader.segments(cut(pictures, 8, own)));
  await Promise.all(sources.map((own) => readAll(own, pictures, 8)));
  assert.is(source.reads.length, 2 * 5, 'the shared bytes in one way through each');
});

test('nobody is two segments in front of who reads the same; who has not begun, or is over, keeps nobody', async () => {
  const { pictures, sound } = interleaved(100);
  const source = memorySource(file);
  const reading = new JointReading();
  const [idle, first, second] = [reading.enter(), reading.enter(), reading.enter()];
  idle.segments(cut(sound, 10, source));
  const [fast, slow] = [first.segments(cut(pictures, 10, source)), second.segments(cut(sound, 10, source))];
  await slow.read(0);
  let got = -1;
  const ahead = (async () => {
    for (let index = 0; index < 10; index++) {
      await fast.read(index);
      got = index;
    }
  })();
  for (let turns = 0; turns < 20; turns++) await turn();
  assert.is(got, 1);
  await slow.read(1);
  for (let turns = 0; turns < 20; turns++) await turn();
  assert.is(got, 2);
  second.leave();
  await ahead;
  assert.is(got, 9);
  // What nobody takes is read once, and no more of it: all of the film, but sound at the ends of segments, and what `idle` would begin with.
  assert.is(
    source.reads.reduce((sum, { bytes }) => sum + bytes, 0),
    100_000 - 7 * 100 + 9_100,
  );
});

test('one track after the other, out of order, again, or several at once: it is all right', async () => {
  const { pictures, sound } = interleaved(60);
  const source = memorySource(file);
  const reading = new JointReading();
  const [odd, plain] = [reading.enter(), reading.enter()];
  const companion = readAll(plain.segments(cut(sound, 10, source)), sound, 10).then(() => plain.leave());
  const [one, other] = [pictures, sound].map((layout) => odd.segments(cut(layout, 10, source)));
  for (const index of [0, 1, 2, 3, 2, 5])
    assert.ok(part(pictures, 10 * index, 10 * index + 10).equals((await one!.read(index)).data));
  const several = await Promise.all([4, 1, 2].map((index) => other!.read(index)));
  for (const { index, data } of several) assert.ok(part(sound, 10 * index, 10 * index + 10).equals(data));
  odd.leave();
  await companion;
  const ahead = new JointReading().enter();
  const [near, far] = [pictures, sound].map((layout) => ahead.segments(cut(layout, 10, source)));
  await near!.read(0);
  const { data } = await far!.read(3);
  assert.ok(part(sound, 30, 40).equals(data), 'what was read for it and it did not ask for');
});

test('a read that fails fails for all whose segments it was to give; where somebody failed, nobody goes on', async () => {
  const { pictures, sound } = interleaved(20, file.length - 15_000);
  const source = memorySource(file);
  const reading = new JointReading();
  const readers = [pictures, sound].map((layout) => reading.enter().segments(cut(layout, 10, source)));
  await Promise.all(readers.map((reader) => reader.read(0)));
  const failures = await Promise.allSettled(readers.map((reader) => reader.read(1)));
  for (const failure of failures)
    assert.match(String((failure as PromiseRejectedResult).reason), 'read past the end');
  reading.stop();
  assert.is((await failureOf(readers[0]!.read(0))).code, 'CANCELLED');
});

test('tracks of any layout, holes in them, whoever is slow: the bytes are those of each alone', async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const dice = new Dice(seed);
    const source = memorySource(file);
    const reading = new JointReading();
    const count = 12;
    const tracks = Array.from({ length: 1 + dice.below(4) }, () => {
      let at = dice.below(2000);
      const layout: { offsets: number[]; sizes: number[] } = { offsets: [], sizes: [] };
      const starts: number[] = [];
      for (let index = 0; index < count; index++) {
        starts.push(layout.offsets.length);
        for (let n = dice.below(5); n > 0; n--) {
          const size = dice.below(2000);
          layout.offsets.push(at);
          layout.sizes.push(size);
          at = dice.percent(10) ? dice.below(80_000) : at + size + dice.below(2) * dice.below(4000);
        }
      }
      return { layout, starts };
    });
    await Promise.all(
      tracks.map(async ({ layout, starts }) => {
        const reader = reading.enter();
        const segments = reader.segments(timed(trackOf(layout, { source }), ...starts), 2);
        for (const [index, first] of starts.entries()) {
          const end = starts[index + 1] ?? layout.offsets.length;
          if (end === first) continue;
          const { data } = await segments.read(index);
          for (let turns = dice.below(4); turns > 0; turns--) await turn();
          assert.ok(part(layout, first, end).equals(data), `seed ${seed}, segment ${index}`);
        }
        reader.leave();
      }),
    );
  }
});

test.run();
