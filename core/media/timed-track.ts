import type { CodedTrack } from './track.ts';

/**
 * Where a track lies on the common timeline and where it is cut; plain data that crosses threads.
 *
 * Output decode time = sample dts + `shift`; output composition offset = sample's own − `compositionShift`;
 * presented time = output composition time − `mediaTimeAtZero`. All in ticks of the track's time scale.
 */
export interface TrackTiming {
  /** Added to every dts, ≥ 0: the track starts late. */
  readonly shift: number;
  /** Taken from every composition offset: the constant B-frame delay. */
  readonly compositionShift: number;
  /** Composition time on the output timeline that is presented at 0 (`presentationTimeOffset`), e.g. AAC priming. */
  readonly mediaTimeAtZero: number;
  /**
   * Reorder delay, ≥ 0: the most that an output composition offset lies below 0. Where composition may not precede
   * decoding (MPEG-TS), the DTS is the output decode time − `decodeDelay`.
   */
  readonly decodeDelay: number;
  /** Number of the first sample of each segment; ascending, first is 0. Empty segments repeat a number. */
  readonly segmentStarts: Uint32Array;
  /** SAP type that each segment begins with (ISO/IEC 14496-12, Annex I): 1, 2 or 3. Absent: 1, as of all sound, which is cut where decoding can start. */
  readonly accessPoints?: Uint8Array;
}

/** A track with its place on the timeline. */
export interface TimedTrack<T extends CodedTrack = CodedTrack> {
  readonly track: T;
  readonly timing: TrackTiming;
}

/** The samples of a segment: the number of the first one, and of the one behind the last. */
export function samplesOf({ track, timing }: TimedTrack, index: number): { first: number; end: number } {
  const { count } = track.samples;
  const { segmentStarts } = timing;
  return { first: segmentStarts[index] ?? count, end: segmentStarts[index + 1] ?? count };
}

/** How many samples of a track are in a segment. */
export function sampleCount(timed: TimedTrack, index: number): number {
  const { first, end } = samplesOf(timed, index);
  return end - first;
}

/** The segments in which a track has samples: it may start late, end early, or have a hole. */
export const filledSegments = (timed: TimedTrack): number[] =>
  Array.from(timed.timing.segmentStarts.keys()).filter((index) => sampleCount(timed, index) > 0);
