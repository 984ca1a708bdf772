import { maxOf, minOf } from '../../base/largest.ts';
import type { TimeBases } from './time-bases.ts';

/** Where the samples of a track that are of one time base lie on it, in ticks. */
export interface BaseExtent {
  readonly base: number;
  /** When the first is presented, and when the last ends. */
  readonly start: number;
  readonly end: number;
  /** It is presented in the order of decoding, so that nothing of it may lie over what comes before. */
  readonly isOrdered: boolean;
}

/** Seconds of sound that may be due twice where nothing is said to be missing: times are rounded. */
const OVERLAP = 0.03;

/**
 * Put the time bases of a file behind each other. All tracks of a base move by the same time, so that they keep together: by so
 * much that every one of them begins where it ended before, or later. Where nothing is lost in between, decode times go on
 * as they would have, and pictures keep their order across the jump.
 * @param tracks the extents of each track, ascending by base
 * @param clock ticks a second
 * @returns ticks to add, by base
 */
export function joinBases(
  { bases }: Pick<TimeBases, 'bases'>,
  tracks: readonly (readonly BaseExtent[])[],
  clock: number,
): Float64Array {
  const shifts = new Float64Array(bases.length);
  const ends = tracks.map(() => Number.NEGATIVE_INFINITY);
  const next = tracks.map(() => 0);
  for (const [base, { continues }] of bases.entries()) {
    const extents = tracks.map((all, track) =>
      all[next[track]!]?.base === base ? all[next[track]!++] : undefined,
    );
    const started = extents.flatMap((extent) => extent?.start ?? []);
    if (base > 0) {
      const gaps = extents.flatMap((extent, track) =>
        extent && Number.isFinite(ends[track]) ? ends[track]! - extent.start : [],
      );
      // No track of it was there before: all of it is behind all that was.
      if (gaps.length === 0 && started.length > 0 && ends.some(Number.isFinite))
        gaps.push(maxOf(ends) - minOf(started));
      const apart = gaps.length > 0 ? Math.ceil(maxOf(gaps)) : shifts[base - 1]!;
      const exact = continues && shifts[continues.base]! - Math.round(continues.offset * clock);
      const isRoom = extents.every(
        (extent, track) => !extent?.isOrdered || ends[track]! - extent.start - (exact ?? 0) < OVERLAP * clock,
      );
      shifts[base] = exact !== undefined && isRoom ? exact : apart;
    }
    for (const [track, extent] of extents.entries()) {
      if (extent) ends[track] = Math.max(ends[track]!, extent.end + shifts[base]!);
    }
  }
  return shifts;
}
