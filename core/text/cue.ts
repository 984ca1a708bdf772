import type { TtmlDocument } from './ttml/document.ts';

/** A cue of subtitles or captions. Times are in whole milliseconds, from the start of what the document belongs to. */
export interface Cue {
  readonly start: number;
  /** Greater than `start`. */
  readonly end: number;
  readonly id?: string;
  /** Settings of WebVTT (W3C WebVTT, 3.5) as they stand behind the times: `line:0 align:start`. A region among them is one of the document. */
  readonly settings?: string;
  /** Cue text of WebVTT with its markup (W3C WebVTT, 4.2), lines parted by LF; what other formats say is translated to it. */
  readonly payload: string;
}

/** What one text track says: a file, or the samples of a track. */
export interface TextDocument {
  /** What it was written in. */
  readonly format: 'webvtt' | 'srt' | 'ttml' | 'tx3g';
  /** By their starts, equal ones in the order of the source. */
  readonly cues: readonly Cue[];
  /** STYLE blocks of WebVTT without their first line: CSS. */
  readonly styles: readonly string[];
  /** REGION blocks of WebVTT without their first line. */
  readonly regions: readonly string[];
  /** As the document itself has it. */
  readonly language?: string;
  /** What could not be kept, whatever it is written as: whole sentences that do not name the file. */
  readonly notices: readonly string[];
  /** What who watches the source sees, and cues cannot say, in words of the source: `fontSize`. Whoever writes cues tells of it. */
  readonly lost?: readonly string[];
  /** A TTML source as it is, so that it stays what it was where the target is TTML. */
  readonly ttml?: TtmlDocument;
}
