import type { SegmentRows } from '../../core/kit.ts';

/** Bit rates of a rendition over time: what a chart shows. Columns, a row a step; rates in bits a second, times in seconds. */
export interface RateSeries {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly rates: Float64Array;
  /** All bits over all time. */
  readonly average: number;
  /** The largest of `rates`. */
  readonly peak: number;
  /** When that begins. */
  readonly peakAt: number;
}

/**
 * The rate of each segment. One that is shorter than half the longest counts together with the one before it, as for BANDWIDTH
 * of HLS (RFC 8216, 4.1): a last segment of one picture is no peak that a player would see.
 * @returns `undefined` where nothing lasts
 */
export function rateSeries(
  { sizes, starts, durations }: SegmentRows,
  timescale: number,
): RateSeries | undefined {
  const longest = durations.reduce((most, ticks) => Math.max(most, ticks), 0);
  if (timescale <= 0 || longest <= 0) return undefined;
  const [from, until, bits] = [1, 2, 3].map(() => new Float64Array(sizes.length)) as Columns;
  let count = 0;
  let isShort = false;
  for (const [row, size] of sizes.entries()) {
    const [start, ticks] = [starts[row]!, durations[row]!];
    const joins = count > 0 && (isShort || ticks < longest / 2);
    if (!joins) from[count++] = start;
    bits[count - 1]! += size * 8;
    until[count - 1] = start + ticks;
    isShort = until[count - 1]! - from[count - 1]! < longest / 2;
  }
  const rates = new Float64Array(count);
  let peakRow = 0;
  for (let row = 0; row < count; row++) {
    rates[row] = (bits[row]! * timescale) / (until[row]! - from[row]!);
    if (rates[row]! > rates[peakRow]!) peakRow = row;
  }
  const seconds = (ticks: Float64Array) => ticks.subarray(0, count).map((time) => time / timescale);
  const total = until[count - 1]! - from[0]!;
  return {
    starts: seconds(from),
    ends: seconds(until),
    rates,
    average: (bits.reduce((sum, one) => sum + one, 0) * timescale) / total,
    peak: rates[peakRow]!,
    peakAt: from[peakRow]! / timescale,
  };
}

type Columns = [from: Float64Array, until: Float64Array, bits: Float64Array];

/** The lowest and the highest rate in each of so many equal parts of a time; NaN where nothing is. */
export interface RateBands {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** What is left of a series where it has more steps than a chart has columns: no peak and no dip is lost. @param end seconds */
export function rateBands({ starts, ends, rates }: RateSeries, columns: number, end: number): RateBands {
  const [low, high] = [1, 2].map(() => new Float64Array(columns).fill(Number.NaN)) as [
    Float64Array,
    Float64Array,
  ];
  for (const [row, rate] of rates.entries()) {
    const first = Math.max(0, Math.floor((starts[row]! / end) * columns));
    const last = Math.min(columns, Math.max(first + 1, Math.ceil((ends[row]! / end) * columns)));
    for (let column = first; column < last; column++) {
      low[column] = Number.isNaN(low[column]!) ? rate : Math.min(low[column]!, rate);
      high[column] = Number.isNaN(high[column]!) ? rate : Math.max(high[column]!, rate);
    }
  }
  return { low, high };
}
