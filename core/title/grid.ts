import { fail } from '../base/errors.ts';
import {
  add,
  ceilTicks,
  compare,
  type ExactTime,
  earlier,
  fromTicks,
  later,
  roundTicks,
  subtract,
  times,
  toSeconds,
  wholeTimes,
  ZERO,
} from '../base/exact-time.ts';
import { needsSync } from '../codecs/built-in.ts';
import { compositionTime } from '../media/samples.ts';
import { type SyncSamples, syncSamples } from '../media/sync-samples.ts';
import type { CodedTrack } from '../media/track.ts';
import { trackEnd } from './timeline.ts';

/** A cut between two segments. */
export interface Boundary {
  /** On the inputs' clock. */
  readonly time: ExactTime;
  /**
   * For each rendition the number of the sync sample there; where there is no picture, of the next one to come, or of all
   * samples behind the last. Empty in an audio-only title.
   */
  readonly videoSamples: readonly number[];
}

export interface GridRequest {
  /** Instant of the inputs' clock that is presented at 0. */
  readonly origin: ExactTime;
  /** Length to aim at, > 0. */
  readonly target: ExactTime;
  /** How messages name the file that a track is from. */
  nameOf(track: CodedTrack): string;
}

/** 10 ms: less than any picture is shown. */
const START_TOLERANCE = fromTicks(1, 100);

export const ALIGN_HINT =
  'Encode all renditions with the same frame rate, the same key frame distance and closed GOPs, from the same source.';

/** A cut behind the last picture has to be worth it: encoders end the sound a few frames late. */
const LEAST_SOUND = fromTicks(1, 2);

/**
 * Cut video where all renditions have a sync sample: the n-th boundary is the first such instant at or after
 * n · target (to the nearest tick), counted from 0 and not from the cut before, so that lengths do not drift. Where key
 * frames are further apart than the target, segments are longer; none is empty. The start itself is not in the list.
 *
 * Where there is sound and no picture (before the first, behind the last, in a hole that an edit list makes) the cut is at
 * n · target itself.
 *
 * A rendition may have key frames that the others lack (scene cuts): they are passed over for up to one target, or half
 * of one at the end.
 * @param audio the sound of the title, all tracks of it
 * @throws PackagerError when a rendition does not begin with a sync sample, or when renditions do not line up.
 */
export function videoBoundaries(
  renditions: readonly CodedTrack[],
  audio: readonly CodedTrack[],
  request: GridRequest,
): Boundary[] {
  const { origin, target, nameOf } = request;
  const all = renditions.map(syncSamples);
  for (const { track, count, sample } of all) {
    if (count > 0 && sample(0) === 0) continue;
    const hint = 'Cut the file at a key frame, or encode it again.';
    throw fail.notMedia(nameOf(track), 'its video does not start with a key frame.', hint);
  }
  checkStarts(all, request);

  const end = renditions.map(trackEnd).reduce(earlier);
  const boundaries: Boundary[] = [];
  /** Cut there; answers which multiple of the target is next, once what is there has been reached. */
  const cut = (n: number, time: ExactTime, at: readonly number[], reached: ExactTime): number => {
    boundaries.push({ time, videoSamples: at.map((k, i) => all[i]!.sample(k)) });
    return Math.max(n, wholeTimes(subtract(reached, origin), target)) + 1;
  };
  let from = all.map(() => 1);
  /** Where pictures go on, while there are none. */
  let ahead: CommonSync | undefined = {
    time: all.map((sync) => syncTime(sync, 0)).reduce(earlier),
    at: all.map(() => 0),
  };
  let n = 1;
  for (;;) {
    const aim = add(origin, times(target, n));
    if (ahead && compare(aim, ahead.time) <= 0) {
      const sound = nextSound(audio, aim);
      const isSoundFirst = sound !== undefined && compare(sound, ahead.time) < 0;
      n = isSoundFirst ? cut(n, aim, ahead.at, sound) : cut(n, ahead.time, ahead.at, ahead.time);
      continue;
    }
    ahead = undefined;
    const common = firstCommon(all, aim, from);
    const reached = common?.time ?? end;
    const latest = add(aim, common ? target : half(target));
    if (compare(reached, latest) > 0) checkAligned(all, aim, from, reached, request);
    if (!common || compare(reached, end) >= 0) break;

    from = common.at.map((k) => k + 1);
    const sound = isHole(all, common, aim, target) ? nextSound(audio, aim) : undefined;
    if (sound && compare(sound, reached) < 0) ahead = common;
    else n = cut(n, reached, common.at, reached);
  }

  const last = renditions.map(trackEnd).reduce(later);
  const silence = subtract(
    [...renditions, ...audio].map(trackEnd).reduce(later),
    earlier(LEAST_SOUND, half(target)),
  );
  const none = all.map(({ count }) => count);
  n = Math.max(n, wholeTimes(subtract(last, origin), target));
  for (;;) {
    const aim = add(origin, times(target, n));
    const sound = nextSound(audio, aim);
    if (!sound || compare(aim, silence) > 0) return boundaries;
    n = compare(aim, last) < 0 ? n + 1 : cut(n, aim, none, sound);
  }
}

/** Whether the last picture before a sync sample of all renditions stands still from `aim` on, for more than a target. */
const isHole = (
  all: readonly SyncSamples[],
  { at }: CommonSync,
  aim: ExactTime,
  target: ExactTime,
): boolean =>
  all.every(({ track, sample }, i) => {
    const next = sample(at[i]!);
    const { samples, presentationOffset, timescale } = track;
    const duration = samples.decodeTime(next) - samples.decodeTime(next - 1);
    if (compare(fromTicks(duration, timescale), target) <= 0) return false;
    return compare(fromTicks(compositionTime(samples, next - 1) - presentationOffset, timescale), aim) <= 0;
  });

/** When the first frame of any track is presented at or after `time`; `undefined`: there is no more sound. */
function nextSound(audio: readonly CodedTrack[], time: ExactTime): ExactTime | undefined {
  let first: ExactTime | undefined;
  for (const track of audio) {
    const frame = frameAtOrAfter(track, time);
    if (frame === track.samples.count) continue;
    const start = audioTime(track, frame);
    first = first ? earlier(first, start) : start;
  }
  return first;
}

const half = ({ num, den }: ExactTime): ExactTime => ({ num, den: den * 2n });

/**
 * Cut a title without video at every n · target where the longest of the tracks has frames; where decoding does not start at all of
 * them, where that one is cut.
 */
export function audioBoundaries(tracks: readonly CodedTrack[], { origin, target }: GridRequest): Boundary[] {
  const audio = tracks.reduce((a, b) => (compare(trackEnd(a), trackEnd(b)) < 0 ? b : a));
  const boundaries: Boundary[] = [];
  for (let n = 1; ; ) {
    const time = add(origin, times(target, n));
    const frame = soundCut(audio, time);
    if (frame === audio.samples.count) return boundaries;
    const reached = audioTime(audio, frame);
    boundaries.push({ time: needsSync(audio) ? reached : time, videoSamples: [] });
    n = Math.max(n, wholeTimes(subtract(reached, origin), target)) + 1; // over a hole in the sound, in one step
  }
}

/**
 * Where sound is cut for a boundary: at the first frame that is presented there or later and that decoding can start with; behind all
 * frames where there is none.
 */
export function soundCut(track: CodedTrack, time: ExactTime): number {
  if (!needsSync(track)) return frameAtOrAfter(track, time);
  const sync = syncSamples(track);
  return sync.sample(sync.atOrAfter(ceilTicks(time, track.timescale), 0));
}

/** The number of the first audio frame that is presented at or after `time`. Audio is decoded in order of presentation. */
export const frameAtOrAfter = (track: CodedTrack, time: ExactTime): number =>
  track.samples.atOrAfter(ceilTicks(time, track.timescale) + audioDelay(track));

const audioTime = (track: CodedTrack, frame: number): ExactTime =>
  fromTicks(track.samples.decodeTime(frame) - audioDelay(track), track.timescale);

/** Decode time minus time on the input's clock, in ticks: the same for all frames. */
const audioDelay = ({ samples, presentationOffset }: CodedTrack): number =>
  presentationOffset - samples.compositionOffset(0);

interface CommonSync {
  /** As the first rendition states it. */
  readonly time: ExactTime;
  /** Which sync sample of each rendition. */
  readonly at: readonly number[];
}

/** The first instant at or after `aim` where all renditions have a sync sample, not before their `from`-th. */
function firstCommon(
  all: readonly SyncSamples[],
  aim: ExactTime,
  from: readonly number[],
): CommonSync | undefined {
  const lead = all[0]!;
  let k = lead.atOrAfter(roundTicks(aim, lead.track.timescale), from[0]!);
  while (k < lead.count) {
    const time = syncTime(lead, k);
    const at = all.map((sync, index) => (sync === lead ? k : near(sync, time, lead, from[index]!)));
    const lacking = all.findIndex((sync, index) => !isAt(sync, at[index]!, time, lead));
    if (lacking === -1) return { time, at };

    const other = all[lacking]!;
    const next = at[lacking]!;
    if (next === other.count) return undefined;
    k = near(lead, syncTime(other, next), other, k + 1);
  }
  return undefined;
}

/**
 * Which sync samples the renditions have where the first has its `k`-th; `undefined` where one of them has none there.
 * @param from sync samples of each that are not behind those: near to them the search is short
 */
export function commonAt(
  all: readonly SyncSamples[],
  k: number,
  from: readonly number[],
): number[] | undefined {
  const lead = all[0]!;
  const time = syncTime(lead, k);
  const at = all.map((sync, index) => (sync === lead ? k : near(sync, time, lead, from[index]!)));
  return all.every((sync, index) => isAt(sync, at[index]!, time, lead)) ? at : undefined;
}

/**
 * The number of the first picture that is shown at or after an instant, of a track whose pictures are all key frames; of all samples
 * behind the last.
 * @param lead whose time that is: its own and the track's may state one instant differently
 */
export function pictureAtOrAfter(track: CodedTrack, time: ExactTime, lead: CodedTrack): number {
  const { timescale } = track;
  return syncSamples(track).atOrAfter(ceilTicks(subtract(time, tolerance(track, lead)), timescale), 0);
}

/** When a sync sample is presented, on the inputs' clock. */
export const syncTime = (sync: SyncSamples, k: number): ExactTime =>
  fromTicks(sync.time(k), sync.track.timescale);

/**
 * How far apart two files may state one instant: half a tick each when their time scales differ (1/25 s is not a
 * whole number of ticks of 1/90001), nothing when they are the same.
 */
const tolerance = ({ timescale: a }: CodedTrack, { timescale: b }: CodedTrack): ExactTime =>
  a === b ? ZERO : add(fromTicks(1, 2 * a), fromTicks(1, 2 * b));

/** The first sync sample that may be the one at `time` of another rendition, or is after it. */
const near = (sync: SyncSamples, time: ExactTime, other: SyncSamples, from: number): number =>
  sync.atOrAfter(ceilTicks(subtract(time, tolerance(sync.track, other.track)), sync.track.timescale), from);

const isAt = (sync: SyncSamples, k: number, time: ExactTime, other: SyncSamples): boolean =>
  k < sync.count && compare(subtract(syncTime(sync, k), time), tolerance(sync.track, other.track)) <= 0;

/**
 * All renditions must begin at one instant. Where an edit list starts between key frames, the pictures that are decoded
 * before it take a moment each, and not every rendition has as many of them.
 */
function checkStarts(all: readonly SyncSamples[], { origin, nameOf }: GridRequest): void {
  const lead = all[0]!;
  for (const other of all) {
    const [leadStart, start] = [syncTime(lead, 0), syncTime(other, 0)];
    const apart = [subtract(leadStart, start), subtract(start, leadStart)];
    if (apart.every((time) => compare(time, START_TOLERANCE) <= 0)) continue;
    const [a, b] = [nameOf(lead.track), nameOf(other.track)];
    throw fail.misaligned(
      `${a} and ${b} do not line up: ${a} starts at ${clock(leadStart, origin)}, ${b} at ${clock(start, origin)}.`,
      ALIGN_HINT,
    );
  }
}

/**
 * The renditions have no sync sample in common soon after `aim`; the next is at `common`, or that is the end. Fine where the key frames of one rendition are simply that far apart; if each by itself could have been
 * cut before, they do not line up.
 */
function checkAligned(
  all: readonly SyncSamples[],
  aim: ExactTime,
  from: readonly number[],
  common: ExactTime,
  { origin, nameOf }: GridRequest,
): void {
  const firsts = all.map((sync, index) => {
    const k = sync.atOrAfter(roundTicks(aim, sync.track.timescale), from[index]!);
    return { sync, k, time: k < sync.count ? syncTime(sync, k) : common };
  });
  const lead = all[0]!.track;
  if (firsts.some(({ sync, time }) => compare(add(time, tolerance(sync.track, lead)), common) >= 0)) return;

  const one = firsts.reduce((first, other) => (compare(other.time, first.time) < 0 ? other : first));
  const lacks = ({ sync }: { sync: SyncSamples }) =>
    !isAt(sync, near(sync, one.time, one.sync, 0), one.time, one.sync);
  const other = firsts.find(lacks) ?? firsts.at(-1)!;
  const before = syncTime(other.sync, Math.max(0, other.k - 1));
  const isBeforeNearer = compare(subtract(one.time, before), subtract(other.time, one.time)) <= 0;
  const [a, b] = [nameOf(one.sync.track), nameOf(other.sync.track)];
  throw fail.misaligned(
    `${a} and ${b} do not line up: ${a} has a key frame at ${clock(one.time, origin)}, ${b} has none ` +
      `(nearest: ${clock(isBeforeNearer ? before : other.time, origin)}).`,
    ALIGN_HINT,
  );
}

/** A time as messages state it. */
export const clock = (time: ExactTime, origin: ExactTime): string =>
  `${toSeconds(subtract(time, origin)).toFixed(3)} s`;
