import { firstAtOrAbove } from '../base/ascending.ts';
import { ceilTicks, fromTicks, roundTicks, toSeconds } from '../base/exact-time.ts';
import { compositionTime, type SampleTable } from '../media/samples.ts';
import { scanSamples } from '../media/scan-samples.ts';
import type { CodedTrack } from '../media/track.ts';
import { type Cut, compositionEnd } from './cut-samples.ts';
import { type EditedRun, EditedSamples } from './edited-samples.ts';

/** 90 kHz, the clock of MPEG-TS: in a coarser one, pictures that are not shown would take time. */
const FINE = 90_000;

/** The columns of tables and of `trun` have 32 bits. */
const LARGEST_OFFSET = 2 ** 31 - 1;
const LARGEST_DURATION = 2 ** 32 - 1;

/** Puts the cuts of a track together, one after the other as they are presented. Times are in ticks of the edited track. */
export class EditBuilder {
  readonly #samples: SampleTable;
  readonly #timescale: number;
  /** Ticks for each tick of the media. */
  readonly #scale: number;
  /** What a picture takes that is not shown: the least that every clock can tell. */
  readonly #moment: number;
  readonly #refuse: (reason: string) => Error;
  readonly #largestOffset: number;
  readonly #runs: EditedRun[] = [];
  #last: Cut | undefined;
  /** When the first sample is presented. */
  #origin = 0;
  /** Decode times, counted from the first sample: of the last one, and when it ends. */
  #lastDts = 0;
  #end = 0;

  /** @param hidden whether any picture is not shown: then the track gets a time scale that can tell such moments */
  constructor(
    { samples, timescale }: Pick<CodedTrack, 'samples' | 'timescale'>,
    hidden: boolean,
    refuse: (reason: string) => Error,
  ) {
    this.#samples = samples;
    this.#scale = hidden ? Math.ceil(FINE / timescale) : 1;
    this.#timescale = timescale * this.#scale;
    this.#moment = ceilTicks(fromTicks(1, FINE), this.#timescale);
    this.#refuse = refuse;
    const { offset, duration } = largest(samples);
    this.#largestOffset = offset * this.#scale;
    if (duration * this.#scale > LARGEST_DURATION) throw this.#impossible();
  }

  /** @param next the cut that follows, if there is one */
  add(cut: Cut, next: Cut | undefined): void {
    const { first, end, headEnd, tailStart } = cut;
    const presented = this.#presented(cut, next);
    const start = presented(this.#time(first));
    if (this.#last) this.#endAt(Math.max(this.#lastDts + 1, start - this.#origin));
    else this.#origin = start;
    this.#last = cut;
    const tail = Math.max(headEnd, Math.min(tailStart, end - 1)); // the last sample's end is not known yet
    this.#addTimed(first, headEnd, cut, presented);
    this.#addShifted(headEnd, tail, presented);
    this.#addTimed(tail, end, cut, presented);
  }

  finish(): Pick<CodedTrack, 'samples' | 'timescale' | 'presentationOffset'> {
    if (!this.#last) throw new RangeError('an edited track needs a sample');
    this.#endAt(Math.max(this.#lastDts + 1, this.#endOf(this.#last) - this.#origin));
    return {
      samples: new EditedSamples(this.#samples, this.#runs, this.#scale, this.#end),
      timescale: this.#timescale,
      presentationOffset: -this.#origin,
    };
  }

  /** When the media of a cut is presented, by its composition time in ticks of the media. */
  #presented(cut: Cut, next: Cut | undefined): (time: number) => number {
    const { before, after, mediaTime, lastTime } = cut;
    const start = this.#startOf(cut);
    const moment = this.#moment;
    const end = this.#endOf(cut);
    const limit = next ? Math.min(end, this.#startOf(next) - next.before.length * moment) : end;
    const firstAfter = limit - after.length * moment;
    const shown = (time: number): number => start + (time - mediaTime) * this.#scale;
    if (next && shown(lastTime) >= firstAfter) {
      const at = toSeconds(next.piece.start).toFixed(3);
      throw this.#refuse(`has a piece at ${at} s that starts too many pictures behind a key frame`);
    }
    return (time) => {
      if (time < mediaTime) return start - (before.length - firstAtOrAbove(before, time)) * moment;
      return time > lastTime ? firstAfter + firstAtOrAbove(after, time) * moment : shown(time);
    };
  }

  #startOf({ piece, mediaTime }: Cut): number {
    return roundTicks(piece.start, this.#timescale) - (piece.mediaTime - mediaTime) * this.#scale;
  }

  #endOf(cut: Cut): number {
    const { end } = cut.piece;
    if (!cut.isOpen && end) return roundTicks(end, this.#timescale);
    return this.#startOf(cut) + (compositionEnd(this.#samples) - cut.mediaTime) * this.#scale;
  }

  #time(sample: number): number {
    return compositionTime(this.#samples, sample);
  }

  /** Samples with times of their own. */
  #addTimed(first: number, end: number, cut: Cut, presented: (time: number) => number): void {
    if (first >= end) return;
    const { mediaTime, lastTime } = cut;
    const { count, dts, compositionOffsets, durations, sync } = this.#samples.read(first, end);
    const start = this.#end;
    for (let i = 0; i < count; i++) {
      const time = dts[i]! + compositionOffsets[i]!;
      const isShown = time >= mediaTime && time <= lastTime;
      const offset = presented(time) - this.#origin - this.#end;
      if (Math.abs(offset) > LARGEST_OFFSET) throw this.#impossible();
      compositionOffsets[i] = offset;
      durations[i] = isShown ? durations[i]! * this.#scale : this.#moment;
      if (time > lastTime) sync[i] = 0; // nothing is to be cut there: what follows is presented earlier
      this.#lastDts = this.#end;
      this.#end += durations[i]!;
    }
    const own = { durations, compositionOffsets, sync };
    this.#runs.push({ source: first, count, dts: start, offsetShift: 0, own });
  }

  /** Samples that all move by the same time. */
  #addShifted(first: number, end: number, presented: (time: number) => number): void {
    if (first >= end) return;
    const offset = presented(this.#time(first)) - this.#origin - this.#end;
    const offsetShift = offset - this.#samples.compositionOffset(first) * this.#scale;
    if (Math.abs(offsetShift) + this.#largestOffset > LARGEST_OFFSET) throw this.#impossible();
    this.#runs.push({ source: first, count: end - first, dts: this.#end, offsetShift });
    this.#end += (this.#samples.decodeTime(end) - this.#samples.decodeTime(first)) * this.#scale;
  }

  /** Let the last sample last until `dts`. */
  #endAt(dts: number): void {
    const durations = this.#runs.at(-1)?.own?.durations;
    const duration = dts - this.#lastDts;
    if (!durations || duration > LARGEST_DURATION) throw this.#impossible();
    durations[durations.length - 1] = duration;
    this.#end = dts;
  }

  #impossible(): Error {
    return this.#refuse('has impossible times');
  }
}

function largest(samples: SampleTable): { readonly offset: number; readonly duration: number } {
  let [offset, duration] = [0, 0];
  for (const { compositionOffsets, durations } of scanSamples(samples)) {
    for (const ticks of compositionOffsets) offset = Math.max(offset, Math.abs(ticks));
    for (const ticks of durations) duration = Math.max(duration, ticks);
  }
  return { offset, duration };
}
