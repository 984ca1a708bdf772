import { type ColourClasses, parseColour } from '../webvtt/colours.ts';
import { escapeCueText } from '../webvtt/cue-text.ts';
import type { TtElement } from './elements.ts';
import type { Style } from './style.ts';
import type { StyleLosses } from './style-losses.ts';
import { computed, type Styles } from './styles.ts';
import type { Interval } from './timing.ts';

/** What is the same for all paragraphs of a document. */
export interface TextContext {
  readonly styles: Styles;
  readonly colours: ColourClasses;
  /** Told of the style of each text that is shown. */
  readonly losses: StyleLosses;
  readonly times: ReadonlyMap<TtElement, Interval>;
}

/** What is in force where a text stands. */
interface State {
  readonly style: Style;
  readonly language: string;
  readonly keepsSpace: boolean;
}

/** Controls that begin a run of one direction, by `unicodeBidi` and `direction`, and end it (Unicode UAX #9, 2). */
const BIDI: Readonly<Record<string, readonly [ltr: string, rtl: string, end: string]>> = {
  embed: ['\u202A', '\u202B', '\u202C'],
  bidiOverride: ['\u202D', '\u202E', '\u202C'],
  isolate: ['\u2066', '\u2067', '\u2069'],
};

/** Opaque white on whatever the player puts behind it: what a cue is without any class. */
const PLAIN = '#ffffff';

/**
 * The text of a paragraph as WebVTT has it.
 * @param style of the paragraph
 * @param at the time for which it is asked: spans that are not there at that time are left out
 */
export function paragraphText(
  paragraph: TtElement,
  style: Style,
  context: TextContext,
  at: number,
  keepsSpace: boolean,
): string {
  const writer = new RunWriter(style['tts:direction'] === 'rtl');
  write(paragraph, { style, language: '', keepsSpace }, context, at, writer);
  return writer.end();
}

function write(element: TtElement, state: State, context: TextContext, at: number, writer: RunWriter): void {
  const tags = tagsOf(state, context.colours);
  // A span in it may be visible all the same (TTML2, 10.2).
  const isHidden = state.style['tts:visibility'] === 'hidden';
  const isContainer = /container$/i.test(state.style['tts:ruby'] ?? '');
  for (const child of element.children) {
    if (typeof child === 'string') {
      if (isHidden || (isContainer && child.trim() === '')) continue;
      writer.text(child, tags, state.keepsSpace);
      if (child.trim() !== '') context.losses.text(state.style);
    } else if (child.name === 'br') writer.lineBreak();
    else if (child.name === 'span') span(child, state, context, at, writer);
  }
}

function span(element: TtElement, outer: State, context: TextContext, at: number, writer: RunWriter): void {
  const times = context.times.get(element);
  if (times !== undefined && !(times.begin <= at && at < times.end)) return;
  const style = computed(outer.style, context.styles.specified(element));
  if (style['tts:display'] === 'none') return;
  const ruby = style['tts:ruby'];
  if (ruby === 'delimiter') return;
  const space = element.attributes['xml:space'];
  const state: State = {
    style: style['tts:backgroundColor'] === undefined ? withBackground(style, outer.style) : style,
    language: languageOf(element) ?? outer.language,
    keepsSpace: space === undefined ? outer.keepsSpace : space === 'preserve',
  };
  const [ltr, rtl, end] = BIDI[style['tts:unicodeBidi'] ?? ''] ?? ['', '', ''];
  const control = style['tts:direction'] === 'rtl' ? rtl : ltr;
  if (control !== '') writer.mark(control);
  if (ruby === 'container') writer.container('ruby');
  else if (ruby === 'text') writer.container('rt');
  write(element, state, context, at, writer);
  if (ruby === 'container' || ruby === 'text') writer.containerEnd(ruby === 'text' ? 'rt' : 'ruby');
  if (control !== '') writer.mark(end);
}

/** What is behind a text is behind the spans in it. */
const withBackground = (style: Style, { 'tts:backgroundColor': colour }: Style): Style =>
  colour === undefined ? style : { ...style, 'tts:backgroundColor': colour };

function languageOf({ attributes }: TtElement): string | undefined {
  const language = attributes['xml:lang'];
  return language !== undefined && /^[A-Za-z0-9-]{1,35}$/.test(language) ? language : undefined;
}

/** The tags that a text needs, the outermost first. */
function tagsOf({ style, language }: State, colours: ColourClasses): string[] {
  const classes = [];
  const colour = parseColour(style['tts:color'] ?? '') ?? PLAIN;
  if (colour !== PLAIN) classes.push(colours.classOf(colour));
  const behind = parseColour(style['tts:backgroundColor'] ?? '');
  if (behind !== undefined && !/^#.{6}00$/.test(behind)) {
    classes.push(colours.classOf(behind, 'background-color'));
  }
  const decoration = (style['tts:textDecoration'] ?? '').split(/\s+/);
  return [
    ...(classes.length > 0 ? [`c.${classes.join('.')}`] : []),
    ...(language !== '' ? [`lang ${language}`] : []),
    ...(style['tts:fontWeight'] === 'bold' ? ['b'] : []),
    ...(['italic', 'oblique'].includes(style['tts:fontStyle'] ?? '') ? ['i'] : []),
    ...(decoration.includes('underline') ? ['u'] : []),
  ];
}

const SPACES = /[ \t\r\n]+/g;

/** Writes runs of text, each in its tags: WebVTT cannot take a slant away within one, so no run is within another's. */
class RunWriter {
  readonly #isRtl: boolean;
  readonly #lines: string[] = [];
  #line = '';
  #tags: readonly string[] = [];
  #hasText = false;
  /** White space that is one space, if text of the same line follows. */
  #space = false;

  constructor(isRtl: boolean) {
    this.#isRtl = isRtl;
  }

  text(text: string, tags: readonly string[], keepsSpace: boolean): void {
    if (keepsSpace) {
      const [first = '', ...others] = text.replace(/\r\n?/g, '\n').split('\n');
      this.#run(first, tags);
      for (const line of others) {
        this.lineBreak();
        this.#run(line, tags);
      }
      return;
    }
    const collapsed = text.replace(SPACES, ' ');
    if (collapsed.startsWith(' ')) this.#space = this.#hasText;
    const words = collapsed.trim();
    if (words === '') return;
    this.#run(`${this.#space ? ' ' : ''}${words}`, tags);
    this.#space = collapsed.endsWith(' ');
  }

  lineBreak(): void {
    this.#setTags([]);
    this.#lines.push(this.#line);
    this.#line = '';
    this.#hasText = false;
    this.#space = false;
  }

  /** A character that nobody sees. */
  mark(character: string): void {
    this.#line += character;
  }

  /** Space in front of a ruby stays there; an annotation follows what it is of. */
  container(tag: 'ruby' | 'rt'): void {
    this.#setTags([]);
    this.#line += this.#space && tag === 'ruby' ? ` <${tag}>` : `<${tag}>`;
    this.#space = false;
  }

  containerEnd(tag: 'ruby' | 'rt'): void {
    this.#setTags([]);
    this.#line += `</${tag}>`;
  }

  /** All lines that have text. */
  end(): string {
    this.lineBreak();
    // What is there of a line without text is marks and tags.
    const lines = this.#lines.filter((line) =>
      /[^\s\u202A-\u202E\u2066-\u2069]/.test(line.replace(/<[^<>]*>/g, '')),
    );
    return lines.map((line) => (this.#isRtl ? `\u200F${line}` : line)).join('\n');
  }

  #run(text: string, tags: readonly string[]): void {
    if (text === '') return;
    if (this.#tags.join() !== tags.join()) this.#setTags(tags);
    this.#line += escapeCueText(text);
    this.#hasText = true;
  }

  #setTags(tags: readonly string[]): void {
    for (const tag of this.#tags.toReversed()) this.#line += `</${/^[a-z]+/.exec(tag)![0]}>`;
    for (const tag of tags) this.#line += `<${tag}>`;
    this.#tags = tags;
  }
}
