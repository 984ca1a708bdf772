import { BoxError } from '../../../base/box-walk.ts';
import { lastAtOrBelow, rowsOf, type SampleTableBoxes } from './table-rows.ts';

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

/** `stts` (ISO/IEC 14496-12, 8.6.1.2): durations and decode times, kept as the runs of the file. */
export class DecodeTimes {
  /** Sum of all durations, in ticks. */
  readonly duration: number;
  /** The duration that most samples have, and how many have it. */
  readonly commonest: { readonly ticks: number; readonly samples: number };
  readonly #count: number;
  readonly #firstSamples: Uint32Array;
  readonly #deltas: Uint32Array;
  readonly #times: Float64Array;

  constructor(boxes: SampleTableBoxes, count: number) {
    const { count: rows, view } = rowsOf(boxes, 'stts', 8);
    if (rows > count) throw new BoxError(`"stts" has ${rows} entries for ${count} samples`);
    this.#count = count;
    this.#firstSamples = new Uint32Array(rows);
    this.#deltas = new Uint32Array(rows);
    this.#times = new Float64Array(rows);
    const durations = new DurationCount();
    let sample = 0;
    let time = 0;
    for (let row = 0; row < rows; row++) {
      const samples = view.getUint32(row * 8);
      const delta = view.getUint32(row * 8 + 4);
      this.#firstSamples[row] = sample;
      this.#deltas[row] = delta;
      this.#times[row] = time;
      durations.add(delta, samples);
      sample += samples;
      time += samples * delta;
    }
    if (sample !== count) throw new BoxError(`"stts" times ${sample} samples, but there are ${count}`);
    if (!Number.isSafeInteger(time)) throw new BoxError('"stts" holds impossible durations');
    this.duration = time;
    this.commonest = durations.commonest();
  }

  /** Fill both columns for samples `first` to `end`. */
  fill(first: number, end: number, dts: Float64Array, durations: Uint32Array): void {
    if (first >= end) return;
    let row = lastAtOrBelow(this.#firstSamples, first);
    let delta = this.#deltas[row]!;
    let time = this.#times[row]! + (first - this.#firstSamples[row]!) * delta;
    let rowEnd = this.#firstSamples[row + 1] ?? this.#count;
    for (let sample = first; sample < end; sample++) {
      while (sample >= rowEnd) {
        delta = this.#deltas[++row]!;
        rowEnd = this.#firstSamples[row + 1] ?? this.#count;
      }
      dts[sample - first] = time;
      durations[sample - first] = delta;
      time += delta;
    }
  }

  /** The first sample that is decoded at or after `dts`; the number of samples if there is none. */
  atOrAfter(dts: number): number {
    if (dts > this.duration || this.#count === 0) return this.#count;
    if (dts <= 0) return 0;
    // Rows of zero duration share their time: the last row before `dts` is the one that reaches it.
    const row = lastAtOrBelow(this.#times, Math.ceil(dts) - 1);
    const delta = this.#deltas[row]!;
    const rowEnd = this.#firstSamples[row + 1] ?? this.#count;
    if (delta === 0) return rowEnd;
    return Math.min(rowEnd, this.#firstSamples[row]! + Math.ceil((dts - this.#times[row]!) / delta));
  }
}

/**
 * `ctts` (ISO/IEC 14496-12, 8.6.1.3). Version 0 is unsigned by the standard, but some encoders write negative
 * offsets there too, and nobody writes offsets of 2^31 ticks: both versions are read as signed.
 */
export class CompositionOffsets {
  readonly #count: number;
  /** First sample of each run; `undefined`: one value a sample, where runs would take more room. */
  readonly #firstSamples: Uint32Array | undefined;
  readonly #offsets: Int32Array;

  constructor(boxes: SampleTableBoxes, count: number) {
    const { count: rows, view } = rowsOf(boxes, 'ctts', 8);
    const asRuns = rows * 2 <= count;
    const firstSamples = new Uint32Array(asRuns ? rows : 0);
    this.#count = count;
    this.#offsets = new Int32Array(asRuns ? rows : count);
    this.#firstSamples = asRuns ? firstSamples : undefined;
    let sample = 0;
    for (let row = 0; row < rows; row++) {
      const samples = view.getUint32(row * 8);
      const offset = view.getInt32(row * 8 + 4);
      if (asRuns) {
        firstSamples[row] = sample;
        this.#offsets[row] = offset;
      } else {
        this.#offsets.fill(offset, sample, sample + samples);
      }
      sample += samples;
    }
    if (rows > 0 && sample !== count)
      throw new BoxError(`"ctts" times ${sample} samples, but there are ${count}`);
  }

  /** Fill the column for samples `first` to `end`; it is expected to hold zeros. */
  fill(first: number, end: number, column: Int32Array): void {
    const starts = this.#firstSamples;
    if (!starts) {
      column.set(this.#offsets.subarray(first, end));
      return;
    }
    if (starts.length === 0) return;
    for (let row = lastAtOrBelow(starts, first), sample = first; sample < end; row++) {
      const rowEnd = Math.min(end, starts[row + 1] ?? this.#count);
      if (rowEnd <= sample) continue;
      column.fill(this.#offsets[row]!, sample - first, rowEnd - first);
      sample = rowEnd;
    }
  }
}
