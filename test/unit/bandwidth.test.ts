import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { averageBandwidth, dashBandwidth, peakBandwidth } from '../../core/manifest/bandwidth.ts';
import type { SegmentRow } from '../../core/manifest/rows.ts';

const test = suite('bandwidth');

const TIMESCALE = 1000;

/** Segments given as [bytes, seconds], one after the other. */
function rows(...segments: readonly (readonly [bytes: number, seconds: number])[]): SegmentRow[] {
  return listOf(segments);
}

function listOf(segments: readonly (readonly [bytes: number, seconds: number])[]): SegmentRow[] {
  let start = 0;
  return segments.map(([size, seconds]) => {
    const row = { path: 'x', offset: 0, size, start, duration: seconds * TIMESCALE, period: 0 };
    start += row.duration;
    return row;
  });
}

/** The rule of `@bandwidth`, pair by pair. */
function byDefinition(list: readonly SegmentRow[], minBufferTime: number): number {
  let rate = averageBandwidth(list, TIMESCALE);
  for (const [i, from] of list.entries()) {
    let bits = 0;
    for (const to of list.slice(i)) {
      bits += to.size * 8;
      rate = Math.max(rate, bits / (minBufferTime + (to.start - from.start) / TIMESCALE));
    }
  }
  return Math.ceil(rate - 1e-6);
}

test('the average is all bits over all time, rounded up', () => {
  assert.is(averageBandwidth(rows([1000, 4], [500, 2]), TIMESCALE), 2000);
  assert.is(averageBandwidth(rows([1000, 3]), TIMESCALE), 2667);
  assert.is(averageBandwidth([], TIMESCALE), 0);
});

test('DASH: with a buffer shorter than a segment, one large segment decides', () => {
  // 3000 bytes must arrive in the 2 s before they play
  assert.is(dashBandwidth(rows([1000, 4], [3000, 4], [1000, 4]), TIMESCALE, 2), 12_000);
});

test('DASH: a run of large segments can need more than each alone', () => {
  const list = rows([10, 4], [3000, 2], [3000, 2], [3000, 2], [10, 4]);
  assert.is(dashBandwidth(list, TIMESCALE, 4), (9000 * 8) / (4 + 4));
});

test('DASH: what is before the start of the presentation gains no time', () => {
  const list = rows([3000, 2], [3000, 2], [10, 4]).map((row) => ({ ...row, start: row.start - TIMESCALE }));
  // 6000 bytes in the buffer's 2 s, and the one second that is presented of the first segment.
  assert.is(dashBandwidth(list, TIMESCALE, 2), (6000 * 8) / (2 + 1));
});

test('DASH: never below the average, however long the buffer', () => {
  assert.is(dashBandwidth(rows([1000, 1], [1000, 1]), TIMESCALE, 10), 8000);
});

test('DASH: equals the definition, pair by pair, on irregular segments', () => {
  let seed = 1;
  const next = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (let round = 0; round < 200; round++) {
    const segments = Array.from({ length: 1 + Math.floor(next() * 30) }, () => {
      return [Math.floor(next() ** 4 * 1e6), 0.5 + next() * 8] as const;
    });
    const list = rows(...segments);
    for (const buffer of [0.5, 2, 10]) {
      assert.is(dashBandwidth(list, TIMESCALE, buffer), byDefinition(list, buffer));
    }
  }
});

test('DASH: 24 hours in six-second segments take a few passes, not a square', () => {
  const list = rows(...Array.from({ length: 14_400 }, (_, i) => [1e6 + ((i * 7919) % 5e5), 6] as const));
  let reads = 0;
  const counted = list.map((row) => ({
    ...row,
    get size() {
      reads += 1;
      return row.size;
    },
  }));
  assert.ok(dashBandwidth(counted, TIMESCALE, 2) > 0);
  assert.ok(reads < 30 * list.length, `${reads} reads`);
});

test('HLS: the peak is over runs of 0.5 to 1.5 target durations', () => {
  // The 1 s segment alone is too short a run; with a neighbour it lasts 7 s.
  const list = rows([6000, 6], [3000, 1], [6000, 6]);
  assert.is(peakBandwidth(list, TIMESCALE, 6), Math.ceil((9000 * 8) / 7));
});

test('HLS: a run of exactly half a target duration counts', () => {
  assert.is(peakBandwidth(rows([6000, 3], [600, 6]), TIMESCALE, 6), 16_000);
});

test('HLS: a run past 1.5 target durations does not count', () => {
  // 2.9 s is too short, and with its neighbour of 6.4 s it is too long
  const list = rows([29_000, 2.9], [640, 6.4], [600, 6], [600, 6], [600, 6]);
  assert.is(peakBandwidth(list, TIMESCALE, 6), averageBandwidth(list, TIMESCALE));
});

/** The rule of BANDWIDTH, run by run. */
function peakByDefinition(list: readonly SegmentRow[], targetDuration: number): number {
  let rate = 0;
  for (const first of list.keys()) {
    let [bits, seconds] = [0, 0];
    for (const { size, duration } of list.slice(first)) {
      bits += size * 8;
      seconds += duration / TIMESCALE;
      const counts = seconds >= 0.5 * targetDuration && seconds <= 1.5 * targetDuration;
      if (counts) rate = Math.max(rate, bits / seconds);
    }
  }
  return Math.max(averageBandwidth(list, TIMESCALE), Math.ceil(rate - 1e-6));
}

test('HLS: equals the definition, run by run, on irregular segments', () => {
  let seed = 1;
  const next = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (let round = 0; round < 200; round++) {
    const segments = Array.from({ length: 1 + Math.floor(next() * 30) }, () => {
      return [Math.floor(next() ** 4 * 1e6), (200 + Math.floor(next() * 4000)) / 1000] as const;
    });
    const list = rows(...segments);
    for (const target of [1, 3, 6, 20]) {
      assert.is(peakBandwidth(list, TIMESCALE, target), peakByDefinition(list, target));
    }
  }
});

test('HLS: I-frames of 24 hours with a long target take a few passes, not a square', () => {
  const list = listOf(Array.from({ length: 200_000 }, (_, i) => [1e4 + ((i * 7919) % 5e3), 0.4] as const));
  let reads = 0;
  const counted = list.map((row) => ({
    ...row,
    get size() {
      reads += 1;
      return row.size;
    },
  }));
  assert.ok(peakBandwidth(counted, TIMESCALE, 3600) > 0);
  assert.ok(reads < 30 * list.length, `${reads} reads`);
});

test('HLS: without any run that long the average stands', () => {
  assert.is(peakBandwidth(rows([1000, 0.4]), TIMESCALE, 1), 20_000);
  assert.is(peakBandwidth([], TIMESCALE, 6), 0);
});

test.run();
