import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type CodedTrack, readSegment, SegmentReader } from '../../core/kit.ts';
import { payload, timed, trackOf } from '../helpers/media/laid-out.ts';
import type { memorySource } from '../helpers/oracles/read-mp4.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('segment reader');

test('a segment holds its samples and their times on the output timeline', async () => {
  const layout = { offsets: [100, 150, 500, 620], sizes: [50, 60, 120, 7] };
  const media = timed(trackOf(layout), 0, 1, 3);
  const segment = await readSegment(media, 1);
  assert.ok(payload({ offsets: [150, 500], sizes: [60, 120] }).equals(segment.data));
  assert.equal([segment.index, segment.count, segment.decodeTime], [1, 2, 1010]);
  assert.equal([...segment.sizes], [60, 120]);
  assert.equal([...segment.compositionOffsets], [1, 2]);
  assert.equal([...segment.durations], [10, 10]);
  assert.equal([...segment.sync], [0, 1]);
  const last = await readSegment(media, 2);
  assert.ok(payload({ offsets: [620], sizes: [7] }).equals(last.data));
});

test('an empty segment has the time of the sample that would follow', async () => {
  const media = timed(trackOf({ offsets: [0, 1], sizes: [1, 1] }), 0, 1, 1, 2);
  for (const [index, time] of [
    [1, 1010],
    [3, 1020],
  ] as const) {
    const segment = await readSegment(media, index);
    assert.equal([segment.count, segment.data.length, segment.decodeTime], [0, 0, time]);
  }
});

test('length prefixes are as long as avcC or hvcC says, and 0 without NAL units', async () => {
  const layout = { offsets: [0], sizes: [1] };
  const sizeOf = async (facts: Partial<CodedTrack>) =>
    (await readSegment(timed(trackOf(layout, facts), 0), 0)).nalLengthSize;
  assert.is(await sizeOf({ entry: 'avc1', config: Uint8Array.of(1, 100, 0, 31, 0xff) }), 4);
  assert.is(await sizeOf({ entry: 'avc3', config: Uint8Array.of(1, 100, 0, 31, 0xfd) }), 2);
  const hvcC = (last: number) => Uint8Array.of(1, ...new Uint8Array(20), last, 0);
  for (const entry of ['hvc1', 'hev1', 'dvh1', 'dvhe']) {
    assert.is(await sizeOf({ entry, config: hvcC(0x0f) }), 4, entry);
    assert.is(await sizeOf({ entry, config: hvcC(0x0c) }), 1, entry);
  }
  assert.is(await sizeOf({ entry: 'mp4a', config: Uint8Array.of(0x12, 0x10, 0, 0, 3) }), 0);
});

test('samples that lie together, or nearly, are read at once', async () => {
  const layout = { offsets: [10, 20, 300, 66_000, 5], sizes: [10, 30, 200, 0, 3] };
  const track = trackOf(layout);
  const segment = await readSegment(timed(track, 0), 0);
  assert.ok(payload(layout).equals(segment.data));
  assert.equal((track.source as ReturnType<typeof memorySource>).reads, [
    { position: 10, bytes: 65_990 },
    { position: 5, bytes: 3 },
  ]);
});

test('samples that lie far apart are read one by one, a few at a time', async () => {
  const offsets = Array.from({ length: 5 }, (_, i) => i * 70_000);
  const layout = { offsets: [...offsets, ...offsets, ...offsets], sizes: Array(15).fill(300) as number[] };
  const track = trackOf(layout);
  const segment = await readSegment(timed(track, 0), 0);
  const source = track.source as ReturnType<typeof memorySource>;
  assert.ok(payload(layout).equals(segment.data));
  assert.is(source.reads.length, 15);
  assert.ok(source.atOnce > 1 && source.atOnce <= 8, `${source.atOnce}`);
});

test('a reader uses the memory of a segment again when as many were read as are in use at a time', async () => {
  const offsets = Array.from({ length: 12 }, (_, i) => i * 1000);
  const layout = { offsets, sizes: offsets.map((_, i) => 900 - i) };
  const reader = new SegmentReader(timed(trackOf(layout), ...offsets.keys()), 3);
  const segments = [];
  for (let index = 0; index < 12; index++) {
    segments.push(await reader.read(index));
    for (const { index: n, data } of segments.slice(-3)) {
      assert.ok(payload({ offsets: [n * 1000], sizes: [900 - n] }).equals(data), `segment ${n}`);
    }
  }
  assert.is(new Set(segments.map(({ data }) => data.buffer)).size, 3);
});

test('a segment that is too large for the memory is refused before it is allocated', async () => {
  const track = trackOf({ offsets: [0, 0], sizes: [2 ** 30, 1] });
  const error = await failureOf(
    readSegment(timed(track, 0), 0, () => {
      throw new Error('allocated');
    }),
  );
  assert.is(error.code, 'UNSUPPORTED_INPUT');
  assert.match(error.message, 'segment 1 of video track 1');
});

test('a read that fails ends the segment', async () => {
  const track = trackOf({ offsets: [0, 399_999], sizes: [10, 2] });
  try {
    await readSegment(timed(track, 0), 0);
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), 'read past the end');
  }
});

test.run();
