import { parseColour } from '../webvtt/colours.ts';
import type { Style } from './style.ts';

/** Values with which a text looks as it does without: what WebVTT has no word for and who watches would miss is any other. */
type Neutral = RegExp;

/** Of texts, and what they stand in. Line heights, paddings and gaps between rows are left to the player, without a word. */
const OF_TEXT: Readonly<Record<string, Neutral>> = {
  // Players of WebVTT have a font without serifs.
  'tts:fontFamily': /^["']?(?:default|(?:proportional)?sans-?serif|arial|helvetica)\b/i,
  'tts:fontSize': /^(?:100%|1c|1em)(?:\s+(?:100%|1c|1em))?$/,
  'tts:letterSpacing': /^(?:normal|0\D*)$/,
  'tts:rubyPosition': /^(?:auto|before|outside)$/,
  'tts:shear': /^0(?:\.0*)?%$/,
  'tts:textAlign': /^(?!justify)/,
  'tts:textCombine': /^none$/,
  'tts:textDecoration': /^(?!.*(?:\blineThrough|\boverline))/,
  'tts:textEmphasis': /^none$/,
  'tts:textOrientation': /^(?:mixed|sideways|sidewaysRight)$/,
  'tts:textOutline': /^(?:none|0\D*)$/,
  'tts:textShadow': /^none$/,
  'ebutts:multiRowAlign': /^auto$/,
};

/** Of boxes alone: no text in them has them. */
const OF_BOX: Readonly<Record<string, Neutral>> = {
  'tts:border': /^(?:none|0\D*)$/,
  'tts:opacity': /^1(?:\.0*)?$/,
};

/** Names of what texts have from what they stand in, and WebVTT has no word for. */
export const LOST_OF_TEXT: readonly string[] = Object.keys(OF_TEXT);
/** The same of boxes. */
export const LOST_OF_BOX: readonly string[] = Object.keys(OF_BOX);

/** Players of WebVTT put something black behind their texts, too. */
const isPlain = (background: string): boolean => /^#(?:000000|.{6}00$)/.test(parseColour(background) ?? '');

/** Collects what of the styles of a document cues cannot say, of what is shown. */
export class StyleLosses {
  readonly #names = new Set<string>();

  /** A text is shown. @param style what is in force there */
  text(style: Style): void {
    this.#note(style, OF_TEXT);
    this.#note(style, OF_BOX);
  }

  /** Something is shown in a box. @param kind what it is; the background of paragraphs and spans is kept */
  box(style: Style, kind: 'regions' | 'body and div'): void {
    this.#note(style, OF_BOX);
    const behind = style['tts:backgroundColor'];
    if (behind !== undefined && !isPlain(behind)) {
      this.#names.add(`backgroundColor of ${kind}`);
    }
  }

  add(what: string): void {
    this.#names.add(what);
  }

  /** In the words of TTML, without prefixes. */
  names(): string[] {
    return [...this.#names].sort();
  }

  #note(style: Style, neutral: Readonly<Record<string, Neutral>>): void {
    for (const name in neutral) {
      const value = style[name];
      if (value !== undefined && !neutral[name]!.test(value)) {
        this.#names.add(name.slice(name.indexOf(':') + 1));
      }
    }
  }
}
