import { fail } from '../base/errors.ts';
import { fromTicks, roundTicks } from '../base/exact-time.ts';
import type { MadeSegment } from '../contract/segment-help.ts';
import type { ProtectedTrack, SegmentJob } from '../contract/segment-job.ts';
import { presentedStart } from '../contract/segment-rows.ts';
import type { Segment } from '../media/segment.ts';
import { filledSegments, sampleCount } from '../media/timed-track.ts';
import { describeTrack } from '../media/track.ts';
import type { Muxer } from './muxer.ts';

/** Makes the segments of a rendition: reads, protects and muxes. Places (`n`) are those among the segments that have samples. */
export interface SegmentMaker {
  /** The video track, or the first one. */
  readonly main: ProtectedTrack;
  /** How many segments have samples. */
  readonly count: number;
  /** Any of them can be made by itself, as long as nothing in the samples goes on from one to the next. */
  readonly isFree: boolean;
  /** The samples of the `n`-th, of each track. */
  read(n: number): Promise<readonly Segment[]>;
  /**
   * Protect and mux them; in order.
   * @throws PackagerError NOT_PROTECTED when a protector does not protect what it is for
   */
  make(n: number, clear: readonly Segment[]): MadeSegment;
  /** The `n`-th is made elsewhere. */
  pass(n: number): void;
}

/** In use at a time, the one that is being read included: `overlap` has three, and one less where the third is but muxed bytes. */
const segmentsAtOnce = ({ copiesSamples }: Muxer): number => (copiesSamples ? 2 : 3);

export function segmentMaker(job: SegmentJob, muxer: Muxer): SegmentMaker {
  const { tracks } = job;
  const main = tracks.find(({ track }) => track.kind === 'video') ?? tracks[0];
  if (!main) throw new RangeError('a rendition needs a track');
  const readers = tracks.map((timed) => job.segments(timed, segmentsAtOnce(muxer)));
  const filled = filledByAny(tracks);
  return {
    main,
    count: filled.length,
    isFree: !muxer.isSequential && !job.resourceProtector,
    read: (n) => Promise.all(readers.map((reader) => reader.read(filled[n]!))),
    make(n, clear) {
      const index = filled[n]!;
      const bytes = clear.reduce((sum, { data }) => sum + data.length, 0);
      const start = startOf(main, tracks, clear);
      const conforms = muxer.conforms?.(clear) ?? false;
      const samples = clear.map((segment, track) => protect(job, tracks[track]!, segment));
      return { index, bytes, start, conforms, ...muxer.segment(index, samples, conforms) };
    },
    pass(n) {
      const index = filled[n]!;
      for (const timed of tracks) timed.protector?.pass?.({ index, count: sampleCount(timed, index) });
    },
  };
}

/** The segments in which any of the tracks has samples. */
function filledByAny(tracks: readonly ProtectedTrack[]): number[] {
  const filled = new Set(tracks.flatMap(filledSegments));
  return [...filled].sort((a, b) => a - b);
}

/** When a segment starts, in ticks of the main track: that may start before 0, what is beside it not. */
function startOf(
  main: ProtectedTrack,
  tracks: readonly ProtectedTrack[],
  samples: readonly Segment[],
): number {
  let earliest = Number.POSITIVE_INFINITY;
  for (const [n, timed] of tracks.entries()) {
    const segment = samples[n]!;
    if (segment.count === 0) continue;
    const start = presentedStart(timed, segment);
    earliest = Math.min(earliest, timed === main ? start : ticksOf(main, timed, Math.max(0, start)));
  }
  return earliest;
}

/** A time of a track in ticks of the main one. */
export const ticksOf = (main: ProtectedTrack, { track }: ProtectedTrack, ticks: number): number =>
  main.track.timescale === track.timescale
    ? ticks
    : roundTicks(fromTicks(ticks, track.timescale), main.track.timescale);

/** A protector that protects no samples would let them pass clear. */
function protect({ mode }: SegmentJob, { track, protector }: ProtectedTrack, segment: Segment): Segment {
  if (!protector) return segment;
  if (!protector.protectSegment) throw fail.notProtected(mode, describeTrack(track));
  return protector.protectSegment(segment);
}
