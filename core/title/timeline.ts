import { type ExactTime, earlier, fromTicks, later, roundTicks, ZERO } from '../base/exact-time.ts';
import { compositionStart, leastCompositionOffset } from '../edits/cut-samples.ts';
import type { TrackTiming } from '../media/timed-track.ts';
import type { CodedTrack } from '../media/track.ts';

/** A track's place on the timeline, before it is cut. */
export type TrackPlace = Omit<TrackTiming, 'segmentStarts'>;

/** Where a track's first sample is presented by its own edit list, in ticks; negative for AAC priming. */
const firstPresented = (track: CodedTrack): number =>
  track.samples.compositionOffset(0) - track.presentationOffset;

/**
 * The instant of the inputs' common clock that becomes 0: the earliest start of any track.
 *
 * A sample is presented at (dts + composition offset − presentationOffset) / timescale. A track starts where its first
 * sample is presented, or a picture that leads it; sound not before 0, because what lies before is priming or was edited
 * away, is decoded and not presented, and must not move the others. Of pictures none may lie before 0: Media Source Extensions would drop it with
 * all that follow up to the next sync sample. So a file with edit lists starts at 0, and one without whose first
 * picture is composed two frames late starts two frames late, if nothing else starts earlier.
 */
export const presentationOrigin = (tracks: readonly CodedTrack[]): ExactTime =>
  tracks.map(trackStart).reduce(earlier);

/** When a track's first sample is presented, on the inputs' clock; sound not before 0. */
export function trackStart(track: CodedTrack): ExactTime {
  const { kind, samples, timescale, presentationOffset } = track;
  if (kind === 'audio') return later(ZERO, fromTicks(firstPresented(track), timescale));
  return fromTicks(compositionStart(samples) - presentationOffset, timescale);
}

/** When a track's last sample ends, on the inputs' clock. */
export const trackEnd = (track: CodedTrack): ExactTime =>
  fromTicks(firstPresented(track) + track.samples.duration, track.timescale);

/**
 * Put a track on the output timeline. All tracks move by the same `−origin`, rounded once for the track to its own
 * ticks: sound and picture keep their distance to within half a tick, and the error does not grow.
 * The first sample is composed where it is decoded (PTS = `tfdt`).
 */
export function placeTrack(track: CodedTrack, origin: ExactTime): TrackPlace {
  const start = firstPresented(track) - roundTicks(origin, track.timescale);
  const compositionShift = track.samples.compositionOffset(0);
  return {
    shift: Math.max(0, start),
    compositionShift,
    mediaTimeAtZero: Math.max(0, -start),
    // Audio is presented in decode order, so only video is looked through.
    decodeDelay:
      track.kind === 'video' ? Math.max(0, compositionShift - leastCompositionOffset(track.samples)) : 0,
  };
}
