import { clockTime } from '../base/clock-time.ts';
import { compare, type ExactTime, earlier, later, subtract, toSeconds } from '../base/exact-time.ts';
import { count } from '../base/figures.ts';
import { decodeTimeOrEnd } from '../media/samples.ts';
import { type CodedTrack, describeTrack } from '../media/track.ts';
import type { GridRequest } from './grid.ts';
import { HOLE } from './grid-checks.ts';
import { placeTrack, trackEnd, trackStart } from './timeline.ts';

/** Where a track has no sound, in seconds from the title's start. */
interface Silence {
  readonly track: CodedTrack;
  readonly from: number;
  readonly to: number;
}

/**
 * Warn of sound that begins or ends more than a segment off the picture, and of holes in it: players load sound and pictures together,
 * and get over none of these for sure. Each is one sentence, of the longest, however many tracks there are.
 */
export function checkSound(
  video: readonly CodedTrack[],
  audio: readonly CodedTrack[],
  { origin, target, nameOf }: GridRequest,
  warn: (message: string) => void,
): void {
  const tell = (found: readonly Silence[], where: (silence: Silence) => string, what: string): void => {
    const [first, ...others] = found;
    if (!first) return;
    const worst = others.reduce((a, b) => (b.to - b.from > a.to - a.from ? b : a), first);
    const more = others.length === 0 ? '' : ` (and ${count(others.length, 'more audio track')})`;
    warn(`${nameOf(worst.track)}: ${describeTrack(worst.track)} ${where(worst)}${more}. ${what}`);
  };
  const seconds = (time: ExactTime): number => toSeconds(subtract(time, origin));
  const between = (track: CodedTrack, from: ExactTime, to: ExactTime): Silence | [] =>
    compare(subtract(to, from), target) > 0 ? { track, from: seconds(from), to: seconds(to) } : [];
  if (video.length > 0) {
    const [start, end] = [video.map(trackStart).reduce(earlier), video.map(trackEnd).reduce(later)];
    tell(
      audio.flatMap((track) => between(track, start, trackStart(track))),
      ({ from, to }) => `begins ${(to - from).toFixed(3)} s after the picture`,
      'Some players do not start before it: give it sound from the first picture on, silence if need be.',
    );
    tell(
      audio.flatMap((track) => between(track, trackEnd(track), end)),
      ({ from, to }) => `ends ${(to - from).toFixed(3)} s before the picture, at ${clockTime(from)}`,
      'Many players stop there: give it sound up to the last picture, silence if need be.',
    );
  }
  tell(
    audio.flatMap((track) => longestHole(track, origin)),
    ({ from, to }) => `has no sound between ${clockTime(from)} and ${clockTime(to)}`,
    'Many players freeze or skip there: fill the hole with silence.',
  );
}

/** The frame of a track that lasts longest, where that is a hole. Found by steps that none can be within: tracks have millions. */
function longestHole(track: CodedTrack, origin: ExactTime): Silence | [] {
  const { samples, timescale } = track;
  const step = HOLE * timescale;
  let longest = { from: 0, to: 0 };
  for (let time = step; time <= samples.duration; time += step) {
    const next = samples.atOrAfter(time);
    const [from, to] = [samples.decodeTime(next - 1), decodeTimeOrEnd(samples, next)];
    if (to - from > longest.to - longest.from) longest = { from, to };
    time = Math.max(time, to);
  }
  if (longest.to - longest.from <= step) return [];
  const { shift, mediaTimeAtZero } = placeTrack(track, origin);
  const presented = (ticks: number): number => (ticks + shift - mediaTimeAtZero) / timescale;
  return { track, from: presented(longest.from), to: presented(longest.to) };
}
