import { copyBytes } from '../base/bytes.ts';
import { requireSamples, type SampleColumns, type SampleTable } from '../media/samples.ts';
import { bytesOf, emptyColumns } from '../media/scan-samples.ts';

/** Samples of a table that follow one another in another one, with new times. */
export interface EditedRun {
  /** Number of the first in the table below. */
  readonly source: number;
  readonly count: number;
  /** Decode time of the first, in ticks of the edited table. */
  readonly dts: number;
  /** Added to every composition offset; not used where there are columns of their own. */
  readonly offsetShift: number;
  /** What the table below says does not hold for these: their own columns. */
  readonly own?: Pick<SampleColumns, 'durations' | 'compositionOffsets' | 'sync'>;
}

/**
 * What an edit list presents of a table, as a table: a view that leaves samples out and moves the others in time. It
 * holds a few numbers for each cut, and columns for the samples around it.
 */
export class EditedSamples implements SampleTable {
  readonly count: number;
  readonly duration: number;
  readonly bytes: number;
  readonly syncSamples: Uint32Array | undefined;
  readonly #below: SampleTable;
  readonly #runs: readonly EditedRun[];
  /** Number of the first sample of each run here. */
  readonly #starts: readonly number[];
  /** Ticks here for each tick of the table below. */
  readonly #scale: number;

  /**
   * @param runs none empty; each begins when the one before ends
   * @param duration sum of all durations here, in ticks
   */
  constructor(below: SampleTable, runs: readonly EditedRun[], scale: number, duration: number) {
    this.#below = below;
    this.#runs = runs;
    this.#scale = scale;
    this.duration = duration;
    let count = 0;
    this.#starts = runs.map((run) => {
      const start = count;
      count += run.count;
      return start;
    });
    this.count = count;
    this.bytes = runs.reduce((sum, { source, count }) => sum + bytesOf(below, source, source + count), 0);
    this.syncSamples = below.syncSamples && Uint32Array.from(this.#syncNumbers());
  }

  read(first: number, end: number): SampleColumns {
    requireSamples(this, first, end);
    const last = this.#runAt(Math.max(first, end - 1));
    const index = this.#runAt(first);
    if (index === last) return this.#readRun(index, first, end);
    const count = end - first;
    const all: SampleColumns = {
      ...emptyColumns(first, count),
      ...(this.#below.read(0, 0).formats && { formats: new Uint8Array(count) }),
    };
    for (let run = index, from = first; from < end; run++) {
      const to = Math.min(end, this.#end(run));
      const part = this.#readRun(run, from, to);
      for (const column of COLUMNS) all[column]?.set(part[column] ?? [], from - first);
      from = to;
    }
    return all;
  }

  decodeTime(sample: number): number {
    requireSamples(this, sample, sample + 1);
    const index = this.#runAt(sample);
    const { source, dts, own } = this.#runs[index]!;
    const row = sample - this.#starts[index]!;
    if (own) return ownTime(dts, own, row);
    return dts + this.#scale * (this.#below.decodeTime(source + row) - this.#below.decodeTime(source));
  }

  compositionOffset(sample: number): number {
    requireSamples(this, sample, sample + 1);
    const index = this.#runAt(sample);
    const { source, offsetShift, own } = this.#runs[index]!;
    const row = sample - this.#starts[index]!;
    if (own) return own.compositionOffsets[row]!;
    return this.#below.compositionOffset(source + row) * this.#scale + offsetShift;
  }

  sumOfSizes(first: number, end: number): number {
    requireSamples(this, first, end);
    let bytes = 0;
    for (let sample = first; sample < end; ) {
      const index = this.#runAt(sample);
      const to = Math.min(end, this.#end(index));
      const shift = this.#runs[index]!.source - this.#starts[index]!;
      bytes += bytesOf(this.#below, sample + shift, to + shift);
      sample = to;
    }
    return bytes;
  }

  atOrAfter(dts: number): number {
    if (dts > this.duration) return this.count;
    let index = this.#runs.length - 1;
    while (index > 0 && this.#runs[index]!.dts >= dts) index--;
    const { source, count, dts: start, own } = this.#runs[index]!;
    const number = this.#starts[index]!;
    if (dts <= start) return number;
    if (own) {
      let [row, time] = [0, start];
      for (; row < count && time < dts; row++) time += own.durations[row]!;
      return number + row;
    }
    const below = this.#below.decodeTime(source) + (dts - start) / this.#scale;
    return number + Math.min(count, this.#below.atOrAfter(below) - source);
  }

  /** Samples `first` to `end`, all of one run. */
  #readRun(index: number, first: number, end: number): SampleColumns {
    const { source, dts: start, offsetShift, own } = this.#runs[index]!;
    const [from, to] = [first - this.#starts[index]!, end - this.#starts[index]!];
    const columns = this.#below.read(source + from, source + to);
    const { dts, compositionOffsets, durations } = columns;
    if (own) {
      let time = ownTime(start, own, from);
      for (let row = from; row < to; row++) {
        dts[row - from] = time;
        time += own.durations[row]!;
      }
      return {
        ...columns,
        first,
        durations: own.durations.slice(from, to),
        compositionOffsets: own.compositionOffsets.slice(from, to),
        sync: copyBytes(own.sync, from, to),
      };
    }
    const scale = this.#scale;
    const shift = start - scale * this.#below.decodeTime(source);
    for (let i = 0; i < columns.count; i++) {
      dts[i] = dts[i]! * scale + shift;
      compositionOffsets[i] = compositionOffsets[i]! * scale + offsetShift;
      durations[i]! *= scale;
    }
    return { ...columns, first };
  }

  #end(run: number): number {
    return this.#starts[run + 1] ?? this.count;
  }

  #runAt(sample: number): number {
    let run = this.#runs.length - 1;
    while (run > 0 && this.#starts[run]! > sample) run--;
    return run;
  }

  *#syncNumbers(): Generator<number> {
    const numbers = this.#below.syncSamples ?? [];
    for (const [index, { source, count, own }] of this.#runs.entries()) {
      const start = this.#starts[index]!;
      for (const number of numbers) {
        const row = number - source;
        if (row >= 0 && row < count && own?.sync[row] !== 0) yield start + row;
      }
    }
  }
}

/** When one of the samples that have columns of their own is decoded. */
function ownTime(start: number, { durations }: Pick<SampleColumns, 'durations'>, row: number): number {
  let time = start;
  for (let before = 0; before < row; before++) time += durations[before]!;
  return time;
}

const COLUMNS = ['offsets', 'sizes', 'dts', 'compositionOffsets', 'durations', 'sync', 'formats'] as const;
