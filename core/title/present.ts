import { type ExactTime, fromSeconds, later, roundTicks, subtract, toSeconds } from '../base/exact-time.ts';
import { type Marker, markerTimes } from '../media/markers.ts';
import type { TimedTrack } from '../media/timed-track.ts';
import type { CodedTrack, Track } from '../media/track.ts';
import { audioBoundaries, type GridRequest, soundCut, videoBoundaries } from './grid.ts';
import {
  checkEnds,
  checkLengths,
  checkOrder,
  checkSizes,
  checkSoundStart,
  checkSpans,
} from './grid-checks.ts';
import { withCuts } from './marker-cuts.ts';
import { type PeriodRules, segmentPeriods } from './periods.ts';
import type { InputInfo, Presentation, SegmentGrid } from './presentation.ts';
import { chooseTracks } from './select-tracks.ts';
import { checkSound } from './sound-checks.ts';
import { placeTrack, presentationOrigin, trackEnd } from './timeline.ts';
import { checkTrickPlay, trickPlayCuts, trickPlayWithin } from './trick-play.ts';

export interface PresentationOptions extends PeriodRules {
  /** Length to aim at, in seconds, > 0; counted to the microsecond. */
  readonly segmentDuration: number;
  /**
   * The markers of the title, where it is cut as well.
   * @param origin seconds of the inputs' clock that are presented at 0
   * @param tracks those with samples, the renditions first @default none
   */
  markers?(origin: number, tracks: readonly CodedTrack[]): readonly Marker[];
  /** Told in whole sentences what the user should know but stops nothing. */
  warn(message: string): void;
}

/**
 * Make one title of the inputs' tracks: choose them, put them on one timeline that starts at 0 (`placeTrack`), and
 * decide once where all of them are cut (`videoBoundaries`); audio is cut at its first frame at or after each boundary that decoding
 * can start with (`soundCut`).
 * `tracksPerInput[i]` are the tracks of the input with `index` i.
 * @throws PackagerError when there is nothing to present, or when the renditions do not line up.
 */
export function createPresentation(
  inputs: readonly InputInfo[],
  tracksPerInput: readonly (readonly Track[])[],
  { segmentDuration, markers: markersOf, warn, ...periodRules }: PresentationOptions,
): Presentation {
  const { video, audio, text, images, trickPlay } = chooseTracks(inputs, tracksPerInput, warn);
  const tracks = [...video, ...audio];
  const origin = presentationOrigin(tracks);
  const request: GridRequest = { origin, target: fromSeconds(segmentDuration), nameOf: namesOf(inputs) };
  checkEnds(video, audio, request, warn);
  checkSound(video, audio, request, warn);
  checkTrickPlay(trickPlay, video, request);
  for (const track of audio) checkSoundStart(track, request);

  const regular = video.length > 0 ? videoBoundaries(video, audio, request) : audioBoundaries(audio, request);
  const seconds = (time: ExactTime) => toSeconds(subtract(time, origin));
  const duration = seconds(tracks.map(trackEnd).reduce(later));
  const markers = markersOf?.(toSeconds(origin), tracks) ?? [];
  const within = markerTimes(markers).filter((cut) => cut < duration);
  const boundaries = within.length > 0 ? withCuts(regular, video, within, request, warn) : regular;
  const starts = Float64Array.from([0, ...boundaries.map(({ time }) => seconds(time)), duration]);
  const grid: SegmentGrid = {
    count: boundaries.length + 1,
    boundaries: starts,
    periods: segmentPeriods(starts, periodRules, segmentDuration),
    duration,
  };
  const timed = <T extends CodedTrack>(track: T, cuts: readonly number[]): TimedTrack<T> => {
    const segmentStarts = Uint32Array.from([0, ...cuts]);
    checkSizes(track, segmentStarts, grid, request);
    checkOrder(track, segmentStarts, request);
    checkSpans(track, segmentStarts, grid, request);
    return { track, timing: { ...placeTrack(track, origin), segmentStarts } };
  };
  const timedVideo = video.map((track, i) =>
    timed(
      track,
      boundaries.map(({ videoSamples }) => videoSamples[i]!),
    ),
  );
  const [lead] = timedVideo;
  if (lead) checkLengths(lead, grid, segmentDuration, warn);
  return {
    inputs,
    video: timedVideo,
    audio: audio.map((track) =>
      timed(
        track,
        boundaries.map(({ time }) => soundCut(track, time)),
      ),
    ),
    text: text.map((track) => ({ track, shift: track.clock === 'input' ? -milliseconds(origin) : 0 })),
    images,
    ...(trickPlay.length > 0 && {
      trickPlay: trickPlay
        .map((track) => trickPlayWithin(track, placeTrack(track, origin), grid))
        .map((track) => timed(track, trickPlayCuts(track, boundaries, video[0]!))),
    }),
    ...(markers.length > 0 && { markers }),
    grid,
  };
}

const milliseconds = (time: ExactTime): number => roundTicks(time, 1000);

/** Messages name a file as short as is clear. */
function namesOf(inputs: readonly InputInfo[]): GridRequest['nameOf'] {
  const isUnique = new Set(inputs.map(({ name }) => name)).size === inputs.length;
  return ({ input }) => {
    const { name, path } = inputs.find(({ index }) => index === input)!;
    return isUnique ? name : path;
  };
}
