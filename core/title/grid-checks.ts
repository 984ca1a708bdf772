import { clockTime } from '../base/clock-time.ts';
import { fail } from '../base/errors.ts';
import {
  compare,
  type ExactTime,
  earlier,
  fromTicks,
  later,
  subtract,
  times,
  ZERO,
} from '../base/exact-time.ts';
import { needsSync } from '../codecs/built-in.ts';
import { compositionTime, decodeTimeOrEnd } from '../media/samples.ts';
import { bytesOf } from '../media/scan-samples.ts';
import { syncSamples } from '../media/sync-samples.ts';
import type { TimedTrack } from '../media/timed-track.ts';
import { type CodedTrack, describeTrack } from '../media/track.ts';
import { ALIGN_HINT, clock, type GridRequest } from './grid.ts';
import type { SegmentGrid } from './presentation.ts';
import { trackEnd, trackStart } from './timeline.ts';

/** A segment is held in memory whole; this is far above every real one, and bounds what a file can make us allocate. */
const MAX_SEGMENT_BYTES = 512 * 2 ** 20;
/** Seconds without a new picture, or without sound, that are worth to be told. */
export const HOLE = 10;
/** Ticks. */
const LONGEST_SPAN = 2 ** 32 - 1;
/** Segments longer than this multiple of the target are worth a warning. */
const LONG_SEGMENT = 1.5;

type Warn = (message: string) => void;

/**
 * Renditions should end together: more than half a segment apart is an error, more than a frame a warning. Sound may
 * outlast the picture; by more than a segment is worth a warning, as is a picture that
 * starts so late.
 */
export function checkEnds(
  video: readonly CodedTrack[],
  audio: readonly CodedTrack[],
  request: GridRequest,
  warn: Warn,
): void {
  const { origin, target, nameOf } = request;
  const end = [...video, ...audio].map(trackEnd).reduce(later);
  if (compare(end, origin) <= 0) {
    const [track] = [...video, ...audio];
    throw fail.notMedia(nameOf(track!), 'its edit list presents nothing of its tracks.');
  }
  if (video.length === 0) return;

  const longest = video.reduce((a, b) => (compare(trackEnd(a), trackEnd(b)) < 0 ? b : a));
  for (const track of video) {
    const short = subtract(trackEnd(longest), trackEnd(track));
    const [a, b] = [nameOf(longest), nameOf(track)];
    const ends = `${a} ends at ${clock(trackEnd(longest), origin)}, ${b} at ${clock(trackEnd(track), origin)}.`;
    if (compare(times(short, 2), target) > 0)
      throw fail.misaligned(`${a} and ${b} do not line up: ${ends}`, ALIGN_HINT);
    if (compare(short, frameLength(longest)) > 0) warn(`Renditions differ in length: ${ends}`);
  }
  const late = subtract(video.map(trackStart).reduce(earlier), origin);
  if (compare(late, target) > 0) {
    warn(
      `The first picture comes ${clock(late, ZERO)} after the sound. Players in browsers cannot start before it, and some do ` +
        'not get over it: encode the video with pictures from the start.',
    );
  }
  const over = subtract(end, trackEnd(longest));
  if (compare(over, target) > 0) warn(`The sound goes on for ${clock(over, ZERO)} after the last picture.`);
}

const frameLength = ({ samples, timescale }: CodedTrack): ExactTime =>
  fromTicks(Math.ceil(samples.duration / samples.count), timescale);

/** @throws PackagerError NOT_MEDIA when decoding of the sound cannot start with its first frame */
export function checkSoundStart(track: CodedTrack, { nameOf }: Pick<GridRequest, 'nameOf'>): void {
  if (!needsSync(track) || syncSamples(track).sample(0) === 0) return;
  throw fail.notMedia(
    nameOf(track),
    'its sound does not start with a frame that decoding can start with (a sync sample).',
    'Cut the file at such a frame, or encode it again with one every second or two.',
  );
}

/** Warn when video has so few key frames that segments are much longer than was asked for, or such a hole. */
export function checkLengths(
  lead: TimedTrack,
  { boundaries }: SegmentGrid,
  target: number,
  warn: Warn,
): void {
  const starts = lead.timing.segmentStarts;
  let [longest, at] = [0, 0];
  for (let i = 1; i < boundaries.length; i++) {
    const length = boundaries[i]! - boundaries[i - 1]!;
    if (length > longest) [longest, at] = [length, i - 1];
  }
  if (longest <= LONG_SEGMENT * target) return;
  // A picture that stands still into a segment is one of those before.
  const hole = longestPicture(lead, Math.max(0, starts[at]! - 1), starts[at + 1] ?? lead.track.samples.count);
  const why =
    hole.seconds > HOLE
      ? `there is no picture between ${clockTime(hole.from)} and ${clockTime(hole.from + hole.seconds)}`
      : 'there is no key frame to cut at';
  warn(`The longest segment has ${longest.toFixed(3)} s instead of ${target} s: ${why}.`);
}

/** Which of some samples lasts longest: from when on, and how long, in seconds. */
function longestPicture({ track: { samples, timescale }, timing }: TimedTrack, first: number, end: number) {
  const { dts, durations } = samples.read(first, end);
  let longest = 0;
  for (let i = 1; i < durations.length; i++) if (durations[i]! > durations[longest]!) longest = i;
  const from = (dts[longest] ?? 0) + timing.shift;
  return { from: from / timescale, seconds: (durations[longest] ?? 0) / timescale };
}

/** @throws PackagerError when a segment of the track is too large to be held in memory. */
export function checkSizes(
  track: CodedTrack,
  starts: Uint32Array,
  { boundaries }: SegmentGrid,
  request: GridRequest,
): void {
  if (track.samples.bytes <= MAX_SEGMENT_BYTES) return;
  for (const [index, first] of starts.entries()) {
    const bytes = bytesOf(track.samples, first, starts[index + 1] ?? track.samples.count);
    if (bytes <= MAX_SEGMENT_BYTES) continue;
    const file = `${request.nameOf(track)}, ${describeTrack(track)},`;
    throw fail.segmentTooLarge(file, boundaries[index]!, boundaries[index + 1]!, bytes);
  }
}

/** Ticks a second of MPEG-TS (ISO/IEC 13818-1, 2.4.2). */
const TS_CLOCK = 90_000;

/**
 * How long a segment or a sample lasts has 32 bits in `sidx` and `trun`; time stamps of MPEG-TS have 33, in ticks of 90 kHz, so
 * that players cannot tell what is half of that apart.
 * @throws PackagerError UNSUPPORTED_INPUT when a segment of the track, or a hole in it, lasts longer
 */
export function checkSpans(
  track: CodedTrack,
  starts: Uint32Array,
  { boundaries }: SegmentGrid,
  { nameOf }: Pick<GridRequest, 'nameOf'>,
): void {
  const { samples, timescale } = track;
  const longest = LONGEST_SPAN / Math.max(timescale, TS_CLOCK);
  const timeAt = (sample: number): number => decodeTimeOrEnd(samples, sample) / timescale;
  for (const [index, first] of starts.entries()) {
    const own = timeAt(starts[index + 1] ?? samples.count) - timeAt(first);
    const from = boundaries[index]!;
    const length = Math.max(own, boundaries[index + 1]! - from);
    if (length <= longest) continue;
    throw fail.unsupportedInput(
      nameOf(track),
      `its ${track.kind} cannot be cut between ${clockTime(from)} and ${clockTime(from + length)}, which is too long for a segment.`,
      'Cut out the time in which there is nothing.',
    );
  }
}

/**
 * Every segment must be presented behind the one before: a damaged file can put a key frame anywhere.
 * @throws PackagerError NOT_MEDIA where one is not
 */
export function checkOrder(
  track: CodedTrack,
  segmentStarts: Uint32Array,
  { origin, nameOf }: Pick<GridRequest, 'origin' | 'nameOf'>,
): void {
  const { samples, timescale, presentationOffset } = track;
  const end = trackEnd(track);
  let before = fromTicks(Number.MIN_SAFE_INTEGER, timescale);
  // The second key frame too: it may not be presented before the first, wherever both were cut.
  for (const start of [
    0,
    ...(samples.syncSamples?.subarray(1, 2) ?? []),
    ...segmentStarts.filter((first) => first > 0),
  ].sort((a, b) => a - b)) {
    if (start === samples.count) break;
    const time = fromTicks(compositionTime(samples, start) - presentationOffset, timescale);
    if (compare(time, before) < 0 || compare(time, end) > 0) {
      throw fail.notMedia(
        nameOf(track),
        `its ${track.kind} is not in order: sample ${start + 1} is presented at ${clock(time, origin)}.`,
        'The file is damaged: make it again from its source.',
      );
    }
    before = time;
  }
}
