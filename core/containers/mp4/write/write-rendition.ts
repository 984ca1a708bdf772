import { overlap } from '../../../base/overlap.ts';
import type { RenditionResult } from '../../../contract/rendition.ts';
import { renditionTrack } from '../../../contract/rendition-track.ts';
import type { ProtectedTrack, SegmentJob } from '../../../contract/segment-job.ts';
import {
  addRow,
  noRows,
  presentedEnd,
  presentedStart,
  withDurations,
} from '../../../contract/segment-rows.ts';
import type { Segment } from '../../../media/segment.ts';
import { splitSegment } from '../../../media/split-segment.ts';
import { filledSegments } from '../../../media/timed-track.ts';
import type { SegmentFilesChoice } from '../../segment-files.ts';
import { CmafCheck } from './cmaf-check.ts';
import { fragmentHeader } from './fragment.ts';
import { initSegment, styp } from './init.ts';
import { renditionFile, renditionFolder } from './rendition-files.ts';
import type { TrackEncryption } from './sample-entry.ts';
import { checkSegmentIndex } from './sidx.ts';

/** How a track is laid out: choices that do not depend on each other, but that an index is in the one file. */
export interface FragmentedMp4Options {
  /** `one`: `<path>.mp4`, self-initialising. `many`: `<path>/init.mp4` and `<path>/seg-1.m4s`, … */
  readonly files: SegmentFilesChoice;
  /** Without extension. */
  readonly path: string;
  /** Put a `sidx` in front of the segments, for manifests that do not list them (DASH on-demand profile). @default false */
  readonly index?: boolean;
  /** Give each I-frame a fragment of its own and list it in `iframes`, for playlists that address them. @default false */
  readonly iframes?: boolean;
  /**
   * Let an edit list present `mediaTimeAtZero` at 0, for manifests that cannot say so: playlists.
   * @default false: `presentationTimeOffset` of an MPD does
   */
  readonly editList?: boolean;
  /** Name the brands of CMAF (ISO/IEC 23000-19), as far as what is written has them. @default false */
  readonly cmaf?: boolean;
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
  const { files, path: name, index = false, editList = false, cmaf = false } = options;
  if (index && files === 'many') throw new RangeError('an index is of the segments in one file');
  if (index) checkSegmentIndex(timed);
  const hasIframes = options.iframes === true && track.kind === 'video';
  const hasEditList = editList && timing.mediaTimeAtZero !== 0;
  const indexes = filledSegments(timed);
  const check = cmaf ? new CmafCheck(track) : undefined;
  const init = (): Uint8Array =>
    initSegment({
      track,
      encryption: protector && options.encryption,
      pssh: protector ? options.pssh : [],
      duration: track.duration + timing.shift,
      ...(hasEditList && { mediaTimeAtZero: timing.mediaTimeAtZero }),
      ...(check && { brands: fileBrands(check) }),
    });
  const output =
    files === 'one'
      ? await renditionFile(job.output, name, init().length, index ? indexes.length : undefined)
      : renditionFolder(job.output, name);

  const reader = job.segments(timed);
  const rows = noRows();
  const iframes = noRows();
  let written = 0;
  await overlap(
    indexes.length,
    (n) => reader.read(indexes[n]!),
    (clear) => {
      const bytes = clear.data.length;
      const isCmaf = check?.look(splitSegment(clear, hasIframes));
      const head = files === 'many' ? [styp(segmentBrands(isCmaf))] : [];
      const segment = protector ? protectWith(timed, clear) : clear;
      const parts = splitSegment(segment, hasIframes);
      const fragments = parts.map((part) => fragmentOf(timed, part, ++written));
      return {
        async write() {
          const pieces = fragments.flatMap(({ header, data }) => [header, data]);
          const { path, offset, size } = await output.append([...head, ...pieces]);
          addRow(rows, { path, offset, size, start: fragments[0]!.start });
          let at = offset + (head[0]?.length ?? 0);
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
  const zero = hasEditList ? timing.mediaTimeAtZero : 0;
  const rest = await output.finish({ init: init(), rows: segments, timed, zero });
  return {
    unit: job.unit,
    tracks: [renditionTrack(job, timed)],
    timescale: track.timescale,
    segments,
    ...(hasIframes && { iframes: withDurations(iframes, end) }),
    ...(hasEditList && { hasEditList }),
    ...rest,
  };
}

/** Always as many: room for them is left before it is known. One that is there already says nothing new. */
const fileBrands = ({ isTrack }: CmafCheck): string[] => [isTrack ? 'cmfc' : 'dash'];

/** @param isCmaf `undefined`: it is not asked for */
function segmentBrands(isCmaf: boolean | undefined): string[] {
  if (isCmaf === undefined) return ['msdh', 'msix'];
  return ['msdh', isCmaf ? 'cmfs' : 'msdh'];
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
