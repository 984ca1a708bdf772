import type { ListedSegment } from '../model/listed-package.ts';
import { CLOCK, nearest } from './clock.ts';

/** Half a second: clocks that differ by less go on, and the playlist rounds. */
const SAME_CLOCK = CLOCK / 2;

/**
 * Times of a stream without their wraps: 33 bits last for 26.5 hours. Behind a discontinuity the clock is another one, and goes on
 * where the playlist says.
 */
export class Timeline {
  readonly #start: number;
  /** The last time on the clock itself. */
  #last: number;
  #offset = 0;

  /** @param start the earliest presentation time of the rendition, in ticks */
  constructor(start: number) {
    this.#start = start;
    this.#last = start;
  }

  /** A decode time, on the timeline. */
  decode(ticks: number): number {
    this.#last = nearest(ticks, this.#last);
    return this.#last + this.#offset;
  }

  /** Presentation minus decode time. */
  composition(pts: number, dts: number): number {
    return nearest(pts, dts) - dts;
  }

  /** A segment begins on another clock. @param earliest the first time of all its streams @param first the first of the rendition */
  change(segment: ListedSegment, first: ListedSegment, earliest: number | undefined): void {
    if (earliest === undefined) return;
    const expected = this.#start + Math.round((segment.start - first.start) * CLOCK);
    if (Math.abs(nearest(earliest, this.#last) + this.#offset - expected) < SAME_CLOCK) return;
    this.#last = earliest;
    this.#offset = expected - earliest;
  }
}
