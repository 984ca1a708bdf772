import type { RenditionResult } from '../../../contract/rendition.ts';
import type { SegmentJob } from '../../../contract/segment-job.ts';
import type { SegmentFilesChoice } from '../../segment-files.ts';
import { writeRendition } from '../../write-rendition.ts';

/** Where a rendition of MPEG-TS goes. */
export interface TsRenditionOptions {
  /** `one`: `<path>.ts` holds the segments, one after the other. `many`: `<path>/seg-1.ts`, … @default 'one' */
  readonly files?: SegmentFilesChoice;
  /** Without extension: `media-1/media`. */
  readonly path: string;
}

/**
 * Write a rendition as MPEG-TS: a video track, an audio track, or one of each. I-frames are ranges of whole packets; in
 * encrypted segments there is always a block before them, because PAT and PMT come first.
 *
 * @throws PackagerError UNSUPPORTED_CODEC for media that MPEG-TS cannot carry
 */
export async function writeTsRendition(
  job: SegmentJob,
  { files = 'one', path }: TsRenditionOptions,
): Promise<RenditionResult> {
  const { tsRenditionMuxer } = await import('./rendition-muxer.ts'); // most titles do without
  // In files of their own it would not matter: segments are the same in both layouts.
  const fillsBlocks = job.resourceProtector !== undefined;
  const muxer = await tsRenditionMuxer(job, fillsBlocks);
  return writeRendition(job, { muxer, files, path, extension: 'ts' });
}
