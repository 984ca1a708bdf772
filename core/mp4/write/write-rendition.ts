import type { OutputFile } from '../../io/output-tree.ts';
import { overlap } from '../../io/overlap.ts';
import { renditionTrack } from '../../media/rendition-track.ts';
import type { Segment } from '../../media/segment.ts';
import { SegmentReader } from '../../media/segment-reader.ts';
import type { ProtectedTrack, RenditionResult, SegmentJob, SegmentRows } from '../../media/unit.ts';
import { fragmentHeader } from './fragment.ts';
import { initSegment, sidx, sidxSize, styp } from './init.ts';
import type { TrackEncryption } from './sample-entry.ts';

export interface FragmentedMp4Options {
  /**
   * `single-file`: `<path>.mp4`, self-initialising, with `sidx` (DASH on-demand profile).
   * `segments`: `<path>/init.mp4` and `<path>/seg-1.m4s`, … (DASH live profile).
   */
  readonly layout: 'single-file' | 'segments';
  /** Without extension. */
  readonly path: string;
  /** What `tenc` says; must agree with the track's protector. Not used for a clear track. */
  readonly encryption: TrackEncryption;
  readonly pssh: readonly Uint8Array[];
}

type Rows = { -readonly [column in keyof SegmentRows]: SegmentRows[column][number][] };

/** Write one track as fragmented MP4, one fragment a segment. Every byte is written once. */
export async function writeFragmentedMp4(
  job: SegmentJob,
  options: FragmentedMp4Options,
): Promise<RenditionResult> {
  const [timed] = job.tracks;
  if (!timed || job.tracks.length > 1) throw new RangeError('a fragmented MP4 file holds exactly one track');
  const { track, timing, protector } = timed;
  const indexes = filledSegments(timed);
  const init = initSegment({
    track,
    encryption: protector && options.encryption,
    pssh: protector ? options.pssh : [],
    duration: track.duration + timing.shift,
  });
  const sink =
    options.layout === 'single-file'
      ? await singleFile(job, `${options.path}.mp4`, init, track.timescale, indexes.length)
      : await segmentFiles(job, options.path, init);

  const reader = new SegmentReader(timed);
  const rows: Rows = { paths: [], offsets: [], sizes: [], starts: [], durations: [] };
  await overlap(
    indexes.length,
    (n) => reader.read(indexes[n]!),
    (clear, n) => {
      const bytes = clear.data.length;
      const start = clear.decodeTime + (clear.compositionOffsets[0] ?? 0) - timing.mediaTimeAtZero;
      const duration = clear.durations.reduce((sum, ticks) => sum + ticks, 0);
      const segment = protector ? protectWith(timed, clear) : clear;
      const header = fragmentHeader(segment, n + 1);
      return {
        async write() {
          const { path, offset, size } = await sink.segment(n, [header, segment.data]);
          rows.paths.push(path);
          rows.offsets.push(offset);
          rows.sizes.push(size);
          rows.starts.push(start);
          rows.durations.push(duration);
          job.progress(bytes);
        },
      };
    },
  );
  const rest = await sink.finish(rows, (rows.starts[0] ?? 0) + timing.mediaTimeAtZero);
  return {
    unit: job.unit,
    tracks: [renditionTrack(job, timed)],
    timescale: track.timescale,
    segments: rows,
    ...rest,
  };
}

/** A protector of this format must protect samples: anything else would let them pass clear. */
function protectWith({ track, protector }: ProtectedTrack, segment: Segment): Segment {
  if (!protector?.protectSegment)
    throw new TypeError(`the protector of ${track.kind} does not protect samples`);
  return protector.protectSegment(segment);
}

/** A track may have no samples in some grid segments (a late start, an early end): those are not written. */
function filledSegments({ track, timing }: ProtectedTrack): number[] {
  const { segmentStarts } = timing;
  const end = (index: number) => segmentStarts[index + 1] ?? track.samples.count;
  return Array.from(segmentStarts.keys()).filter((index) => end(index) > segmentStarts[index]!);
}

/** Where fragments go. */
interface Sink {
  segment(n: number, parts: readonly Uint8Array[]): Promise<{ path: string; offset: number; size: number }>;
  finish(rows: Rows, earliest: number): Promise<Pick<RenditionResult, 'files' | 'init' | 'index'>>;
}

const length = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0);

/** One file: the number of fragments is known, so room for `sidx` is reserved and filled in at the end. */
async function singleFile(
  job: SegmentJob,
  path: string,
  init: Uint8Array,
  timescale: number,
  count: number,
): Promise<Sink> {
  const file: OutputFile = await job.output.create(path);
  const indexSize = sidxSize(count);
  file.reserve(init.length + indexSize);
  return {
    async segment(_n, parts) {
      const offset = file.position;
      await file.append(parts);
      return { path, offset, size: length(parts) };
    },
    async finish(rows, earliest) {
      const references = rows.sizes.map((size, n) => ({ size, duration: rows.durations[n]! }));
      await file.writeAt(0, init);
      await file.writeAt(init.length, sidx(timescale, earliest, references));
      const bytes = file.position;
      await file.close();
      return {
        files: [{ path, bytes }],
        init: { path, offset: 0, size: init.length },
        index: { offset: init.length, size: indexSize },
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
