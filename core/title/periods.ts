import { filledSegments, type TimedTrack } from '../media/timed-track.ts';
import type { SegmentGrid } from './presentation.ts';

/** In place of a crypto period: the segment stays clear, whatever its track. */
export const CLEAR = -1;

/** All segments in crypto period 0. */
export const singlePeriod = (segments: number): Int32Array => new Int32Array(segments);

/**
 * The crypto periods of the segments in which any of the tracks has samples, ascending; segments that stay clear have none.
 * A track without samples is in all of them: it has headers, which name a key.
 */
export function periodsOf({ periods }: SegmentGrid, tracks: readonly TimedTrack[]): number[] {
  const found = new Set<number>();
  for (const timed of tracks) {
    const filled = filledSegments(timed);
    for (const segment of filled.length > 0 ? filled : periods.keys()) found.add(periods[segment]!);
  }
  found.delete(CLEAR);
  return [...found].sort((a, b) => a - b);
}
