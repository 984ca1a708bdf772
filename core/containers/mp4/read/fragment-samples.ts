import { lastAtOrBelow } from '../../../base/ascending.ts';
import { requireSamples, type SampleColumns } from '../../../media/samples.ts';
import type { DescriptionRuns } from './description-runs.ts';
import { nextPage, PAGE, type SampleColumn } from './sample-column.ts';
import { expandSync, type Mp4Samples, type Recording } from './sample-table.ts';

/** What {@link FragmentSamples} is made of; `FragmentSampleWriter` puts it together. */
export interface FragmentColumns {
  readonly sizes: SampleColumn;
  /** Up to the decode time of the next sample, so that gaps between fragments are in it. */
  readonly durations: SampleColumn;
  readonly compositionOffsets: SampleColumn;
  /** Samples that lie one behind the other: number of the first (at least one a page), and its place in the file. */
  readonly runSamples: SampleColumn;
  readonly runPositions: SampleColumn;
  readonly syncSamples: Uint32Array | undefined;
  readonly duration: number;
  readonly bytes: number;
  readonly start: number;
  readonly commonestDuration: { readonly ticks: number; readonly samples: number };
  readonly descriptions: DescriptionRuns;
  readonly recordings: readonly Recording[];
}

/**
 * The samples of a track in fragments: a few bytes a sample, 30 MB for a day of video. Reading at any place costs a
 * binary search and a page of sums.
 */
export class FragmentSamples implements Mp4Samples {
  readonly count: number;
  readonly duration: number;
  readonly bytes: number;
  readonly start: number;
  readonly syncSamples: Uint32Array | undefined;
  readonly commonestDuration: { readonly ticks: number; readonly samples: number };
  readonly descriptions: DescriptionRuns;
  readonly recordings: readonly Recording[];
  readonly #columns: FragmentColumns;
  /** Decode time of the first sample of each page. */
  readonly #pageTimes: Float64Array;

  constructor(columns: FragmentColumns) {
    this.#columns = columns;
    this.count = columns.sizes.length;
    this.duration = columns.duration;
    this.bytes = columns.bytes;
    this.start = columns.start;
    this.syncSamples = columns.syncSamples;
    this.commonestDuration = columns.commonestDuration;
    this.descriptions = columns.descriptions;
    this.recordings = columns.recordings;
    this.#pageTimes = new Float64Array(Math.max(1, Math.ceil(this.count / PAGE)));
    for (let page = 1; page < this.#pageTimes.length; page++) {
      const before = columns.durations.sumInPage((page - 1) * PAGE, page * PAGE);
      this.#pageTimes[page] = this.#pageTimes[page - 1]! + before;
    }
  }

  read(first: number, end: number): SampleColumns {
    requireSamples(this, first, end);
    const count = end - first;
    const sizes = new Uint32Array(count);
    const durations = new Uint32Array(count);
    const compositionOffsets = new Int32Array(count);
    this.#columns.sizes.fill(first, end, sizes);
    this.#columns.durations.fill(first, end, durations);
    this.#columns.compositionOffsets.fill(first, end, compositionOffsets);
    return {
      first,
      count,
      offsets: this.#offsets(first, sizes),
      sizes,
      dts: this.#times(first, durations),
      compositionOffsets,
      durations,
      sync: expandSync(this.syncSamples, first, end),
    };
  }

  decodeTime(sample: number): number {
    requireSamples(this, sample, sample + 1);
    return this.#timeOf(sample);
  }

  compositionOffset(sample: number): number {
    requireSamples(this, sample, sample + 1);
    return this.#columns.compositionOffsets.at(sample);
  }

  atOrAfter(dts: number): number {
    if (dts > this.duration || this.count === 0) return this.count;
    if (dts <= 0) return 0;
    // Samples of no duration share their time: the page before `dts` is the one that reaches it.
    const page = lastAtOrBelow(this.#pageTimes, Math.ceil(dts) - 1);
    let time = this.#pageTimes[page]!;
    let sample = page * PAGE;
    for (const end = Math.min(this.count, sample + PAGE); sample < end && time < dts; sample++) {
      time += this.#columns.durations.at(sample);
    }
    return sample;
  }

  #times(first: number, durations: Uint32Array): Float64Array {
    const times = new Float64Array(durations.length);
    if (times.length === 0) return times;
    let time = this.#timeOf(first);
    for (let i = 0; i < times.length; i++) {
      times[i] = time;
      time += durations[i]!;
    }
    return times;
  }

  #timeOf(sample: number): number {
    const page = Math.floor(sample / PAGE);
    return this.#pageTimes[page]! + this.#columns.durations.sumInPage(page * PAGE, sample);
  }

  #offsets(first: number, sizes: Uint32Array): Float64Array {
    const offsets = new Float64Array(sizes.length);
    if (offsets.length === 0) return offsets;
    const { runSamples, runPositions } = this.#columns;
    let run = this.#runOf(first);
    let at = runPositions.at(run) + this.#columns.sizes.sumInPage(runSamples.at(run), first);
    let runEnd = this.#runEnd(run);
    for (let i = 0; i < offsets.length; i++) {
      if (first + i === runEnd) {
        at = runPositions.at(++run);
        runEnd = this.#runEnd(run);
      }
      offsets[i] = at;
      at += sizes[i]!;
    }
    return offsets;
  }

  /** A run never crosses pages, so the one that holds a sample is found and summed in a page. */
  #runOf(sample: number): number {
    const { runSamples } = this.#columns;
    let low = 0;
    let high = runSamples.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (runSamples.at(middle) <= sample) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #runEnd(run: number): number {
    const { runSamples } = this.#columns;
    return run + 1 < runSamples.length ? runSamples.at(run + 1) : nextPage(runSamples.at(run));
  }
}
