import { parseTimes } from '../clock-times.ts';
import type { TextDocument } from '../cue.ts';
import { subripText } from './cue-text.ts';
import { SubripCues } from './subrip-cues.ts';

/** A line that is meant to be the times of a cue. */
const TIMES = /^[ \t]*-?\d[\d:., \t-]*-->[ \t]*-?\d/;

/** Whether a text is SubRip: it begins with a cue, with or without its number. */
export function isSubrip(text: string): boolean {
  const [first, second] = text
    .slice(0, 4096)
    .split(/[\r\n]+/)
    .filter((line) => line.replace('\uFEFF', '').trim() !== '');
  return [first, second].some((line) => line !== undefined && TIMES.test(line.replace('\uFEFF', '')));
}

/** Read SubRip: cues are found by their times alone, since numbers and empty lines are missing often enough. */
export function readSubrip(text: string, name: string): TextDocument {
  const lines = text.replaceAll('\0', '\uFFFD').replaceAll('\uFEFF', '').replace(/\r\n?/g, '\n').split('\n');
  const starts = [...lines.keys()].filter((index) => TIMES.test(lines[index]!));
  const subrip = new SubripCues();
  const { list, colours, lost } = subrip;
  for (const [index, start] of starts.entries()) {
    const next = starts[index + 1];
    const place = `line ${start + 1}`;
    const times = parseTimes(lines[start]!);
    if (times === undefined) {
      list.leaveOut('untimed', place);
      continue;
    }
    if (times.rest !== '')
      lost.add(/^X1:/i.test(times.rest) ? 'places (X1, X2, Y1, Y2)' : times.rest.slice(0, 40));
    const end = next === undefined ? lines.length : withoutNumber(lines, start + 1, next);
    const content = subripText(
      lines
        .slice(start + 1, end)
        .join('\n')
        .trim(),
      colours,
    );
    for (const what of content.lost) lost.add(what);
    const { payload, settings } = content;
    list.add({
      start: times.start,
      end: times.end,
      payload,
      place,
      ...(settings !== undefined && { settings }),
    });
  }
  return subrip.document(name);
}

/** Where a text ends before the times of the next cue: its number is none of the text. */
function withoutNumber(lines: readonly string[], from: number, next: number): number {
  const isNumber = next > from && /^[ \t]*\d{1,9}[ \t]*$/.test(lines[next - 1]!);
  return isNumber ? next - 1 : next;
}
