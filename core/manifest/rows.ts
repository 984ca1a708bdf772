import type { SegmentRows } from '../contract/rendition.ts';

/** One segment, as manifests see it. */
export interface SegmentRow {
  readonly path: string;
  readonly offset: number;
  readonly size: number;
  /** Presented start and duration, in ticks. */
  readonly start: number;
  readonly duration: number;
  /** Its crypto period, or `CLEAR`. */
  readonly period: number;
}

/** The segments that hold media: a track that starts late or ends early has nothing in some of the grid's. */
export const listRows = (rows: SegmentRows): SegmentRow[] =>
  rows.paths
    .map((path, index) => ({
      path,
      offset: rows.offsets[index]!,
      size: rows.sizes[index]!,
      start: rows.starts[index]!,
      duration: rows.durations[index]!,
      period: rows.periods?.[index] ?? 0,
    }))
    .filter((row) => row.duration > 0);
