import type { Cue } from '../../text/cue.ts';
import type { SourceCue } from '../model/source-title.ts';

/** Milliseconds that times may differ by: formats round. */
export const CUE_TOLERANCE = 1;

/** Names of characters in cue text (W3C WebVTT, 4.2.2); those without a shape stand for nothing that is read. */
const CHARACTERS: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: ' ',
  lrm: '',
  rlm: '',
};

/** Cue text as people read it: without tags, lines without the white space around them. */
export function plainText(payload: string): string {
  return payload
    .replace(/<[^<>]*>/g, '')
    .replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{1,10}));/gi, (whole, decimal, hex, name: string) => {
      const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? '', 16);
      if (Number.isInteger(code) && code > 0 && code < 0x110000) return String.fromCodePoint(code);
      return CHARACTERS[name?.toLowerCase()] ?? whole;
    })
    .split('\n')
    .map((line) => line.replace(/[\s\u200E\u200F\uFEFF]+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n');
}

/**
 * Cues as they are compared: plain, within the title, one for each time that a text is shown. Segments say a cue again that goes on in
 * them, and samples have a piece of it each.
 * @param duration of the title in seconds
 */
export function plainCues(
  cues: readonly Pick<Cue, 'start' | 'end' | 'payload'>[],
  duration: number,
): SourceCue[] {
  const last = Math.round(duration * 1000);
  const byText = new Map<string, { start: number; end: number }[]>();
  for (const { start, end, payload } of [...cues].sort((one, other) => one.start - other.start)) {
    const text = plainText(payload);
    const until = Math.min(end, last);
    if (text === '' || start >= until) continue;
    const shown = byText.get(text) ?? [];
    byText.set(text, shown);
    const before = shown.at(-1);
    if (before && start <= before.end + CUE_TOLERANCE) before.end = Math.max(before.end, until);
    else shown.push({ start, end: until });
  }
  return [...byText]
    .flatMap(([text, shown]) =>
      shown.map(({ start, end }) => ({ start: start / 1000, end: end / 1000, text })),
    )
    .sort((one, other) => one.start - other.start || one.end - other.end);
}
