import type { ExactTime } from '../base/exact-time.ts';

/** A part of a track's media with its place in the presentation: an entry of an edit list, resolved. */
export interface MediaPiece {
  /** Composition time in the sample table (dts + composition offset) that is presented at `start`, in ticks of the track. */
  readonly mediaTime: number;
  /** On the input's clock. */
  readonly start: ExactTime;
  /** Later than `start`; `undefined`: as long as there is media, only for the last piece. */
  readonly end: ExactTime | undefined;
  /** What `start` and `end` may be off by, in ticks of the track: they come in coarser ones. */
  readonly rounding: number;
}
