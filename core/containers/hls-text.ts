import type { RenditionResult } from '../contract/rendition.ts';
import type { SegmentJob } from '../contract/segment-job.ts';
import { TEXT_TIMESCALE } from '../text/clock-times.ts';
import { CLOCK, WRAP } from './mpegts/clock.ts';
import { writeFragmentedText, writeWebvtt } from './text-renditions.ts';

/** How HLS has its text, as modes call it in their options. */
export type HlsText = 'segments' | 'file' | 'stpp';

/** JSON Schema of `HlsText`. */
export const HLS_TEXT_SCHEMA = { enum: ['segments', 'file', 'stpp'] };

/**
 * Write the text of a unit as HLS has it, beside media of `unit.container`, in the unit's folder: as WebVTT in a file for each segment
 * of the title, or in one, which is legal too and needs a single request; or as TTML in fragmented MP4 (HLS Authoring Specification
 * for Apple Devices, 5.3 and 5.4).
 */
export function writeHlsText(job: SegmentJob, text: HlsText): Promise<RenditionResult> {
  const { unit, tsOffset } = job;
  const mpegts = unit.container === 'fmp4' ? 0 : tsOffset % WRAP;
  switch (text) {
    case 'segments':
      return writeWebvtt(job, { files: 'many', path: unit.id, mpegts });
    case 'file':
      return writeWebvtt(job, { files: 'one', path: `${unit.id}/text`, mpegts });
    case 'stpp':
      return writeFragmentedText(job, {
        format: 'stpp',
        files: 'one',
        path: `${unit.id}/text`,
        mediaTimeAtZero: Math.round((mpegts * TEXT_TIMESCALE) / CLOCK),
      });
  }
}
