import { lastAtOrBelow } from '../../../base/ascending.ts';
import { BoxError } from '../../../base/box-walk.ts';
import { KEPT_EVERY, type Rows, rowsOf, type SampleTableBoxes } from './table-rows.ts';

/** A track with more different durations than this has no commonest one. */
const MOST_DELTAS = 1000;

/** Finds the duration that most samples have. */
export class DurationCount {
  readonly #samples = new Map<number, number>();

  add(ticks: number, samples: number): void {
    const known = this.#samples.get(ticks);
    if (known !== undefined || this.#samples.size < MOST_DELTAS) {
      this.#samples.set(ticks, (known ?? 0) + samples);
    }
  }

  commonest(): { readonly ticks: number; readonly samples: number } {
    let best = { ticks: 0, samples: 0 };
    for (const [ticks, samples] of this.#samples) if (samples > best.samples) best = { ticks, samples };
    return best;
  }
}

/** Where the last look at `stts` ended: the next one is mostly not far behind. */
interface TimeRow {
  row: number;
  /** Number of its first sample. */
  sample: number;
  /** Decode time of that, in ticks. */
  time: number;
  /** Samples, and the ticks that each of them lasts. */
  samples: number;
  delta: number;
}

/** `stts` (ISO/IEC 14496-12, 8.6.1.2): durations and decode times. The rows stay as they are; one of {@link KEPT_EVERY} is kept. */
export class DecodeTimes {
  /** Sum of all durations, in ticks. */
  readonly duration: number;
  /** The duration that most samples have, and how many have it. */
  readonly commonest: { readonly ticks: number; readonly samples: number };
  readonly #count: number;
  readonly #rows: Rows;
  /** Of rows 0, `KEPT_EVERY`, 2 `KEPT_EVERY` …: the first sample, and its time. */
  readonly #firstSamples: Uint32Array;
  readonly #times: Float64Array;
  readonly #at: TimeRow = { row: 0, sample: Number.POSITIVE_INFINITY, time: 0, samples: 0, delta: 0 };

  constructor(boxes: SampleTableBoxes, count: number) {
    this.#rows = rowsOf(boxes, 'stts', 8);
    const { count: rows, view } = this.#rows;
    if (rows > count) throw new BoxError(`"stts" has ${rows} entries for ${count} samples`);
    this.#count = count;
    this.#firstSamples = new Uint32Array(Math.ceil(rows / KEPT_EVERY));
    this.#times = new Float64Array(this.#firstSamples.length);
    const durations = new DurationCount();
    let sample = 0;
    let time = 0;
    for (let row = 0; row < rows; row++) {
      const samples = view.getUint32(row * 8);
      const delta = view.getUint32(row * 8 + 4);
      if (row % KEPT_EVERY === 0) {
        this.#firstSamples[row / KEPT_EVERY] = sample;
        this.#times[row / KEPT_EVERY] = time;
      }
      durations.add(delta, samples);
      sample += samples;
      time += samples * delta;
    }
    if (sample !== count) throw new BoxError(`"stts" times ${sample} samples, but there are ${count}`);
    if (!Number.isSafeInteger(time)) throw new BoxError('"stts" holds impossible durations');
    this.duration = time;
    this.commonest = durations.commonest();
  }

  /** The decode time of a sample, which is there. */
  at(sample: number): number {
    const row = this.#rowOf(sample);
    return row.time + (sample - row.sample) * row.delta;
  }

  /** Fill both columns for samples `first` to `end`. */
  fill(first: number, end: number, dts: Float64Array, durations: Uint32Array): void {
    if (first >= end) return;
    const at = this.#rowOf(first);
    let time = at.time + (first - at.sample) * at.delta;
    for (let sample = first; sample < end; ) {
      const until = Math.min(end, at.sample + at.samples);
      for (; sample < until; sample++) {
        dts[sample - first] = time;
        durations[sample - first] = at.delta;
        time += at.delta;
      }
      if (sample < end) this.#rowOf(sample);
    }
  }

  /** The first sample that is decoded at or after `dts`; the number of samples if there is none. */
  atOrAfter(dts: number): number {
    if (dts > this.duration || this.#count === 0) return this.#count;
    if (dts <= 0) return 0;
    // Rows of zero duration share their time: the last row before `dts` is the one that reaches it.
    const before = Math.ceil(dts) - 1;
    const at = this.#goTo(lastAtOrBelow(this.#times, before));
    while (at.row + 1 < this.#rows.count && at.time + at.samples * at.delta <= before) this.#next(at);
    const rowEnd = at.sample + at.samples;
    if (at.delta === 0) return rowEnd;
    return Math.min(rowEnd, at.sample + Math.ceil((dts - at.time) / at.delta));
  }

  #rowOf(sample: number): TimeRow {
    const at = this.#at;
    let steps = sample >= at.sample && sample < at.sample + KEPT_EVERY ? 0 : KEPT_EVERY;
    for (; sample < at.sample || sample >= at.sample + at.samples; steps++) {
      // Rows may have no samples, any number of them: only so many are gone through.
      if (steps === KEPT_EVERY) this.#goTo(lastAtOrBelow(this.#firstSamples, sample));
      else this.#next(at);
    }
    return at;
  }

  /** To a row that is kept. */
  #goTo(place: number): TimeRow {
    return this.#turnTo(place * KEPT_EVERY, this.#firstSamples[place]!, this.#times[place]!);
  }

  #next({ row, sample, time, samples, delta }: TimeRow): void {
    this.#turnTo(row + 1, sample + samples, time + samples * delta);
  }

  #turnTo(row: number, sample: number, time: number): TimeRow {
    const { view } = this.#rows;
    // Read first: where that fails the last look stays what it was.
    const samples = view.getUint32(row * 8);
    const delta = view.getUint32(row * 8 + 4);
    const at = this.#at;
    at.row = row;
    at.sample = sample;
    at.time = time;
    at.samples = samples;
    at.delta = delta;
    return at;
  }
}

/**
 * `ctts` (ISO/IEC 14496-12, 8.6.1.3). Version 0 is unsigned by the standard, but some encoders write negative
 * offsets there too, and nobody writes offsets of 2^31 ticks: both versions are read as signed. The rows stay as they are;
 * one of {@link KEPT_EVERY} is kept.
 */
export class CompositionOffsets {
  readonly #rows: Rows;
  /** First sample of rows 0, `KEPT_EVERY`, 2 `KEPT_EVERY` … */
  readonly #firstSamples: Uint32Array;
  /** The row of the last look, its first sample, and the first one behind it. */
  #row = 0;
  #start = Number.POSITIVE_INFINITY;
  #end = 0;

  constructor(boxes: SampleTableBoxes, count: number) {
    this.#rows = rowsOf(boxes, 'ctts', 8);
    const { count: rows, view } = this.#rows;
    this.#firstSamples = new Uint32Array(Math.ceil(rows / KEPT_EVERY));
    let sample = 0;
    for (let row = 0; row < rows; row++) {
      if (row % KEPT_EVERY === 0) this.#firstSamples[row / KEPT_EVERY] = sample;
      sample += view.getUint32(row * 8);
    }
    if (rows > 0 && sample !== count)
      throw new BoxError(`"ctts" times ${sample} samples, but there are ${count}`);
  }

  /** That of a sample, which is there. */
  at(sample: number): number {
    if (this.#rows.count === 0) return 0;
    this.#goTo(sample);
    return this.#rows.view.getInt32(this.#row * 8 + 4);
  }

  /** Fill the column for samples `first` to `end`; it is expected to hold zeros. */
  fill(first: number, end: number, column: Int32Array): void {
    if (this.#rows.count === 0) return;
    for (let sample = first; sample < end; sample = this.#end) {
      this.#goTo(sample);
      const offset = this.#rows.view.getInt32(this.#row * 8 + 4);
      column.fill(offset, sample - first, Math.min(end, this.#end) - first);
    }
  }

  /** To the row of a sample: from where the last look ended, or from a row that is kept. */
  #goTo(sample: number): void {
    let steps = sample >= this.#start && sample < this.#start + KEPT_EVERY ? 0 : KEPT_EVERY;
    for (; sample < this.#start || sample >= this.#end; steps++) {
      // Rows may have no samples, any number of them: only so many are gone through.
      if (steps !== KEPT_EVERY) this.#turnTo(this.#row + 1, this.#end);
      else {
        const place = lastAtOrBelow(this.#firstSamples, sample);
        this.#turnTo(place * KEPT_EVERY, this.#firstSamples[place]!);
      }
    }
  }

  #turnTo(row: number, start: number): void {
    // Read first: where that fails the last look stays what it was.
    const samples = this.#rows.view.getUint32(row * 8);
    this.#row = row;
    this.#start = start;
    this.#end = start + samples;
  }
}
