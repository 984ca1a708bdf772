import type { SegmentRow } from './rows.ts';

/** Bits a second, rounded up; what floating point adds beyond the exact value does not count. */
const roundUp = (rate: number): number => Math.ceil(rate - 1e-6);

/** All bits over all time: AVERAGE-BANDWIDTH. Times in ticks of `timescale`, as in all functions here. */
export const averageBandwidth = (rows: readonly SegmentRow[], timescale: number): number =>
  roundUp(averageRate(rows, timescale));

function averageRate(rows: readonly SegmentRow[], timescale: number): number {
  const bytes = rows.reduce((sum, row) => sum + row.size, 0);
  const ticks = rows.reduce((sum, row) => sum + row.duration, 0);
  return ticks === 0 ? 0 : (bytes * 8 * timescale) / ticks;
}

/**
 * BANDWIDTH of HLS: the peak segment bit rate (RFC 8216, 4.1), the largest of any run of segments that lasts between
 * 0.5 and 1.5 target durations. Never below the average, which is all there is where no run lasts that long.
 */
export function peakBandwidth(
  rows: readonly SegmentRow[],
  timescale: number,
  targetDuration: number,
): number {
  const shortest = 0.5 * targetDuration * timescale;
  const longest = 1.5 * targetDuration * timescale;
  // As for DASH, below: I-frames of a long title are too many to try all runs of them.
  let rate = averageRate(rows, timescale);
  for (;;) {
    const needed = rateOfWorstRun(rows, timescale, shortest, longest, rate);
    if (needed <= rate) return roundUp(rate);
    rate = needed;
  }
}

/** The rate of the run, `shortest` to `longest` ticks long, that exceeds `rate` by most bits; 0 when there is none. */
function rateOfWorstRun(
  rows: readonly SegmentRow[],
  timescale: number,
  shortest: number,
  longest: number,
  rate: number,
): number {
  const count = rows.length;
  // Before each row: its time, its bits, and how far the bits lie above the rate.
  const [times, bits, balances] = [1, 2, 3].map(() => new Float64Array(count + 1)) as Columns;
  for (const [n, { duration, size }] of rows.entries()) {
    times[n + 1] = times[n]! + duration;
    bits[n + 1] = bits[n]! + size * 8;
    balances[n + 1] = bits[n + 1]! - (rate * times[n + 1]!) / timescale;
  }
  // Starts that may still be the best, their balances ascending: the first is the best of those in reach.
  const starts = new Uint32Array(count + 1);
  let [head, tail, next] = [0, 0, 0];
  let worst = { excess: Number.NEGATIVE_INFINITY, rate: 0 };
  for (let end = 1; end <= count; end++) {
    for (; next < end && times[end]! - times[next]! >= shortest; next++) {
      while (tail > head && balances[starts[tail - 1]!]! >= balances[next]!) tail--;
      starts[tail++] = next;
    }
    while (head < tail && times[end]! - times[starts[head]!]! > longest) head++;
    if (head === tail) continue;
    const start = starts[head]!;
    const excess = balances[end]! - balances[start]!;
    if (excess <= worst.excess) continue;
    const ticks = times[end]! - times[start]!;
    worst = { excess, rate: ((bits[end]! - bits[start]!) * timescale) / ticks };
  }
  return worst.rate;
}

type Columns = [times: Float64Array, bits: Float64Array, balances: Float64Array];

/**
 * `@bandwidth` of DASH (ISO/IEC 23009-1, 5.3.5.2): the smallest rate at which a client that starts at any segment i
 * after `minBufferTime` seconds of loading has every later segment j complete when it is due:
 * bits(i..j) ≤ rate · (minBufferTime + start(j) − start(i)). Never below the average, which a buffer longer than
 * the segments would otherwise allow.
 */
export function dashBandwidth(rows: readonly SegmentRow[], timescale: number, minBufferTime: number): number {
  // Dinkelbach's method: look for the pair that exceeds the rate by most bits, take the rate it needs, look again.
  // A search is one pass and a handful are enough, where trying all pairs would be quadratic.
  let rate = averageRate(rows, timescale);
  for (;;) {
    const needed = rateOfWorstPair(rows, timescale, minBufferTime, rate);
    if (needed <= rate) return roundUp(rate);
    rate = needed;
  }
}

/** The rate that the pair (i, j) needs for which bits(i..j) − rate · (minBufferTime + start(j) − start(i)) is largest. */
function rateOfWorstPair(
  rows: readonly SegmentRow[],
  timescale: number,
  minBufferTime: number,
  rate: number,
): number {
  let bits = 0; // before the segment
  let from = { bits: 0, time: 0, balance: Number.POSITIVE_INFINITY }; // the best i so far
  let worst = { excess: Number.NEGATIVE_INFINITY, rate: 0 };
  for (const row of rows) {
    // Priming is not presented: whoever loads it has the clock at 0.
    const time = Math.max(0, row.start) / timescale;
    const balance = bits - rate * time;
    if (balance < from.balance) from = { bits, time, balance };
    bits += row.size * 8;
    const excess = bits - rate * (minBufferTime + time) - from.balance;
    if (excess > worst.excess) {
      worst = { excess, rate: (bits - from.bits) / (minBufferTime + time - from.time) };
    }
  }
  return worst.rate;
}
