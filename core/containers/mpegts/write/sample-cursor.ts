import type { Segment } from '../../../media/segment.ts';
import type { TimedTrack } from '../../../media/timed-track.ts';
import { to90k } from '../clock.ts';

/** Walks through the samples of one track, segment after segment, with their times on the MPEG-TS clock. */
export class SampleCursor {
  readonly timed: TimedTrack;
  /** 90 kHz ticks, not wrapped. */
  dts = 0;
  pts = 0;
  /** The current sample's bytes: `from` to `to` in the data of `segment`. */
  from = 0;
  to = 0;
  segment: Segment | undefined;
  #sample = 0;
  /** Output decode time of the current sample, in ticks of the track. */
  #decodeTime = 0;
  readonly #tsOffset: number;

  constructor(timed: TimedTrack, tsOffset: number) {
    this.timed = timed;
    this.#tsOffset = tsOffset;
  }

  /** Go to the first sample of a segment, if there is one. */
  open(segment: Segment | undefined): void {
    this.segment = segment;
    this.#sample = 0;
    this.to = 0;
    if (!segment) return;
    this.#decodeTime = segment.decodeTime;
    this.#load(segment);
  }

  /** `dts`; infinite when no sample is left. */
  get due(): number {
    return this.#sample < (this.segment?.count ?? 0) ? this.dts : Number.POSITIVE_INFINITY;
  }

  /** No sample that is still to come has a smaller DTS; infinite after the track's last one. */
  get horizon(): number {
    const { track, timing } = this.timed;
    const index = this.segment?.index;
    if (index === undefined) return Number.POSITIVE_INFINITY;
    return (timing.segmentStarts[index] ?? 0) + this.#sample < track.samples.count
      ? this.dts
      : Number.POSITIVE_INFINITY;
  }

  get sync(): boolean {
    return this.segment?.sync[this.#sample] === 1;
  }

  /** Place of the current sample's format in `CodedTrack.formats`. */
  get format(): number {
    return this.segment?.formats?.[this.#sample] ?? 0;
  }

  /** When the current sample is presented, in ticks of the track. */
  get presented(): number {
    const offset = this.segment?.compositionOffsets[this.#sample] ?? 0;
    return this.#decodeTime + offset - this.timed.timing.mediaTimeAtZero;
  }

  next(): void {
    if (!this.segment) return;
    this.#decodeTime += this.segment.durations[this.#sample] ?? 0;
    this.#sample += 1;
    this.#load(this.segment);
  }

  #load(segment: Segment): void {
    const { track, timing } = this.timed;
    this.from = this.to;
    this.to += segment.sizes[this.#sample] ?? 0;
    this.pts = to90k(this.presented, track.timescale) + this.#tsOffset;
    // Composition offsets may be negative, but nothing is decoded after it is presented: decode that much earlier.
    const decoded = this.#decodeTime - timing.decodeDelay - timing.mediaTimeAtZero;
    this.dts = to90k(decoded, track.timescale) + this.#tsOffset;
  }
}
