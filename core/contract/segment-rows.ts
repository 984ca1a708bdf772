import type { Segment } from '../media/segment.ts';
import type { TimedTrack } from '../media/timed-track.ts';
import type { SegmentRows } from './rendition.ts';

/** `SegmentRows` while they are written. */
export type GrowingRows = {
  -readonly [column in keyof SegmentRows]-?: Required<SegmentRows>[column][number][];
};

/** One row but for its duration, which only the next one tells. */
export interface SegmentRowStart {
  readonly path: string;
  readonly offset: number;
  readonly size: number;
  /** Presented, in ticks. */
  readonly start: number;
  readonly period: number;
}

export const noRows = (): GrowingRows => ({
  paths: [],
  offsets: [],
  sizes: [],
  starts: [],
  durations: [],
  periods: [],
});

export function addRow(rows: GrowingRows, { path, offset, size, start, period }: SegmentRowStart): void {
  rows.paths.push(path);
  rows.offsets.push(offset);
  rows.sizes.push(size);
  rows.starts.push(start);
  rows.periods.push(period);
}

/** Each row lasts until the next one starts, the last until `end`. */
export const withDurations = ({ periods, ...rows }: GrowingRows, end: number): SegmentRows => ({
  ...rows,
  durations: rows.starts.map((start, row) => (rows.starts[row + 1] ?? end) - start),
  ...(periods.some((period) => period !== 0) && { periods }),
});

/** When the first sample of a segment is presented, in ticks of its track. */
export const presentedStart = (
  { timing }: TimedTrack,
  { decodeTime, compositionOffsets }: Pick<Segment, 'decodeTime' | 'compositionOffsets'>,
): number => decodeTime + (compositionOffsets[0] ?? 0) - timing.mediaTimeAtZero;

/** When a track ends, in its ticks. */
export const presentedEnd = ({ track, timing }: TimedTrack): number =>
  timing.shift - timing.mediaTimeAtZero + track.duration;
