import { BoxError } from '../../../base/box-walk.ts';
import { clockTime } from '../../../base/clock-time.ts';
import { GrowingColumn } from '../../../base/growing-column.ts';
import type { SampleTable } from '../../../media/samples.ts';
import { DescriptionRuns } from './description-runs.ts';
import { FragmentSamples } from './fragment-samples.ts';
import { PAGE, SampleColumnWriter } from './sample-column.ts';
import { MOST_SAMPLES } from './sample-sizes.ts';
import { DurationCount } from './time-tables.ts';

/** The most that one sample can last: the column of durations has 32 bits. */
const LARGEST_DURATION = 0xffff_ffff;

/** Seconds from its first decode time within which a track that goes back by more than that begins anew. */
const RESTART = 1;

/** Where a track goes back to its beginning: a recording that was begun again, or joined to another as it is. */
export interface Restart {
  /** Number of its first sample. */
  readonly sample: number;
  /** Seconds: when that one ends and when it begins, as `tfdt` says. */
  readonly end: number;
  readonly start: number;
  /** Ticks that its times are later by where there is no pause before it. */
  readonly shift: number;
}

/**
 * Puts the samples of a track together, in decode order: those that `moov` lists, then fragment after fragment.
 * A sample lasts until the next one is decoded, whatever its fragment says: the sums of durations are the times of
 * `tfdt`, gaps and roundings of the writer included.
 */
export class FragmentSampleWriter {
  readonly #track: number;
  readonly #fileSize: number;
  readonly #budget: { samples: number };
  readonly #timescale: number;
  readonly #leavesOutEmpty: boolean;
  /** How many samples without anything in them are left out. */
  empty = 0;
  readonly restarts: Restart[] = [];
  /** Ticks that are added to decode times since the last restart. */
  #shift = 0;
  #beginsWithSync = false;
  readonly #sizes = new SampleColumnWriter();
  readonly #durations = new SampleColumnWriter();
  readonly #compositionOffsets = new SampleColumnWriter();
  readonly #runSamples = new SampleColumnWriter();
  readonly #runPositions = new SampleColumnWriter();
  readonly #durationCount = new DurationCount();
  readonly #descriptions = new DescriptionRuns();
  #description = 1;
  /** Made when the first sample comes where decoding cannot start. */
  #syncSamples: GrowingColumn | undefined;
  #bytes = 0;
  /** Where the last sample ends in the file. */
  #position = -1;
  /** Decode time of the first sample: 64 bits of ticks, which can be more than a number holds exactly. */
  #start = 0n;
  /** What the first fragment says of that: there may be nothing before the first sample, for a while. */
  #begin: bigint | undefined;
  /** Decode time of the last sample, counted from the first, and its duration as far as it is known. */
  #lastTime = 0;
  #lastDuration = 0;

  /**
   * @param track its track_ID, for messages
   * @param budget how many samples all tracks of the file may still have
   * @param timescale ticks a second
   * @param leavesOutEmpty whether a sample without anything in it is a time in which there is nothing: no decoder takes one. Those
   * of text say that nothing is shown. @default false
   */
  constructor(
    track: number,
    fileSize: number,
    budget: { samples: number },
    timescale: number,
    leavesOutEmpty = false,
  ) {
    this.#track = track;
    this.#fileSize = fileSize;
    this.#budget = budget;
    this.#timescale = timescale;
    this.#leavesOutEmpty = leavesOutEmpty;
  }

  get count(): number {
    return this.#sizes.length;
  }

  /**
   * `baseMediaDecodeTime` of a fragment: when its first sample is decoded.
   * Where it goes back to the beginning, the recording is put behind the one before; see {@link restarts}.
   * @throws BoxError when that is before the last sample, or more than 2^32 ticks after it
   */
  seek(time: bigint): void {
    if (this.count === 0) {
      this.#begin ??= time;
      this.#start = time;
      return;
    }
    const said = Number(time - this.#start);
    const duration = said + this.#shift - this.#lastTime;
    if (duration < 0) {
      this.#restart(said);
      return;
    }
    if (duration > LARGEST_DURATION) {
      throw this.#broken(`has nothing between ${this.#shown(this.#end)} and ${this.#shown(said)}`);
    }
    this.#lastDuration = duration;
  }

  /** @param said decode time, in ticks from that of the first sample */
  #restart(said: number): void {
    const near = RESTART * this.#timescale;
    const behind = said + Number(this.#start - (this.#begin ?? this.#start));
    const isBegin = said === 0 || behind === 0 || (behind > 0 && behind <= near && this.#end - said > near);
    if (!isBegin || this.restarts.at(-1)?.sample === this.count) throw this.#backwards(said);
    const [end, start] = [this.#seconds(this.#end), this.#seconds(said)];
    this.#shift = this.#lastTime + this.#lastDuration - said;
    this.restarts.push({ sample: this.count, end, start, shift: this.#shift });
  }

  /** When the last sample ends, on the clock of its fragment. */
  get #end(): number {
    return this.#lastTime + this.#lastDuration - this.#shift;
  }

  #backwards(said: number): BoxError {
    const [from, to] = [this.#shown(this.#end), this.#shown(said)];
    return this.#broken(`goes back in time after ${this.count} samples, from ${from} to ${to}`);
  }

  #seconds(ticks: number): number {
    return (Number(this.#start) + ticks) / this.#timescale;
  }

  #shown(ticks: number): string {
    return clockTime(this.#seconds(ticks));
  }

  /** A time in which there is nothing: the next sample comes that much later. */
  pause(ticks: number): void {
    this.#begin ??= this.#start;
    this.seek(this.#start + BigInt(this.#end + ticks));
  }

  /**
   * Announce samples, before they are looked at.
   * @throws BoxError when they are more than any track has, or more than the budget
   */
  expect(samples: number): void {
    const count = this.count + samples;
    this.#budget.samples -= samples;
    if (count > MOST_SAMPLES || this.#budget.samples < 0) throw this.#broken(`claims ${count} samples`);
  }

  /** The samples that come now use this entry of `stsd`, from 1. */
  describe(description: number): void {
    this.#description = description;
  }

  /** The next sample. @throws BoxError when it lies outside the file */
  add(position: number, size: number, duration: number, compositionOffset: number, isSync: boolean): void {
    const { count } = this;
    if (size === 0 && this.#leavesOutEmpty) {
      this.empty++;
      this.pause(duration);
      return;
    }
    const end = position + size;
    if (position < 0 || end > this.#fileSize) {
      throw this.#broken(`has sample data at byte ${position < 0 ? position : end}, outside the file`);
    }
    if (count === 0) this.#beginsWithSync = isSync;
    if (count > 0) this.#closeLast();
    if (this.#beginsWithSync && !isSync && this.restarts.at(-1)?.sample === count) {
      throw this.#broken('begins again without a key frame');
    }
    this.#lastDuration = duration;
    this.#descriptions.push(count, this.#description);
    if (position !== this.#position || count % PAGE === 0) {
      this.#runSamples.push(count);
      this.#runPositions.push(position);
    }
    this.#position = end;
    this.#bytes += size;
    this.#sizes.push(size);
    this.#compositionOffsets.push(compositionOffset);
    if (!isSync) this.#syncSamples ??= allBefore(count);
    if (isSync) this.#syncSamples?.push(count);
  }

  /** Take over all samples of another table, which come first. */
  addAll(table: SampleTable, descriptions: DescriptionRuns): void {
    this.expect(table.count);
    for (let first = 0; first < table.count; first += PAGE) {
      const columns = table.read(first, Math.min(table.count, first + PAGE));
      const { offsets, sizes, durations, compositionOffsets, sync } = columns;
      const entries = descriptions.entries(columns.first, columns.first + columns.count);
      for (let i = 0; i < columns.count; i++) {
        this.describe(entries[i]!);
        this.add(offsets[i]!, sizes[i]!, durations[i]!, compositionOffsets[i]!, sync[i] === 1);
      }
    }
  }

  /**
   * @param pauses ticks between what is before each restart, and what follows
   * @throws BoxError when the samples share bytes
   */
  finish(pauses: readonly number[] = []): FragmentSamples {
    if (this.count > 0) this.#closeLast();
    const end = this.#lastTime;
    const recordings = this.restarts.map(({ sample, shift }, index) => {
      const pause = pauses[index] ?? 0;
      this.#durations.set(sample - 1, this.#durations.at(sample - 1) + pause);
      this.#lastTime += pause;
      return { sample, shift: shift + this.#lastTime - end };
    });
    // Samples that share bytes could make a small file demand any amount of memory and output.
    if (this.#bytes > this.#fileSize) {
      throw this.#broken(`has samples of ${this.#bytes} bytes, the file only ${this.#fileSize}`);
    }
    return new FragmentSamples({
      sizes: this.#sizes.finish(),
      durations: this.#durations.finish(),
      compositionOffsets: this.#compositionOffsets.finish(),
      runSamples: this.#runSamples.finish(),
      runPositions: this.#runPositions.finish(),
      syncSamples: this.#syncSamples?.values.slice(0, this.#syncSamples.length),
      duration: this.#lastTime,
      bytes: this.#bytes,
      start: Number(this.#start),
      commonestDuration: this.#durationCount.commonest(),
      descriptions: this.#descriptions,
      recordings,
    });
  }

  #closeLast(): void {
    this.#durations.push(this.#lastDuration);
    this.#durationCount.add(this.#lastDuration, 1);
    this.#lastTime += this.#lastDuration;
    if (!Number.isSafeInteger(this.#lastTime)) throw this.#broken('has impossible durations');
  }

  #broken(what: string): BoxError {
    return new BoxError(`track ${this.#track} ${what}`);
  }
}

function allBefore(count: number): GrowingColumn {
  const column = new GrowingColumn();
  for (let sample = 0; sample < count; sample++) column.push(sample);
  return column;
}
