import { parseColour } from './colours.ts';

/** What STYLE blocks say of text, as far as other formats have words for it. */
export interface TextStyle {
  readonly color?: string;
  readonly background?: string;
  readonly italic?: boolean;
  readonly bold?: boolean;
  readonly underline?: boolean;
}

/** Rules by what they are for: empty for all text, `i` for a tag, `.loud` for a class. */
export type StyleRules = ReadonlyMap<string, TextStyle>;

/** What a STYLE block says of one kind of text. */
export interface CssRule {
  /** What it is for, as it stands in `::cue(…)`; empty for all text. `undefined`: for regions. */
  readonly selector: string | undefined;
  /** Names in small letters, and values. */
  readonly declarations: readonly (readonly [name: string, value: string])[];
}

/** `::cue`, `::cue(.loud)`, `::cue(:lang(en))`, `::cue-region`. What is in brackets is bounded: the next may begin in it. */
const CUES = /::cue(-region)?(?:\(((?:[^()]|\([^()]{0,100}\)){0,1000})\))?/g;
const SELECTOR = /^(?:(b|i|u|c|v|lang|ruby|rt)|(?:c|\*)?(\.[\w-]+))$/;
/** More letters in front of a brace than any rule has. */
const LONGEST_PRELUDE = 4000;

/** Classes that players know without a rule (W3C WebVTT, 5.1). */
const DEFAULTS = ['white', 'lime', 'cyan', 'red', 'yellow', 'magenta', 'blue', 'black'].flatMap(
  (name): [string, TextStyle][] => {
    const color = parseColour(name)!;
    return [
      [`.${name}`, { color }],
      [`.bg_${name}`, { background: color }],
    ];
  },
);

const KNOWN = new WeakMap<readonly string[], StyleRules>();

/** The rules of a document's STYLE blocks; of two for the same the later goes before. What is not for a tag or a class is not read. */
export function styleRules(styles: readonly string[]): StyleRules {
  const known = KNOWN.get(styles);
  if (known !== undefined) return known;
  const rules = new Map(DEFAULTS);
  for (const { selector, declarations } of cssRules(styles)) {
    const key = ruleKey(selector);
    if (key === undefined) continue;
    let style = rules.get(key) ?? {};
    for (const [name, value] of declarations) style = { ...style, ...said(name, value) };
    rules.set(key, style);
  }
  KNOWN.set(styles, rules);
  return rules;
}

/** The key in `StyleRules` of what a rule is for; `undefined`: it is for something else than a tag or a class. */
export function ruleKey(selector: string | undefined): string | undefined {
  if (selector === '' || selector === undefined) return selector;
  const match = SELECTOR.exec(selector);
  return match?.[1] ?? match?.[2];
}

/** All rules for cues, one for each selector, in their order. */
export function cssRules(styles: readonly string[]): CssRule[] {
  const rules: CssRule[] = [];
  // What has no end goes on to the end of the text.
  for (const piece of withoutComments(styles).split('}')) {
    const brace = piece.lastIndexOf('{');
    const prelude = piece.slice(0, Math.max(0, brace));
    if (prelude.length > LONGEST_PRELUDE) continue;
    const declarations = declared(piece.slice(brace + 1));
    for (const [, isOfRegions, selectors = ''] of prelude.matchAll(CUES)) {
      const list = isOfRegions === undefined ? selectors.split(',') : [undefined];
      for (const selector of list) rules.push({ selector: selector?.trim(), declarations });
    }
  }
  return rules;
}

/** CSS without its comments; one without an end goes on to the end of its block. */
const withoutComments = (styles: readonly string[]): string =>
  styles
    .map((style) =>
      style
        .split('/*')
        .map((part, index) =>
          index === 0 ? part : part.includes('*/') ? part.slice(part.indexOf('*/') + 2) : '',
        )
        .join(' '),
    )
    .join('\n');

const declared = (body: string): CssRule['declarations'] =>
  body.split(';').flatMap((declaration): [string, string][] => {
    const colon = declaration.indexOf(':');
    if (colon < 0) return [];
    const value = declaration.slice(colon + 1).replace(/!important\s*$/i, '');
    return [[declaration.slice(0, colon).trim().toLowerCase(), value.trim().toLowerCase()]];
  });

/** What a declaration says of text; empty where there is no word for it. */
export function said(name: string, value: string): TextStyle {
  const colour = /^(?:color|background|background-color)$/.test(name) ? cssColour(value) : undefined;
  if (colour !== undefined) return name === 'color' ? { color: colour } : { background: colour };
  if (name === 'font-style') return { italic: value === 'italic' || value === 'oblique' };
  if (name === 'font-weight') return { bold: /^bold/.test(value) || Number(value) >= 600 };
  if (name === 'text-decoration') return { underline: value.includes('underline') };
  return {};
}

/** Red, green, blue, and how opaque it is, from 0 to 1 (CSS Color 4, 4.2): TTML has 255 for that. */
const RGBA =
  /^rgba?\(\s*(\d{1,3})[\s,]{1,9}(\d{1,3})[\s,]{1,9}(\d{1,3})[\s,/]{1,9}(\d{0,9}(?:\.\d{1,9})?)(%?)\s*\)$/;

function cssColour(value: string): string | undefined {
  const short = /^#([\da-f])([\da-f])([\da-f])([\da-f])$/.exec(value);
  if (short !== null)
    return parseColour(
      `#${[...short]
        .slice(1)
        .map((digit) => digit + digit)
        .join('')}`,
    );
  const match = RGBA.exec(value);
  if (match === null || match[4] === '') return parseColour(value);
  const opacity = Math.min(1, Number(match[4]) / (match[5] === '%' ? 100 : 1));
  return parseColour(`rgba(${match[1]},${match[2]},${match[3]},${Math.round(opacity * 255)})`);
}
