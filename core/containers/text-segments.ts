import type { RenditionResult, SegmentRows, TextRenditionTrack } from '../contract/rendition.ts';
import type { SegmentJob } from '../contract/segment-job.ts';
import { addRow, noRows, withDurations } from '../contract/segment-rows.ts';
import type { TextTrack, TextTrackInfo } from '../media/track.ts';
import { TEXT_TIMESCALE } from '../text/clock-times.ts';
import type { TextDocument } from '../text/cue.ts';
import { lossNotice, type TextTarget } from '../text/losses.ts';
import { moveDocument } from '../text/move-document.ts';
import { CLEAR } from '../title/periods.ts';
import type { WrittenSegment } from './segment-files.ts';

/** From when to when, in milliseconds of the title. */
export interface TextSpan {
  readonly from: number;
  readonly to: number;
}

/** What a unit of text is made of. */
export interface TextParts {
  readonly track: TextTrack;
  /** Its cues in the title's time. */
  readonly document: TextDocument;
  /** The segments of the title's grid: they cover all of it, whether anything is said in them or not. */
  readonly spans: readonly TextSpan[];
}

/** Read the text of a unit, and lay it on the title's grid. */
export async function textParts({ unit, text, grid }: SegmentJob): Promise<TextParts> {
  const [timed, ...others] = text;
  if (!timed || others.length > 0) throw new RangeError(`${unit.id} has ${text.length} text tracks, not one`);
  const { track, shift } = timed;
  const times = Array.from(grid.boundaries, (seconds) => Math.round(seconds * TEXT_TIMESCALE));
  const spans = times.slice(1).map((to, n) => ({ from: times[n]!, to }));
  return {
    track,
    document: moveDocument(await track.read(), shift),
    spans: spans.filter(({ from, to }) => from < to),
  };
}

/** Tell what of the text its target cannot say. Every thread and mode may find it: it is told once. */
export function tellLosses(
  { run, input }: SegmentJob,
  { track, document }: TextParts,
  target: TextTarget,
): void {
  const notice = lossNotice(document, target);
  // A file of its own is its only track.
  const name = track.clock === 'title' ? input.name : `${input.name}: text track ${track.id}`;
  if (notice !== undefined) run.warn(`${name}: ${notice}`);
}

/** The rows of text segments that were written one after the other. */
export function textRows(spans: readonly TextSpan[], written: readonly WrittenSegment[]): SegmentRows {
  const rows = noRows();
  for (const [n, place] of written.entries())
    addRow(rows, { ...place, start: spans[n]!.from, period: CLEAR });
  return withDurations(rows, spans.at(-1)?.to ?? 0);
}

/** What was written of a text track. */
export interface WrittenText extends Pick<RenditionResult, 'segments' | 'files' | 'init' | 'index'> {
  readonly as: Pick<TextRenditionTrack, 'entry' | 'codecs' | 'mimeType'>;
}

/** The result of a unit of text. */
export function textResult(
  { unit, progress }: SegmentJob,
  { track, document, spans }: TextParts,
  { as, ...written }: WrittenText,
): RenditionResult {
  progress(track.bytes);
  const sampleCount = document.cues.length;
  const facts = {
    ...textFacts(track),
    sampleCount,
    timescale: TEXT_TIMESCALE,
    duration: spans.at(-1)?.to ?? 0,
    ...as,
  };
  const tracks = [{ ...facts, encrypted: false, mediaTimeAtZero: 0, startsWithSap: 1 }];
  return { unit, tracks, timescale: TEXT_TIMESCALE, ...written };
}

/** What of it crosses threads: not where its text is. */
function textFacts({ read: _, clock: _clock, ...facts }: TextTrack): TextTrackInfo {
  return facts;
}
