import type { RenditionResult, SegmentRows } from '../../../contract/rendition.ts';
import type { ProtectedTrack } from '../../../contract/segment-job.ts';
import type { OutputTree } from '../../../io/output-tree.ts';
import { filledSegments } from '../../../media/timed-track.ts';
import { inFilesOfTheirOwn, inOneFile, type SegmentFiles } from '../../segment-files.ts';
import { type SidxReference, sidx, sidxSize } from './sidx.ts';

/** What a finished rendition is made of. */
interface Finish {
  /** As long as `initSize` said. */
  readonly init: Uint8Array;
  readonly rows: SegmentRows;
  readonly timed: ProtectedTrack;
  /** Composition time that is time 0 of the index, in ticks. */
  readonly zero: number;
}

/** Where a rendition in fragmented MP4 goes. */
export interface RenditionFiles extends Pick<SegmentFiles, 'append'> {
  finish(finish: Finish): Promise<Pick<RenditionResult, 'files' | 'init' | 'index'>>;
}

/**
 * One file, `<path>.mp4`: initialisation section, index, segments. How many there are is known, so room is left at its start
 * and filled in at the end.
 * @param indexed segments in the `sidx`; `undefined`: without one
 */
export async function renditionFile(
  output: OutputTree,
  name: string,
  initSize: number,
  indexed: number | undefined,
): Promise<RenditionFiles> {
  const path = `${name}.mp4`;
  const indexSize = indexed === undefined ? 0 : sidxSize(indexed);
  const { append, finish } = await inOneFile(output, path, initSize + indexSize);
  return {
    append,
    async finish({ init, rows, timed, zero }) {
      const index = indexSize > 0 ? [segmentIndex(rows, timed, zero)] : [];
      return {
        files: await finish([init, ...index]),
        init: { path, offset: 0, size: init.length },
        ...(indexSize > 0 && { index: { offset: init.length, size: indexSize } }),
      };
    },
  };
}

/** A folder: `<path>/init.mp4`, and `<path>/seg-1.m4s`, … */
export function renditionFolder(output: OutputTree, folder: string): RenditionFiles {
  const path = `${folder}/init.mp4`;
  const { append, finish } = inFilesOfTheirOwn(output, (n) => `${folder}/seg-${n}.m4s`);
  return {
    append,
    async finish({ init }) {
      await output.write(path, init);
      return {
        files: [{ path, bytes: init.length }, ...(await finish())],
        init: { path, offset: 0, size: init.length },
      };
    },
  };
}

/**
 * `sidx` over whole segments, however many fragments they have: a subsegment may have several (ISO/IEC 14496-12, 8.16.3).
 * Its times are presentation times, so it begins with what an edit list leaves: not with priming.
 */
function segmentIndex(rows: SegmentRows, { track, timing }: ProtectedTrack, zero: number): Uint8Array {
  const start = (rows.starts[0] ?? 0) + timing.mediaTimeAtZero - zero;
  const earliest = Math.max(0, start);
  const references = filledSegments({ track, timing }).map(
    (segment, n): SidxReference => ({
      size: rows.sizes[n]!,
      duration: n === 0 ? rows.durations[n]! - (earliest - start) : rows.durations[n]!,
      sapType: timing.accessPoints?.[segment] ?? 1,
    }),
  );
  return sidx(track.timescale, earliest, references);
}
