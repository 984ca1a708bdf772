import type { TextTrack } from './track.ts';

/** A text track with its place on the title's timeline. */
export interface TimedText {
  readonly track: TextTrack;
  /** Milliseconds that its cues are moved by, to be in the title's time. */
  readonly shift: number;
}
