import { formatTime, parseTimes } from './clock-times.ts';
import type { TextDocument } from './cue.ts';

/** A time within a text, from which on what follows is shown (W3C WebVTT, 4.2.2). */
const INNER_TIME = /<((?:\d{2,9}:)?\d\d:\d\d\.\d{3})>/g;

/**
 * The document with all its times later by so many milliseconds, earlier below 0. What ends before zero then is gone; what starts
 * before it starts there.
 */
export function moveDocument(doc: TextDocument, ms: number): TextDocument {
  if (ms === 0) return doc;
  const moved = doc.cues.map((cue) => ({
    ...cue,
    start: Math.max(0, cue.start + ms),
    end: cue.end + ms,
    payload: cue.payload.replace(INNER_TIME, (_, time: string) => `<${movedTime(time, ms)}>`),
  }));
  return { ...doc, cues: moved.filter(({ end }) => end > 0) };
}

function movedTime(time: string, ms: number): string {
  const { start } = parseTimes(`${time} --> ${time}`) ?? { start: 0 };
  return formatTime(Math.max(0, start + ms));
}
