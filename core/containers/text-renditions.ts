import type { RenditionResult } from '../contract/rendition.ts';
import type { SegmentJob } from '../contract/segment-job.ts';
import type { FragmentedTextOptions } from './mp4/write/text-rendition.ts';
import type { WebvttOptions } from './webvtt/write-rendition.ts';

/** Write the text of a unit as fragmented MP4, a fragment a segment of the title's grid: clear, as text always is. */
export async function writeFragmentedText(
  job: SegmentJob,
  options: FragmentedTextOptions,
): Promise<RenditionResult> {
  return (await import('./mp4/write/text-rendition.ts')).writeFragmentedText(job, options);
}

/** Write the text of a unit as WebVTT. A cue over a cut stands in every segment that it touches, with its full times. */
export async function writeWebvtt(job: SegmentJob, options: WebvttOptions): Promise<RenditionResult> {
  return (await import('./webvtt/write-rendition.ts')).writeWebvtt(job, options);
}
