import { clockTime } from '../base/clock-time.ts';
import { fail } from '../base/errors.ts';
import { compare, type ExactTime, fromTicks, later, subtract } from '../base/exact-time.ts';
import type { AccessPoint } from '../codecs/access-point.ts';
import { codecOf } from '../codecs/built-in.ts';
import { keyFrameTrack } from '../media/key-frames.ts';
import { askHeads } from '../media/sample-heads.ts';
import type { TimedTrack, TrackTiming } from '../media/timed-track.ts';
import { codecFamily, describeTrack, type Track, type VideoTrack } from '../media/track.ts';
import { type Boundary, clock, type GridRequest, pictureAtOrAfter } from './grid.ts';
import { pictureFacts } from './picture-facts.ts';
import type { InputInfo, Presentation, SegmentGrid } from './presentation.ts';
import { switchingSets } from './switching-sets.ts';
import { trackEnd, trackStart } from './timeline.ts';

/**
 * The tracks of an input that is given for trick play, as such: their key frames.
 * @param warn told where other pictures are left out
 * @throws PackagerError UNSUPPORTED_INPUT when a track has no key frame
 */
export const asTrickPlay = (
  { path }: InputInfo,
  tracks: readonly Track[],
  warn: (message: string) => void,
): readonly Track[] =>
  tracks.map((track) => {
    if (track.kind !== 'video') return track;
    const keys = keyFrameTrack(track, 'given');
    if (keys.sampleCount === 0 && track.sampleCount > 0) {
      throw fail.unsupportedInput(
        path,
        `it is given for trick play, and ${describeTrack(track)} has no key frame.`,
        'Encode it with key frames alone (ffmpeg: -g 1), one or two a second.',
      );
    }
    const others = track.sampleCount - keys.sampleCount;
    if (others > 0) {
      warn(
        `${path}: only the ${keys.sampleCount} key frames of ${describeTrack(track)} are taken for trick play: ` +
          `${others} other pictures are left out. Encode it with key frames alone (ffmpeg: -g 1).`,
      );
    }
    return keys;
  });

/**
 * Whether what is given for trick play is the title: in a codec of its renditions, for players change from one to the other, and as
 * long as they are, to half a segment or a picture.
 * @throws PackagerError UNSUPPORTED_CODEC or RENDITIONS_NOT_ALIGNED
 */
export function checkTrickPlay(
  given: readonly VideoTrack[],
  video: readonly VideoTrack[],
  { origin, target, nameOf }: GridRequest,
): void {
  const end = video.map(trackEnd).reduce(later, origin);
  for (const track of given) {
    const name = nameOf(track);
    if (!video.some((rendition) => decoderName(rendition) === decoderName(track))) {
      const codecs = [...new Set(video.map(decoderName))].join(' and ');
      throw fail.unsupportedCodec(
        name,
        `it is given for trick play in ${decoderName(track)}, and the pictures of the title are in ${codecs}: players do not ` +
          'change their decoder for it.',
        'Encode it in the codec of the renditions.',
      );
    }
    const { samples, timescale } = track;
    const longest = fromTicks(Math.ceil(samples.duration / samples.count), timescale);
    const tolerance = later(longest, { num: target.num, den: target.den * 2n });
    const apart = (one: ExactTime, other: ExactTime) =>
      compare(subtract(one, other), tolerance) > 0 || compare(subtract(other, one), tolerance) > 0;
    const hint = 'Encode it from the same source as the renditions, from the first picture to the last.';
    if (apart(trackStart(track), origin)) {
      throw fail.misaligned(
        `${name} is given for trick play and does not line up: it starts at ${clock(trackStart(track), origin)}.`,
        hint,
      );
    }
    if (apart(trackEnd(track), end)) {
      throw fail.misaligned(
        `${name} is given for trick play and does not line up: it ends at ${clock(trackEnd(track), origin)}, ` +
          `the title's pictures at ${clock(end, origin)}.`,
        hint,
      );
    }
  }
}

/**
 * What is given for trick play, as far as the title goes: it may be longer by half a segment or a picture, and no player gets there.
 * @param place of the track, the same for all of it
 */
export function trickPlayWithin(
  track: VideoTrack,
  { shift, mediaTimeAtZero }: Pick<TrackTiming, 'shift' | 'mediaTimeAtZero'>,
  { duration }: Pick<SegmentGrid, 'duration'>,
): VideoTrack {
  const end = Math.round(duration * track.timescale) - shift + mediaTimeAtZero;
  return track.samples.duration > end ? keyFrameTrack(track, 'given', end) : track;
}

/** What decodes a track: the name of its codec, whose sample entries are of one kind to a player. */
export const decoderName = (track: Pick<VideoTrack, 'entry' | 'codecs' | 'codec'>): string =>
  codecOf(track)?.name ?? codecFamily(track);

/**
 * Where given pictures are cut: each is in the segment in which it begins to be shown, and so under the key of what it stands for.
 * @param lead whose times boundaries have
 */
export const trickPlayCuts = (
  track: VideoTrack,
  boundaries: readonly Boundary[],
  lead: VideoTrack,
): readonly number[] => boundaries.map(({ time }) => pictureAtOrAfter(track, time, lead));

/**
 * Pictures for trick play, made of the key frames of the smallest rendition of each switching set: a player that has the key of the
 * set can show them. None for what is given in its codec already.
 * @returns each with the rendition that it is made of
 */
export function keyFrameRenditions(
  { video, trickPlay: given = [] }: Pick<Presentation, 'video' | 'trickPlay'>,
  labelOf: (track: VideoTrack) => string,
): { readonly made: TimedTrack<VideoTrack>; readonly from: VideoTrack }[] {
  const served = new Set(given.map(({ track }) => decoderName(track)));
  const sets = switchingSets(
    video.filter(({ track }) => !served.has(decoderName(track))),
    ({ track }) => ({ ...track, ...pictureFacts(track), encrypted: true, keyLabel: labelOf(track) }),
  );
  return sets.map(({ members }) => {
    const smallest = members.reduce((a, b) => (compareSizes(b.track, a.track) < 0 ? b : a));
    return { made: keyFramesOf(smallest), from: smallest.track };
  });
}

const compareSizes = (a: VideoTrack, b: VideoTrack): number =>
  a.video.width * a.video.height - b.video.width * b.video.height || a.bytes - b.bytes;

/** Its first sample is a key frame, as of every rendition: what is made of it starts when it does. */
function keyFramesOf({ track, timing }: TimedTrack<VideoTrack>): TimedTrack<VideoTrack> {
  const made = keyFrameTrack(track, 'key-frames');
  const { shift, mediaTimeAtZero, segmentStarts } = timing;
  return {
    track: made,
    timing: {
      shift,
      mediaTimeAtZero,
      compositionShift: 0,
      decodeDelay: 0,
      segmentStarts: segmentStarts.map((start) => made.samples.from(start)),
    },
  };
}

/**
 * Look at the pictures that are for trick play: containers mark what they like, and each of these is decoded alone. One small read a
 * picture.
 * @param warn told of key frames of renditions that are none
 * @throws PackagerError UNSUPPORTED_INPUT where that is so of an input that is given for it; INPUT_NOT_READABLE
 */
export async function checkKeyFrames(
  { inputs, trickPlay = [] }: Pick<Presentation, 'inputs' | 'trickPlay'>,
  warn: (message: string) => void,
): Promise<void> {
  for (const { track, timing } of trickPlay) {
    const test = codecOf(track)?.accessPoints?.(track.config);
    if (!test) continue;
    const { samples, timescale } = track;
    let [dependent, first] = [0, samples.count];
    await askHeads<AccessPoint>(track, {
      count: samples.count,
      sample: (n) => n,
      test,
      take([alone] = [1, 1], n) {
        if (alone > 2) {
          dependent += 1;
          first = Math.min(first, n);
        }
        return true;
      },
    });
    if (dependent === 0) continue;
    const { path } = inputs.find(({ index }) => index === track.input)!;
    const at = (samples.decodeTime(first) + timing.shift - timing.mediaTimeAtZero) / timescale;
    const what = codecOf(track)?.needsIdr ? 'no IDR pictures' : 'no key frames';
    const which = `${dependent} of ${samples.count} pictures that are marked as key frames are ${what}, the first at ${clockTime(at)}`;
    if (track.trickPlay === 'given') {
      throw fail.unsupportedInput(
        path,
        `it is given for trick play, where each picture is decoded alone, and ${which}.`,
        'Encode it with key frames alone (ffmpeg: -g 1).',
      );
    }
    warn(`${path}: ${which}: players may not show them in trick play. Encode it with closed GOPs.`);
  }
}
