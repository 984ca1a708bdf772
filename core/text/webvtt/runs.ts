import { parseTimes } from '../clock-times.ts';
import type { StyleRules, TextStyle } from './css.ts';

/** A piece of a cue's text that looks the same throughout. */
export interface TextRun {
  /** As people read it; lines with `\n`. */
  readonly text: string;
  readonly style: TextStyle;
  readonly language?: string | undefined;
  /** When it comes, in milliseconds of the document; absent: with its cue. */
  readonly from?: number | undefined;
  /** A part of a ruby: what is annotated, or the annotation of what stands before it. */
  readonly ruby?: 'base' | 'text' | undefined;
}

const TOKEN =
  /<([^<>]{0,1000})>|&(?:(amp|lt|gt|nbsp|lrm|rlm|quot|apos)|#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6}));/g;
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: '\u00A0',
  lrm: '\u200E',
  rlm: '\u200F',
  quot: '"',
  apos: "'",
};
const TAG = /^(b|i|u|c|v|lang|ruby|rt)((?:\.[^\s.]+)*)(?:\s+(.*))?$/s;
const BY_TAG: Readonly<Record<string, TextStyle>> = {
  b: { bold: true },
  i: { italic: true },
  u: { underline: true },
};

/** What an open tag makes of the text in it. */
interface Level {
  readonly tag: string;
  readonly style: TextStyle;
  readonly language: string | undefined;
  readonly ruby: TextRun['ruby'];
}

/** The text of a cue in pieces, none within another: however deep its tags go, what comes of it is flat. */
export function textRuns(payload: string, rules: StyleRules): TextRun[] {
  const runs: TextRun[] = [];
  const levels: Level[] = [{ tag: '', style: { ...rules.get('') }, language: undefined, ruby: undefined }];
  let from: number | undefined;
  let pending = '';
  const flush = (): void => {
    const { style, language, ruby } = levels.at(-1)!;
    if (pending !== '') runs.push({ text: pending, style, language, from, ruby });
    pending = '';
  };
  let at = 0;
  for (const match of payload.matchAll(TOKEN)) {
    pending += payload.slice(at, match.index);
    at = match.index + match[0].length;
    const [, tag, named, decimal, hexadecimal] = match;
    if (tag === undefined) {
      pending += named === undefined ? character(decimal, hexadecimal) : NAMED[named];
      continue;
    }
    flush();
    if (/^\d/.test(tag)) from = parseTimes(`${tag} --> ${tag}`)?.start ?? from;
    else if (tag.startsWith('/')) closeLevel(levels, tag.slice(1).trim());
    else openLevel(levels, tag, rules);
  }
  pending += payload.slice(at);
  flush();
  return runs;
}

function character(decimal: string | undefined, hexadecimal: string | undefined): string {
  const code = decimal === undefined ? Number.parseInt(hexadecimal!, 16) : Number(decimal);
  return code > 0x10ffff ? '\uFFFD' : String.fromCodePoint(code);
}

function openLevel(levels: Level[], text: string, rules: StyleRules): void {
  const match = TAG.exec(text);
  const outer = levels.at(-1)!;
  // An annotation is one within a ruby alone (W3C WebVTT, 6.4).
  if (match === null || (match[1] === 'rt' && outer.tag !== 'ruby')) return;
  const [, tag = '', classes = '', annotation] = match;
  let style: TextStyle = { ...outer.style, ...BY_TAG[tag], ...rules.get(tag) };
  for (const name of classes.split('.').slice(1, 17)) style = { ...style, ...rules.get(`.${name}`) };
  const isLanguage = tag === 'lang' && /^[A-Za-z0-9-]{1,35}$/.test(annotation?.trim() ?? '');
  levels.push({
    tag,
    style,
    language: isLanguage ? annotation!.trim() : outer.language,
    ruby: tag === 'ruby' ? 'base' : tag === 'rt' ? 'text' : outer.ruby,
  });
}

/** A tag closes its own level alone, and a ruby its annotation with it (W3C WebVTT, 6.4). */
function closeLevel(levels: Level[], tag: string): void {
  if (tag === 'ruby' && levels.at(-1)!.tag === 'rt') levels.pop();
  if (levels.length > 1 && levels.at(-1)!.tag === tag) levels.pop();
}
