import { lastAtOrBelow } from '../../base/ascending.ts';
import { requireSamples, type SampleColumns, type SampleTable } from '../../media/samples.ts';
import { expandSync } from '../mp4/read/sample-table.ts';

/**
 * Samples of a track in decode order, a row each; plain data that crosses threads, shared rather than copied where it is in a
 * `SharedArrayBuffer`.
 */
export interface PacketColumns {
  /** Byte positions in the source; absent: samples lie one behind the other, from byte 0 on. */
  readonly offsets?: Float64Array | undefined;
  readonly sizes: Uint32Array;
  /** Ticks. */
  readonly durations: Uint32Array;
  /** Composition time minus decode time, in ticks; absent: none. */
  readonly compositionOffsets?: Int32Array | undefined;
  /** Numbers, ascending from 0, of samples where decoding can start; absent: all are. */
  readonly syncSamples?: Uint32Array | undefined;
}

/** The sample table of plain columns, of a track whose samples lie in the source as MP4 has them. */
export const sampleTable = (columns: PacketColumns): SampleTable => new PacketSamples(columns);

/** Columns in memory that threads share; the last is as long as the track has sync samples, unless all are. */
export const sharedColumns = (count: number, syncCount = count) => ({
  sizes: new Uint32Array(new SharedArrayBuffer(4 * count)),
  durations: new Uint32Array(new SharedArrayBuffer(4 * count)),
  compositionOffsets: new Int32Array(new SharedArrayBuffer(4 * count)),
  syncSamples: syncCount === count ? undefined : new Uint32Array(new SharedArrayBuffer(4 * syncCount)),
});

/** Samples between two whose place and time are kept. */
const PAGE = 1024;

/** Sample table over such columns. */
export class PacketSamples implements SampleTable {
  readonly count: number;
  readonly duration: number;
  readonly bytes: number;
  readonly #columns: PacketColumns;
  readonly #places: Float64Array;
  readonly #times: Float64Array;

  constructor(columns: PacketColumns) {
    this.#columns = columns;
    this.count = columns.sizes.length;
    this.#places = pageSums(columns.sizes);
    this.#times = pageSums(columns.durations);
    this.bytes = this.#places.at(-1)!;
    this.duration = this.#times.at(-1)!;
  }

  get syncSamples(): Uint32Array | undefined {
    return this.#columns.syncSamples;
  }

  read(first: number, end: number): SampleColumns {
    requireSamples(this, first, end);
    const { offsets, sizes, durations, compositionOffsets, syncSamples } = this.#columns;
    return {
      first,
      count: end - first,
      offsets: offsets?.slice(first, end) ?? sumsBefore(sizes, this.#places, first, end),
      sizes: sizes.slice(first, end),
      dts: sumsBefore(durations, this.#times, first, end),
      compositionOffsets: compositionOffsets?.slice(first, end) ?? new Int32Array(end - first),
      durations: durations.slice(first, end),
      sync: expandSync(syncSamples, first, end),
    };
  }

  decodeTime(sample: number): number {
    requireSamples(this, sample, sample + 1);
    return sumBefore(this.#columns.durations, this.#times, sample);
  }

  compositionOffset(sample: number): number {
    requireSamples(this, sample, sample + 1);
    return this.#columns.compositionOffsets?.[sample] ?? 0;
  }

  atOrAfter(dts: number): number {
    if (dts <= 0) return 0;
    if (dts > this.duration) return this.count;
    // Samples of no duration share their time: the page before `dts` is the one that reaches it.
    let sample = lastAtOrBelow(this.#times, Math.ceil(dts) - 1) * PAGE;
    let time = this.#times[sample / PAGE]!;
    for (; sample < this.count && time < dts; sample++) time += this.#columns.durations[sample]!;
    return sample;
  }
}

/** The sum of all values before each page, and of all values at the end. */
export function pageSums(values: Uint32Array): Float64Array {
  const sums = new Float64Array(Math.ceil(values.length / PAGE) + 1);
  for (let page = 1; page < sums.length; page++) {
    let sum = sums[page - 1]!;
    for (let at = (page - 1) * PAGE; at < page * PAGE && at < values.length; at++) sum += values[at]!;
    sums[page] = sum;
  }
  return sums;
}

/** For each of the values `first` to `end`, the sum of all before it. */
export function sumsBefore(
  values: Uint32Array,
  pages: Float64Array,
  first: number,
  end: number,
): Float64Array {
  let sum = sumBefore(values, pages, first);
  const sums = new Float64Array(end - first);
  for (let at = first; at < end; at++) {
    sums[at - first] = sum;
    sum += values[at]!;
  }
  return sums;
}

function sumBefore(values: Uint32Array, pages: Float64Array, end: number): number {
  const page = Math.floor(end / PAGE);
  let sum = pages[page]!;
  for (let at = page * PAGE; at < end; at++) sum += values[at]!;
  return sum;
}
