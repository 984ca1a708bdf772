import type { FileIdentity } from '../io/file-identity.ts';
import type { TimedTrack } from '../media/timed-track.ts';
import type { TrackChoice } from './track-choice.ts';

/** An input file, as plain data. */
export interface InputInfo {
  readonly index: number;
  /** As the user gave it. */
  readonly path: string;
  /** File name with extension: `test.mp4`. */
  readonly name: string;
  readonly bytes: number;
  /** What the file was when the run first looked at it; whoever opens it says so to `openFile`. */
  readonly identity?: FileIdentity;
  /** What the config takes of it. Absent: everything. */
  readonly choice?: TrackChoice;
}

/** The one grid that all tracks, renditions and modes share. */
export interface SegmentGrid {
  readonly count: number;
  /** Presented start of each segment in seconds, then the end of the last: count + 1 values. */
  readonly boundaries: Float64Array;
  /** Longest presented track, in seconds. */
  readonly duration: number;
}

/** All that is known of a title after demuxing: tracks chosen, timeline and grid decided. */
export interface Presentation {
  readonly inputs: readonly InputInfo[];
  /** Video tracks in the order of the inputs, then audio tracks: one per language, first input that has it. */
  readonly video: readonly TimedTrack[];
  readonly audio: readonly TimedTrack[];
  readonly grid: SegmentGrid;
}
