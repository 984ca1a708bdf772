import type { TtmlDocument } from './ttml/document.ts';

/** A cue. Times are in whole milliseconds from the start of the title's timeline. */
export interface Cue {
  /** From 0, once it is cleaned. */
  readonly start: number;
  /** After the start. */
  readonly end: number;
  /** Its identifier, where the source has one: no line break, no `-->`. */
  readonly id?: string;
  /** WebVTT settings as they stand behind the times: `line:0 align:start`. A region that they name is one of the document. */
  readonly settings?: string;
  /** WebVTT cue text (W3C WebVTT, 4.2), lines with `\n`, none empty. What other formats say is translated to this. */
  readonly payload: string;
}

/** Subtitles or captions of one language, out of whatever format. */
export interface TextDocument {
  readonly format: 'webvtt' | 'srt' | 'ttml' | 'tx3g';
  /** Sorted by start, then by place in the source. */
  readonly cues: readonly Cue[];
  /** STYLE blocks of WebVTT: their CSS, without the word STYLE. */
  readonly styles: readonly string[];
  /** REGION blocks of WebVTT: their settings, without the word REGION. */
  readonly regions: readonly string[];
  /** A tag of BCP 47, where the source says one. */
  readonly language?: string;
  /** What could not be kept, as whole sentences without the file's name. */
  readonly notices: readonly string[];
  /** A TTML source as it is, so that it stays what it was where the target is TTML. */
  readonly ttml?: TtmlDocument;
}
