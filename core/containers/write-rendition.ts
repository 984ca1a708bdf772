import { largest } from '../base/largest.ts';
import type { RenditionResult, SegmentRows } from '../contract/rendition.ts';
import { renditionTrack } from '../contract/rendition-track.ts';
import type { SegmentJob } from '../contract/segment-job.ts';
import { addRow, noRows, presentedEnd, withDurations } from '../contract/segment-rows.ts';
import type { Muxer } from './muxer.ts';
import { type RenditionPlace, renditionFiles } from './rendition-files.ts';
import { resourceEncryption } from './resource-encryption.ts';
import { segmentMaker, ticksOf } from './segment-maker.ts';
import { makeSegments, storeSegments } from './share-segments.ts';

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
  const maker = segmentMaker(job, muxer);
  if (job.orders) return makeSegments(maker, job.orders);
  const { main } = maker;
  const room = muxer.init?.();
  // No playlist of ours says whether it is encrypted too.
  if (room && job.resourceProtector)
    throw new RangeError('segments with an initialisation section are not encrypted whole');
  const encrypt = resourceEncryption(job, muxer);
  const sizes = { init: room?.length ?? 0, index: options.index?.size ?? 0 };
  const output = await renditionFiles(job.output, options, sizes);

  const rows = noRows();
  const iframes = noRows();
  let conforms = true;
  await storeSegments(maker, job.help, (made) => {
    const { index, bytes, start, parts } = made;
    conforms &&= made.conforms;
    const encrypted = encrypt(index, parts);
    // It is awaited when the segment before it is written; until then a failure must not go unhandled.
    if (encrypted instanceof Promise) encrypted.catch(() => {});
    return async () => {
      const { header, body, release } = await encrypted;
      const { path, offset, size } = await output.append([header, ...body]);
      release?.();
      const period = job.grid.periods[index]!;
      addRow(rows, { path, offset, size, start, period });
      const from = offset + header.length;
      for (const { offset: inside, size, start } of made.iframes)
        addRow(iframes, { path, offset: from + inside, size, start, period });
      job.progress(bytes);
    };
  });

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
