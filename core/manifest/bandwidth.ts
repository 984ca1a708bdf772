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
  const [shortest, longest] = [0.5 * targetDuration * timescale, 1.5 * targetDuration * timescale];
  let peak = averageRate(rows, timescale);
  for (let first = 0; first < rows.length; first++) {
    let [bytes, ticks] = [0, 0];
    for (let last = first; last < rows.length; last++) {
      bytes += rows[last]!.size;
      ticks += rows[last]!.duration;
      if (ticks > longest) break;
      if (ticks >= shortest) peak = Math.max(peak, (bytes * 8 * timescale) / ticks);
    }
  }
  return roundUp(peak);
}

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
    const time = row.start / timescale;
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
