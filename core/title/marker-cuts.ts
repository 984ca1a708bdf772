import {
  add,
  compare,
  type ExactTime,
  fromSeconds,
  fromTicks,
  roundTicks,
  subtract,
  times,
  toSeconds,
} from '../base/exact-time.ts';
import { type SyncSamples, syncSamples } from '../media/sync-samples.ts';
import type { CodedTrack } from '../media/track.ts';
import { type Boundary, commonAt, type GridRequest, syncTime } from './grid.ts';

/** A cut of the grid that is as near to one of a marker as this part of the target is not made: segments of a moment help nobody. */
const NEAR = 4;

/** At most this many are named in a notice. */
const NAMED = 4;

/**
 * The boundaries of a title, and one at each of some times where all renditions have a key frame: at the picture that is shown
 * then, to half of one. Where they have none, nothing is cut, and a notice says so. Sound alone is cut at the times themselves.
 * @param cuts seconds as presented, ascending, within the title
 */
export function withCuts(
  boundaries: readonly Boundary[],
  renditions: readonly CodedTrack[],
  cuts: readonly number[],
  { origin, target }: Pick<GridRequest, 'origin' | 'target'>,
  warn: (message: string) => void,
): Boundary[] {
  const all = renditions.map(syncSamples);
  const [lead] = all;
  const found: Boundary[] = [];
  // In the order of time, as the cuts are: only the last can be the same.
  const take = (cut: Boundary): void => {
    const last = found.at(-1);
    if (!last || compare(last.time, cut.time) !== 0) found.push(cut);
  };
  const missed: string[] = [];
  let reached = all.map(() => 0);
  // The title begins there in any case, also where its first picture comes a moment behind the first sound.
  const start = lead ? halfPicture(lead) / lead.track.timescale : 0;
  for (const cut of cuts) {
    if (cut <= start) continue;
    const time = add(origin, fromSeconds(cut));
    if (!lead) {
      take({ time, videoSamples: [] });
      continue;
    }
    const at = nearest(lead, time, reached[0]!).at;
    const common = at === undefined ? undefined : commonAt(all, at, reached);
    reached = common ?? reached;
    if (!common) {
      // What the first rendition has there helps nobody where it is another one that lacks it.
      const lacking = all
        .map((sync, n) => nearest(sync, time, reached[n]!))
        .find(({ at: own }) => own === undefined);
      const near = (lacking ?? nearest(lead, time, reached[0]!)).near;
      missed.push(`${cut.toFixed(3)} s (near it: ${near.map((one) => seconds(one, origin)).join(', ')})`);
    } else if (common[0] !== 0)
      take({ time: syncTime(lead, at!), videoSamples: common.map((k, n) => all[n]!.sample(k)) });
  }
  if (missed.length > 0) warn(missedWords(missed));
  const isNear = (one: ExactTime, other: ExactTime): boolean =>
    [subtract(one, other), subtract(other, one)].every((apart) => compare(times(apart, NEAR), target) < 0);
  let next = 0;
  const others = boundaries.filter(({ time }) => {
    while (next < found.length && compare(found[next]!.time, time) < 0) next++;
    return ![found[next - 1], found[next]].some((cut) => cut && isNear(cut.time, time));
  });
  return [...others, ...found].sort((a, b) => compare(a.time, b.time));
}

/** Ticks of the track. */
const halfPicture = ({ track: { samples } }: SyncSamples): number =>
  Math.ceil(samples.duration / samples.count / 2);

/** The sync sample that is shown at a time, to half a picture; and those around it. @param from one that is not behind it */
function nearest(
  sync: SyncSamples,
  time: ExactTime,
  from: number,
): { at: number | undefined; near: ExactTime[] } {
  const { timescale } = sync.track;
  const half = halfPicture(sync);
  const ticks = roundTicks(time, timescale);
  const k = sync.atOrAfter(ticks - half, from);
  const at = k < sync.count && sync.time(k) <= ticks + half ? k : undefined;
  const around = [k - 1, k].filter((one) => one >= 0 && one < sync.count);
  return { at, near: around.map((one) => fromTicks(sync.time(one), timescale)) };
}

function missedWords(missed: readonly string[]): string {
  const named = missed.slice(0, NAMED).join('; ');
  const more = missed.length > NAMED ? `; and ${missed.length - NAMED} more` : '';
  return (
    `No segment begins at ${missed.length === 1 ? 'a marker that has' : 'markers that have'} no key frame of all renditions: ${named}${more}. ` +
    'Encode with key frames there (ffmpeg: -force_key_frames), or move the marker.'
  );
}

const seconds = (time: ExactTime, origin: ExactTime): string =>
  `${toSeconds(subtract(time, origin)).toFixed(3)} s`;
