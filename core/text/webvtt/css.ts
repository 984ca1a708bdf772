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

/** What stands before the brace is bounded: a text of nothing but beginnings would be gone over once for each. */
const RULE = /::cue(?:\(([^(){}]{0,1000})\))?[^(){}]{0,200}\{([^{}]*)\}/g;
const SELECTOR = /^(?:(b|i|u|c|v|lang|ruby|rt)|(?:c|\*)?(\.[\w-]+))$/;

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
  for (const [, selectors = '', body = ''] of withoutComments(styles).matchAll(RULE)) {
    const style = declared(body);
    for (const selector of selectors.split(',')) {
      const match = SELECTOR.exec(selector.trim());
      const key = match?.[1] ?? match?.[2] ?? (selector.trim() === '' ? '' : undefined);
      if (key !== undefined) rules.set(key, { ...rules.get(key), ...style });
    }
  }
  KNOWN.set(styles, rules);
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

function declared(body: string): TextStyle {
  let style: TextStyle = {};
  for (const declaration of body.split(';')) {
    const colon = declaration.indexOf(':');
    const value = declaration
      .slice(colon + 1)
      .trim()
      .toLowerCase();
    style = { ...style, ...property(declaration.slice(0, Math.max(0, colon)).trim().toLowerCase(), value) };
  }
  return style;
}

function property(name: string, value: string): TextStyle {
  const colour = /colou?r$|^background$/.test(name) ? parseColour(value) : undefined;
  if (colour !== undefined) return name === 'color' ? { color: colour } : { background: colour };
  if (name === 'font-style') return { italic: value === 'italic' || value === 'oblique' };
  if (name === 'font-weight') return { bold: value === 'bold' || Number(value) >= 600 };
  if (name === 'text-decoration') return { underline: value.includes('underline') };
  return {};
}
