import { formatTime, parseTimes } from './clock-times.ts';
import type { TextDocument } from './cue.ts';
import type { Span } from './overlapping.ts';
import type { TtmlParagraph } from './ttml/document.ts';
import { withStillRegions } from './ttml/regions.ts';
import { withoutAnimations } from './ttml/still-paragraph.ts';

/** A time within a text, from which on what follows is shown (W3C WebVTT, 4.2.2). */
const INNER_TIME = /<((?:\d{2,9}:)?\d\d:\d\d\.\d{3})>/g;

/**
 * The document with all its times later by so many milliseconds, earlier below 0. What ends before zero then is gone; what starts
 * before it starts there.
 */
export function moveDocument(doc: TextDocument, ms: number): TextDocument {
  if (ms === 0) return doc;
  const cues = doc.cues.map((cue) => ({
    ...moved(cue, ms),
    payload: moveInnerTimes(cue.payload, ms),
  }));
  const paragraphs = doc.ttml?.paragraphs.map((paragraph) => movedParagraph(paragraph, ms)).filter(isLeft);
  return {
    ...doc,
    cues: cues.filter(isLeft),
    ...(doc.ttml && paragraphs && { ttml: { ...withStillRegions(doc.ttml), paragraphs } }),
  };
}

const moved = <T extends Span>(span: T, ms: number): T => ({
  ...span,
  start: Math.max(0, span.start + ms),
  end: span.end + ms,
});

function movedParagraph(paragraph: TtmlParagraph, ms: number): TtmlParagraph {
  const isCut = paragraph.start + ms < 0;
  return { ...moved(paragraph, ms), ...(isCut && { node: withoutAnimations(paragraph.node) }) };
}

const isLeft = ({ end }: Span): boolean => end > 0;

/** The times within a cue's text, in milliseconds. */
export const innerTimes = (payload: string): number[] =>
  Array.from(payload.matchAll(INNER_TIME), ([, time]) => innerTime(time!));

/** A cue's text with the times in it later by so many milliseconds. */
export const moveInnerTimes = (payload: string, ms: number): string =>
  payload.replace(INNER_TIME, (_, time: string) => `<${formatTime(Math.max(0, innerTime(time) + ms))}>`);

const innerTime = (time: string): number => parseTimes(`${time} --> ${time}`)?.start ?? 0;
