import { fail } from '../base/errors.ts';
import { fromTicks, roundTicks } from '../base/exact-time.ts';
import { largest } from '../base/largest.ts';
import { overlap } from '../base/overlap.ts';
import type { RenditionResult, SegmentRows } from '../contract/rendition.ts';
import { renditionTrack } from '../contract/rendition-track.ts';
import type { ProtectedTrack, SegmentJob } from '../contract/segment-job.ts';
import { addRow, noRows, presentedEnd, presentedStart, withDurations } from '../contract/segment-rows.ts';
import type { Segment } from '../media/segment.ts';
import { filledSegments } from '../media/timed-track.ts';
import { describeTrack } from '../media/track.ts';
import type { Muxer } from './muxer.ts';
import { type RenditionPlace, renditionFiles } from './rendition-files.ts';
import { resourceEncryption } from './resource-encryption.ts';

/** How a rendition is written: by which muxer, and where. */
export interface RenditionOptions extends RenditionPlace {
  /** Of the job's tracks, in their order. */
  readonly muxer: Muxer;
  /** An index in front of the segments, of a container that has one. Only where they are in one file. */
  readonly index?: SegmentIndex;
}

/** An index of segments, made when these are written. */
export interface SegmentIndex {
  /** Bytes that it takes, known before. */
  readonly size: number;
  /** @returns as many bytes as `size` */
  make(segments: SegmentRows): Uint8Array;
}

/** In use at a time, the one that is being read included: `overlap` has three, and one less where the third is but muxed bytes. */
const segmentsAtOnce = ({ copiesSamples }: Muxer): number => (copiesSamples ? 2 : 3);

/**
 * Write a rendition of any container: read, protect, mux and store its segments, all at the same time. Samples are protected
 * before they are muxed, finished segments after it, as the job says.
 *
 * Times of the result are in ticks of the video track, or of the first track where there is no video. I-frames of encrypted segments
 * are plaintext offsets inside the segment, added to where that begins in its file; a player widens them to whole
 * blocks and the block before (RFC 8216, 4.3.3.6).
 *
 * @throws PackagerError NOT_PROTECTED when a protector does not protect what it is for
 */
export async function writeRendition(job: SegmentJob, options: RenditionOptions): Promise<RenditionResult> {
  const { tracks } = job;
  const { muxer } = options;
  const video = tracks.find(({ track }) => track.kind === 'video');
  const main = video ?? tracks[0];
  if (!main) throw new RangeError('a rendition needs a track');
  const room = muxer.init?.();
  // No playlist of ours says whether it is encrypted too.
  if (room && job.resourceProtector)
    throw new RangeError('segments with an initialisation section are not encrypted whole');
  const encrypt = resourceEncryption(job);
  const sizes = { init: room?.length ?? 0, index: options.index?.size ?? 0 };
  const output = await renditionFiles(job.output, options, sizes);

  const readers = tracks.map((timed) => job.segments(timed, segmentsAtOnce(muxer)));
  const filled = filledByAny(tracks);
  const rows = noRows();
  const iframes = noRows();
  let conforms = true;
  await overlap(
    filled.length,
    (n) => Promise.all(readers.map((reader) => reader.read(filled[n]!))),
    (clear, n) => {
      const index = filled[n]!;
      const bytes = clear.reduce((sum, { data }) => sum + data.length, 0);
      const start = startOf(main, tracks, clear);
      const keeps = muxer.conforms?.(clear) ?? false;
      conforms &&= keeps;
      const samples = clear.map((segment, track) => protect(job, tracks[track]!, segment));
      const muxed = muxer.segment(index, samples, keeps);
      const { header, body } = encrypt(index, muxed.parts);
      return {
        async write() {
          const { path, offset, size } = await output.append([header, ...body]);
          const period = job.grid.periods[index]!;
          addRow(rows, { path, offset, size, start, period });
          const from = offset + header.length;
          for (const { offset: inside, size, start } of muxed.iframes)
            addRow(iframes, { path, offset: from + inside, size, start, period });
          job.progress(bytes);
        },
      };
    },
  );

  const end = largest(tracks, (timed) => ticksOf(main, timed, presentedEnd(timed)));
  const segments = withDurations(rows, end);
  const head = { init: muxer.init?.(conforms), index: options.index?.make(segments) };
  const rest = await output.finish(head);
  return {
    unit: job.unit,
    tracks: tracks.map((timed) => renditionTrack(job, timed)),
    ...keyLabelOf(job),
    timescale: main.track.timescale,
    segments,
    ...(muxer.listsIframes && { iframes: withDurations(iframes, presentedEnd(main)) }),
    ...rest,
  };
}

/** @throws RangeError when tracks are under several keys: nobody could be told which one a segment needs */
function keyLabelOf({ tracks, resourceProtector, unit }: SegmentJob): Pick<RenditionResult, 'keyLabel'> {
  const encrypted = tracks.filter(({ protector }) => protector ?? resourceProtector);
  const [keyLabel, ...others] = new Set(encrypted.map((timed) => timed.keyLabel));
  if (others.length > 0) throw new RangeError(`${unit.id} has tracks under several keys`);
  return keyLabel === undefined ? {} : { keyLabel };
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
const ticksOf = (main: ProtectedTrack, { track }: ProtectedTrack, ticks: number): number =>
  main.track.timescale === track.timescale
    ? ticks
    : roundTicks(fromTicks(ticks, track.timescale), main.track.timescale);

/** A protector that protects no samples would let them pass clear. */
function protect({ mode }: SegmentJob, { track, protector }: ProtectedTrack, segment: Segment): Segment {
  if (!protector) return segment;
  if (!protector.protectSegment) throw fail.notProtected(mode, describeTrack(track));
  return protector.protectSegment(segment);
}
