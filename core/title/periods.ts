import { fail } from '../base/errors.ts';
import { filledSegments, type TimedTrack } from '../media/timed-track.ts';
import type { SegmentGrid } from './presentation.ts';

/** In place of a crypto period: the segment stays clear, whatever its track. */
export const CLEAR = -1;

/** When keys change, and what stays clear before the first of them. */
export interface PeriodRules {
  /** Seconds of a crypto period; `undefined`: there is one. */
  readonly keyRotation?: number | undefined;
  /** Seconds: segments that start before stay clear. */
  readonly clearLead?: number | undefined;
}

/** A cut that lies as near to the end of a period as this, in seconds, is meant to be there: frames do not fall on seconds. */
const NEAR = 1e-6;

/**
 * Put the segments into crypto periods: each is in that in which it starts, counted from the start of the title, and whole.
 * @param boundaries the start of each segment and the end of the last one, seconds
 * @throws PackagerError INVALID_OPTION when nothing would be encrypted, or a period is shorter than segments are meant to be
 */
export function segmentPeriods(
  boundaries: Float64Array,
  { keyRotation, clearLead = 0 }: PeriodRules,
  segmentDuration: number,
): Int32Array {
  if (keyRotation !== undefined && keyRotation < segmentDuration)
    throw fail.invalidOption(
      `Keys cannot change every ${keyRotation} s: segments are ${segmentDuration} s long, and keys change between them.`,
      'Let `keyRotation` be as long as `segmentDuration` at least.',
    );
  const periods = Int32Array.from(boundaries.subarray(0, -1), (start) => {
    if (start + NEAR < clearLead) return CLEAR;
    return keyRotation === undefined ? 0 : Math.floor((start + NEAR) / keyRotation);
  });
  if (periods.every((period) => period === CLEAR))
    throw fail.invalidOption(
      `The whole title would stay clear: its last segment starts at ${boundaries.at(-2)!.toFixed(1)} s, and \`clearLead\` is ${clearLead} s.`,
      'Give it a shorter `clearLead`, or none.',
    );
  return periods;
}

/** Segments one after the other that are under one key, or stay clear. */
export interface PeriodRun {
  /** Crypto period, from 0. */
  readonly period: number | 'clear';
  readonly segments: number;
  /** When the first of them starts, seconds. */
  readonly start: number;
}

/** Which segments are in which period, in order, as plain data that is short however long the title is. */
export function periodRuns({
  periods,
  boundaries,
}: Pick<SegmentGrid, 'periods' | 'boundaries'>): PeriodRun[] {
  const runs: { period: PeriodRun['period']; segments: number; start: number }[] = [];
  for (const [segment, number] of periods.entries()) {
    const period = number === CLEAR ? 'clear' : number;
    const last = runs.at(-1);
    if (last?.period === period) last.segments += 1;
    else runs.push({ period, segments: 1, start: boundaries[segment]! });
  }
  return runs;
}

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

/** When the first and the last segment of each crypto period begin: seconds from the start of the title. */
export function periodStarts({ periods, boundaries }: SegmentGrid) {
  const starts = new Map<number, { first: number; last: number }>();
  for (const [segment, period] of periods.entries()) {
    const start = boundaries[segment]!;
    const known = starts.get(period);
    if (known) known.last = start;
    else starts.set(period, { first: start, last: start });
  }
  return starts;
}
