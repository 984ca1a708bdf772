import { formatTime } from '../clock-times.ts';
import type { Cue, TextDocument } from '../cue.ts';
import { overlapping } from '../overlapping.ts';

/** A segment of a title's subtitles; times in milliseconds of the title. */
export interface TextSegment {
  readonly from: number;
  readonly to: number;
  /** PTS of the title's start, in 90 kHz: for HLS, whose players need it in each segment (RFC 8216, 3.5). */
  readonly mpegts?: number;
}

/** A segment of HLS: every cue that is shown in it, with its full times, and all styles and regions. */
export const webvttSegment = (doc: TextDocument, { from, to, mpegts }: TextSegment): string =>
  webvtt(
    doc,
    overlapping(doc.cues, from, to).map(({ cue }) => cue),
    mpegts,
  );

function webvtt(doc: TextDocument, cues: readonly Cue[], mpegts?: number): string {
  const map = mpegts === undefined ? '' : `\nX-TIMESTAMP-MAP=MPEGTS:${mpegts},LOCAL:00:00:00.000`;
  return [`WEBVTT${map}\n`, ...headerBlocks(doc), ...cues.map(cueBlock)].join('\n');
}

/** STYLE and REGION blocks, each with its line feed. Regions come first: styles may name them. */
export const headerBlocks = ({ styles, regions }: TextDocument): string[] => [
  ...regions.map((region) => `REGION\n${region}\n`),
  ...styles.map((style) => `STYLE\n${style}\n`),
];

function cueBlock({ start, end, id, settings, payload }: Cue): string {
  const times = `${formatTime(start)} --> ${formatTime(end)}`;
  return `${id === undefined ? '' : `${id}\n`}${times}${settings === undefined ? '' : ` ${settings}`}\n${payload}\n`;
}
