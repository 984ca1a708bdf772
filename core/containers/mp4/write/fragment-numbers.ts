import { countParts } from '../../../media/split-segment.ts';
import { samplesOf, type TimedTrack } from '../../../media/timed-track.ts';

/**
 * How many fragments come before a segment: what their sequence numbers go on from (`mfhd`, ISO/IEC 14496-12, 8.8.5). It is
 * told by the tables of the track, so that a segment has the same numbers whoever makes it. Nothing is read of the tables for
 * segments that were made, in order, from the first on; for others those before are counted, once.
 */
export class FragmentNumbers {
  readonly #timed: TimedTrack;
  readonly #atSync: boolean;
  /** Fragments before each segment, of segments 0 to `#known`. */
  readonly #before: Uint32Array;
  #known = 0;

  /** @param atSync every sync sample begins a fragment */
  constructor(timed: TimedTrack, atSync: boolean) {
    this.#timed = timed;
    this.#atSync = atSync;
    this.#before = new Uint32Array(timed.timing.segmentStarts.length + 1);
  }

  /** Fragments before a segment. */
  before(index: number): number {
    while (this.#known < index) this.made(this.#known, this.#count(this.#known));
    return this.#before[index]!;
  }

  /** Say how many fragments a segment has: as many as the tables tell. */
  made(index: number, fragments: number): void {
    if (index !== this.#known) return;
    this.#before[index + 1] = this.#before[index]! + fragments;
    this.#known = index + 1;
  }

  #count(index: number): number {
    const { track } = this.#timed;
    const { samples } = track;
    const { first, end } = samplesOf(this.#timed, index);
    if (first >= end) return 0;
    // Most tracks have one fragment a segment; that is not worth a look at the samples.
    if (!this.#atSync && !track.formats) return 1;
    return countParts(samples.read(first, end), this.#atSync);
  }
}
