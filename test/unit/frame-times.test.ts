import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { frameDurations } from '../../core/containers/packets/frame-durations.ts';
import { frameTimes } from '../../core/containers/packets/frame-times.ts';

const test = suite('frame-times');

/** Times of a constant rate as a container with a clock of milliseconds states them. */
const rounded = (numbers: readonly number[], rate: number, start = 0): Float64Array =>
  Float64Array.from(numbers, (n) => Math.round(start + (n * 1000) / rate));

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

test('33, 33 and 34 ms are 30 pictures a second exactly', () => {
  const times = frameTimes(rounded(upTo(100), 30), 1000, 0);
  assert.equal(times.frameRate, { num: 30, den: 1 });
  assert.is(times.timescale, 90_000);
  assert.equal([...times.sorted.subarray(0, 4)], [0, 3000, 6000, 9000]);
  assert.is(times.last, 3000);
});

test('24 and 24000/1001 are told apart, and dropped pictures stay dropped', () => {
  const kept = upTo(400).filter((n) => n % 50 !== 7);
  const film = frameTimes(rounded(kept, 24_000 / 1001), 1000, 0);
  assert.equal(film.frameRate, { num: 24_000, den: 1001 });
  assert.is(film.sorted[7]! - film.sorted[6]!, 2 * film.last);
  assert.equal(frameTimes(rounded(upTo(400), 24), 1000, 0).frameRate, { num: 24, den: 1 });
});

test('what the container says of the rate goes first', () => {
  assert.equal(frameTimes(rounded(upTo(60), 23), 1000, 1 / 23).frameRate, { num: 23, den: 1 });
});

test('a rate that is rounded to nanoseconds is the one with small numbers, in a time scale that segments have room in', () => {
  const rates = [
    ...[1, 5, 8, 18, 20, 72, 90, 144, 240].map((num) => ({ num, den: 1 })),
    ...[2, 3, 10].map((den) => ({ num: 1, den })),
    { num: 15_000, den: 1001 },
    { num: 25, den: 2 },
  ];
  for (const { num, den } of rates) {
    for (const round of [Math.round, Math.floor]) {
      const nominal = round((1e9 * den) / num) / 1e9;
      const times = frameTimes(rounded(upTo(500), num / den), 1000, nominal);
      assert.equal(times.frameRate, { num, den });
      assert.ok(times.timescale < 200_000, `${num}/${den} in ${times.timescale}`);
    }
  }
});

test('a duration that is no rate leaves the times to what they are', () => {
  const { timescale, frameRate } = frameTimes(rounded(upTo(60), 23.4567891), 1000, 1 / 23.4567891);
  assert.is(timescale, 1000);
  assert.ok(Math.abs(frameRate.num / frameRate.den / 23.4567891 - 1) < 1e-3);
});

test('reordered pictures keep their order, and no decode time is after its picture but for one delay', () => {
  const order = [0, 4, 2, 1, 3, 8, 6, 5, 7];
  const { presented, sorted } = frameTimes(rounded(order, 25, 80), 1000, 0.04);
  assert.equal(
    [...presented].map((time) => (time - sorted[0]!) / 3600),
    order,
  );
  const delay = Math.max(...order.map((_, n) => sorted[n]! - presented[n]!));
  assert.is(delay, 2 * 3600);
});

test('times of no rate stay as they are', () => {
  const times = Float64Array.of(0, 17, 105, 110, 200, 333);
  const { timescale, sorted, presented } = frameTimes(times, 1000, 0);
  assert.is(timescale, 1000);
  assert.equal([...sorted], [...times]);
  assert.equal([...presented], [...times]);
});

test('a clock of nanoseconds is brought to one that MP4 has room for', () => {
  const { timescale, sorted } = frameTimes(Float64Array.of(0, 1e9, 1.2e9, 4e9), 1e9, 0);
  assert.is(timescale, 90_000);
  assert.equal([...sorted], [0, 90_000, 108_000, 360_000]);
});

test('sound is timed by its frames: rounded times do not make it drift', () => {
  const lengths = new Float64Array(1000).fill(1024);
  const ticks = Float64Array.from(lengths, (_, n) => Math.round((n * 1024 * 1000) / 44_100) + 5);
  const { start, durations } = frameDurations(ticks, 1000, lengths, 44_100);
  assert.is(start, Math.round(5 * 44.1));
  assert.ok(durations.every((duration) => duration === 1024));
});

test('a hole in the sound stays a hole, and a frame said to be too early does not go back', () => {
  const lengths = new Float64Array(4).fill(960);
  assert.equal(
    [...frameDurations(Float64Array.of(0, 20, 540, 560), 1000, lengths, 48_000).durations],
    [960, 520 * 48, 960, 960],
  );
  const early = frameDurations(Float64Array.of(500, 0, 20, 40), 1000, lengths, 48_000).durations;
  assert.is(early[0], 1);
  assert.ok(early.every((duration) => duration > 0));
});

test('laced frames that share the time of their block follow it one by one; a hole behind them stays one', () => {
  const lengths = new Float64Array(12).fill(1152);
  const blocks = (...starts: readonly number[]) =>
    Float64Array.from({ length: 12 }, (_, n) => starts[Math.floor(n / 4)]!);
  const durations = (...starts: readonly number[]) => [
    ...frameDurations(blocks(...starts), 1000, lengths, 48_000).durations,
  ];
  assert.equal(durations(0, 96, 192), Array(12).fill(1152));
  assert.equal(durations(0, 96, 292), [...Array(7).fill(1152), 1152 + 4800, ...Array(4).fill(1152)]);
});

test.run();
