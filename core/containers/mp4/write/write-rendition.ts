import { overlap } from '../../../base/overlap.ts';
import type { RenditionResult, SegmentRows } from '../../../contract/rendition.ts';
import { renditionTrack } from '../../../contract/rendition-track.ts';
import type { ProtectedTrack, SegmentJob } from '../../../contract/segment-job.ts';
import {
  addRow,
  noRows,
  presentedEnd,
  presentedStart,
  withDurations,
} from '../../../contract/segment-rows.ts';
import type { OutputFile } from '../../../io/output-tree.ts';
import type { Segment } from '../../../media/segment.ts';
import { splitSegment } from '../../../media/split-segment.ts';
import { filledSegments } from '../../../media/timed-track.ts';
import { fragmentHeader } from './fragment.ts';
import { initSegment, styp } from './init.ts';
import type { TrackEncryption } from './sample-entry.ts';
import { checkSegmentIndex, sidx, sidxSize } from './sidx.ts';

export interface FragmentedMp4Options {
  /**
   * `single-file`: `<path>.mp4`, self-initialising, with `sidx` (DASH on-demand profile).
   * `segments`: `<path>/init.mp4` and `<path>/seg-1.m4s`, … (DASH live profile).
   * `byte-ranges`: `<path>.mp4` for HLS. Playlists address I-frames by themselves, so each has a fragment of its own, and
   * cannot say which media time is presented at 0, so an edit list does.
   */
  readonly layout: 'single-file' | 'segments' | 'byte-ranges';
  /** Without extension. */
  readonly path: string;
  /** What `tenc` says; must agree with the track's protector. Not used for a clear track. */
  readonly encryption: TrackEncryption;
  readonly pssh: readonly Uint8Array[];
}

/** Write one track as fragmented MP4, one fragment a segment, an I-frame or a change of format. Every byte is written once. */
export async function writeFragmentedMp4(
  job: SegmentJob,
  options: FragmentedMp4Options,
): Promise<RenditionResult> {
  const [timed] = job.tracks;
  if (!timed || job.tracks.length > 1) throw new RangeError('a fragmented MP4 file holds exactly one track');
  const { track, timing, protector } = timed;
  const { layout, path: name } = options;
  const forHls = layout === 'byte-ranges';
  if (layout === 'single-file') checkSegmentIndex(timed);
  const indexes = filledSegments(timed);
  const init = initSegment({
    track,
    encryption: protector && options.encryption,
    pssh: protector ? options.pssh : [],
    duration: track.duration + timing.shift,
    ...(forHls && { mediaTimeAtZero: timing.mediaTimeAtZero }),
  });
  const sink =
    layout === 'segments'
      ? await segmentFiles(job, name, init)
      : await oneFile(job, `${name}.mp4`, init, forHls ? undefined : indexes.length);

  const reader = job.segments(timed);
  const rows = noRows();
  const iframes = noRows();
  let written = 0;
  await overlap(
    indexes.length,
    (n) => reader.read(indexes[n]!),
    (clear, n) => {
      const bytes = clear.data.length;
      const segment = protector ? protectWith(timed, clear) : clear;
      const parts = splitSegment(segment, forHls && track.kind === 'video');
      const fragments = parts.map((part) => fragmentOf(timed, part, ++written));
      return {
        async write() {
          const chunks = fragments.flatMap(({ header, data }) => [header, data]);
          const { path, offset, size } = await sink.segment(n, chunks);
          addRow(rows, { path, offset, size, start: fragments[0]!.start });
          let at = offset;
          for (const { header, data, start, iframe } of fragments) {
            if (iframe !== undefined)
              addRow(iframes, { path, offset: at, size: header.length + iframe, start });
            at += header.length + data.length;
          }
          job.progress(bytes);
        },
      };
    },
  );
  const end = presentedEnd(timed);
  const segments = withDurations(rows, end);
  const rest = await sink.finish(segments, timed);
  return {
    unit: job.unit,
    tracks: [renditionTrack(job, timed)],
    timescale: track.timescale,
    segments,
    ...(forHls && track.kind === 'video' && { iframes: withDurations(iframes, end) }),
    ...rest,
  };
}

interface Fragment {
  /** `moof`, and the head of `mdat`. */
  readonly header: Uint8Array;
  readonly data: Uint8Array;
  /** Presented start, in ticks. */
  readonly start: number;
  /** Bytes of the I-frame that it starts with. */
  readonly iframe: number | undefined;
}

const fragmentOf = (timed: ProtectedTrack, segment: Segment, sequenceNumber: number): Fragment => ({
  header: fragmentHeader(segment, sequenceNumber),
  data: segment.data,
  start: presentedStart(timed, segment),
  iframe: segment.sync[0] === 1 ? segment.sizes[0] : undefined,
});

/** A protector of this format must protect samples: anything else would let them pass clear. */
function protectWith({ track, protector }: ProtectedTrack, segment: Segment): Segment {
  if (!protector?.protectSegment)
    throw new TypeError(`the protector of ${track.kind} does not protect samples`);
  return protector.protectSegment(segment);
}

/** Where fragments go. */
interface Sink {
  segment(n: number, parts: readonly Uint8Array[]): Promise<{ path: string; offset: number; size: number }>;
  finish(
    rows: SegmentRows,
    timed: ProtectedTrack,
  ): Promise<Pick<RenditionResult, 'files' | 'init' | 'index'>>;
}

const length = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0);

/**
 * One file. The number of segments is known, so room for `sidx` is reserved and filled in at the end.
 * @param count segments in the `sidx`; `undefined`: without one
 */
async function oneFile(
  job: SegmentJob,
  path: string,
  init: Uint8Array,
  count: number | undefined,
): Promise<Sink> {
  const file: OutputFile = await job.output.create(path);
  const indexSize = count === undefined ? 0 : sidxSize(count);
  file.reserve(init.length + indexSize);
  return {
    async segment(_n, parts) {
      const offset = file.position;
      await file.append(parts);
      return { path, offset, size: length(parts) };
    },
    async finish(rows, { track, timing }) {
      await file.writeAt(0, init);
      if (indexSize > 0) {
        const references = filledSegments({ track, timing }).map((index, n) => ({
          size: rows.sizes[n]!,
          duration: rows.durations[n]!,
          sapType: timing.accessPoints?.[index] ?? 1,
        }));
        const earliest = (rows.starts[0] ?? 0) + timing.mediaTimeAtZero;
        await file.writeAt(init.length, sidx(track.timescale, earliest, references));
      }
      const bytes = file.position;
      await file.close();
      return {
        files: [{ path, bytes }],
        init: { path, offset: 0, size: init.length },
        ...(indexSize > 0 && { index: { offset: init.length, size: indexSize } }),
      };
    },
  };
}

/** A folder: the initialisation section and every segment in files of their own. */
async function segmentFiles(job: SegmentJob, folder: string, init: Uint8Array): Promise<Sink> {
  const initPath = `${folder}/init.mp4`;
  await job.output.write(initPath, init);
  return {
    async segment(n, parts) {
      const path = `${folder}/seg-${n + 1}.m4s`;
      const file = await job.output.create(path);
      const all = [styp, ...parts];
      await file.append(all);
      await file.close();
      return { path, offset: 0, size: length(all) };
    },
    async finish(rows) {
      const segments = rows.paths.map((path, n) => ({ path, bytes: rows.sizes[n]! }));
      return {
        files: [{ path: initPath, bytes: init.length }, ...segments],
        init: { path: initPath, offset: 0, size: init.length },
      };
    },
  };
}
