import type { SegmentRows } from '../../../contract/rendition.ts';
import { filledSegments, type TimedTrack } from '../../../media/timed-track.ts';
import type { SegmentIndex } from '../../write-rendition.ts';
import { checkSegmentIndex, type SidxReference, sidx, sidxSize } from './sidx.ts';

/**
 * The `sidx` of a track's segments, one reference each, however many fragments they have: a subsegment may have several
 * (ISO/IEC 14496-12, 8.16.3).
 * @param zero composition time that is time 0 of the index, in ticks
 * @throws PackagerError UNSUPPORTED_INPUT for a track that is cut into more segments than it has room for
 */
export function segmentIndex(timed: TimedTrack, zero: number): SegmentIndex {
  checkSegmentIndex(timed);
  const filled = filledSegments(timed);
  return {
    size: sidxSize(filled.length),
    make: (rows) => indexOf(rows, timed, filled, zero),
  };
}

/** Its times are presentation times, so it begins with what an edit list leaves: not with priming. */
function indexOf(
  rows: SegmentRows,
  { track, timing }: TimedTrack,
  filled: readonly number[],
  zero: number,
): Uint8Array {
  const start = (rows.starts[0] ?? 0) + timing.mediaTimeAtZero - zero;
  const earliest = Math.max(0, start);
  const references = filled.map(
    (segment, n): SidxReference => ({
      size: rows.sizes[n]!,
      duration: n === 0 ? rows.durations[n]! - (earliest - start) : rows.durations[n]!,
      sapType: timing.accessPoints?.[segment] ?? 1,
    }),
  );
  return sidx(track.timescale, earliest, references);
}
