import { firstAtOrAbove } from '../base/ascending.ts';
import { roundTicks } from '../base/exact-time.ts';
import { compositionTime, type SampleTable } from '../media/samples.ts';
import { scanSamples } from '../media/scan-samples.ts';
import type { MediaPiece } from './media-piece.ts';

/** Which samples of a table a piece takes, in decode order. */
export interface Cut {
  readonly piece: MediaPiece;
  readonly first: number;
  readonly end: number;
  /**
   * Composition time of the first sample that has its own: of pictures, the one on display when the piece starts, which
   * is shown whole; of sound, the first.
   */
  readonly mediaTime: number;
  /** Composition time of the last sample that is presented. */
  readonly lastTime: number;
  /** True when the piece goes on to the end of the media. */
  readonly isOpen: boolean;
  /** Composition times, ascending, of pictures that are decoded because others refer to them, and not presented. */
  readonly before: Float64Array;
  readonly after: Float64Array;
  /** All of `before` are decoded before this sample, all of `after` from `tailStart` on. */
  readonly headEnd: number;
  readonly tailStart: number;
}

/** Seconds of sound before its start that are priming (0.12 of HE-AAC), and stay what they are; more was cut away by hand. */
const LONGEST_PRIMING = 0.5;

/** What is taken along of sound that was cut away, in seconds: decoders need some frames to get going (Opus, 80 ms). */
const AUDIO_LEAD = 0.08;

const NONE = new Float64Array(0);

/**
 * Sound: every frame can be decoded, and is presented in the order of decoding. Frames that a cut goes through are taken
 * whole; between two pieces the nearest frames meet, so that a hole or an overlap is shorter than a frame.
 * @param sync numbers of the frames that decoding starts at, where those are not all: what comes before the first piece is taken along
 * from the last of them on, as priming; the others begin with the next one.
 * @returns without the pieces in which there is nothing
 */
export function cutAudio(
  samples: SampleTable,
  timescale: number,
  pieces: readonly MediaPiece[],
  sync?: Uint32Array,
): Cut[] {
  const delay = samples.compositionOffset(0);
  const frame = samples.duration / samples.count;
  const frameAt = (mediaTime: number): number => samples.atOrAfter(mediaTime - delay);
  return pieces.flatMap((piece, index) => {
    const { mediaTime, rounding } = piece;
    const mediaEnd = mediaEndOf(piece, samples, timescale);
    const isLast = index === pieces.length - 1;
    const isPriming = mediaTime - delay <= LONGEST_PRIMING * timescale;
    const lead = index > 0 ? frame / 2 : isPriming ? mediaTime - delay : AUDIO_LEAD * timescale;
    const nearest = frameAt(mediaTime - lead);
    const first = sync ? startFor(nearest, sync, index === 0, samples.count) : nearest;
    const end = frameAt(mediaEnd - (isLast ? Math.min(rounding, frame / 2) : frame / 2));
    if (end <= first || end <= frameAt(mediaTime - frame + 1)) return [];
    const timeOf = (sample: number): number => samples.decodeTime(sample) + delay;
    return {
      piece,
      first,
      end,
      mediaTime: timeOf(first),
      lastTime: timeOf(end - 1),
      isOpen: mediaEnd === Number.POSITIVE_INFINITY,
      before: NONE,
      after: NONE,
      headEnd: first,
      tailStart: end,
    };
  });
}

/** Where decoding starts for a frame of sound: before it, or if that is too late behind it. */
function startFor(frame: number, sync: Uint32Array, isBefore: boolean, count: number): number {
  const next = firstAtOrAbove(sync, frame);
  if (isBefore && sync[next] !== frame) return sync[next - 1] ?? 0;
  return sync[next] ?? count;
}

/**
 * Pictures: from the sync sample without which the first cannot be shown, to the last one that is shown.
 * @returns without the pieces in which there is nothing
 */
export function cutVideo(samples: SampleTable, timescale: number, pieces: readonly MediaPiece[]): Cut[] {
  const least = leastCompositionOffset(samples);
  const frame = samples.duration / samples.count;
  /** No sample from this one on is composed at or before `time`. */
  const behind = (time: number): number => samples.atOrAfter(time - least + 1);
  return pieces.flatMap((piece) => {
    const mediaEnd = mediaEndOf(piece, samples, timescale);
    if (piece.mediaTime >= compositionEnd(samples)) return [];
    const first = syncSampleFor(samples, piece.mediaTime);
    let displayed = Number.NEGATIVE_INFINITY;
    forEachTime(samples, first, behind(piece.mediaTime), (_, time) => {
      if (time <= piece.mediaTime && time > displayed) displayed = time;
    });
    const mediaTime = Number.isFinite(displayed) ? displayed : piece.mediaTime;

    const shownEnd = mediaEnd - Math.min(piece.rounding, frame / 2);
    const before: number[] = [];
    const after: number[] = [];
    const afterSamples: number[] = [];
    let [headEnd, end, lastTime] = [first, first, Number.NEGATIVE_INFINITY];
    forEachTime(samples, first, behind(mediaEnd), (sample, time) => {
      if (time < mediaTime) {
        before.push(time);
        headEnd = sample + 1;
      } else if (time >= shownEnd) {
        after.push(time);
        afterSamples.push(sample);
      } else {
        end = sample + 1;
        lastTime = Math.max(lastTime, time);
      }
    });
    if (end === first) return [];
    const needed = after.filter((_, i) => afterSamples[i]! < end);
    return {
      piece,
      first,
      end,
      mediaTime,
      lastTime,
      isOpen: mediaEnd === Number.POSITIVE_INFINITY,
      before: Float64Array.from(before).sort(),
      after: Float64Array.from(needed).sort(),
      headEnd: Math.min(headEnd, end),
      tailStart: needed.length > 0 ? afterSamples[0]! : end,
    };
  });
}

/** Where a piece ends in the media, in ticks; infinite where nothing is cut away but what rounding makes up. */
export function mediaEndOf(
  { mediaTime, start, end, rounding }: MediaPiece,
  samples: SampleTable,
  timescale: number,
): number {
  if (!end) return Number.POSITIVE_INFINITY;
  const mediaEnd = mediaTime + roundTicks(end, timescale) - roundTicks(start, timescale);
  const isAll = mediaEnd + rounding >= compositionEnd(samples);
  return isAll ? Number.POSITIVE_INFINITY : mediaEnd;
}

/** Pictures that may be decoded after the first one and presented before it; decoders hold no more than 16. */
const MOST_LEADING = 16;

/**
 * When the media starts, from a sample on, in ticks of composition: with that sample, or with a picture that leads it.
 * @param first where decoding starts. @default 0
 */
export function compositionStart(samples: SampleTable, first = 0): number {
  const end = Math.min(samples.count, first + MOST_LEADING + 1);
  const { count, dts, compositionOffsets, sync } = samples.read(first, end);
  let start = dts[0]! + compositionOffsets[0]!;
  for (let i = 1; i < count && sync[i] === 0; i++) start = Math.min(start, dts[i]! + compositionOffsets[i]!);
  return start;
}

/** When the media ends, in ticks of composition. */
export const compositionEnd = (samples: SampleTable): number =>
  samples.compositionOffset(0) + samples.duration;

/** The least composition offset of all samples, in ticks. */
export function leastCompositionOffset(samples: SampleTable): number {
  let least = Number.POSITIVE_INFINITY;
  // To expand them would take three times as long, and leave 30 MB of a day for the collector.
  for (let sample = 0; sample < samples.count; sample++)
    least = Math.min(least, samples.compositionOffset(sample));
  return least;
}

/** The last sync sample that is composed at or before `time`; 0 when there is none. */
function syncSampleFor(samples: SampleTable, time: number): number {
  const numbers = samples.syncSamples;
  let [low, high] = [0, numbers?.length ?? samples.count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const sample = numbers?.[middle] ?? middle;
    if (compositionTime(samples, sample) <= time) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : (numbers?.[low - 1] ?? low - 1);
}

function forEachTime(
  samples: SampleTable,
  first: number,
  end: number,
  visit: (sample: number, time: number) => void,
): void {
  for (const { first: number, count, dts, compositionOffsets } of scanSamples(samples, first, end)) {
    for (let i = 0; i < count; i++) visit(number + i, dts[i]! + compositionOffsets[i]!);
  }
}
