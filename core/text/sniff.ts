import type { TextDocument } from './cue.ts';

/**
 * What the first letters of a file look like, without byte order mark and white space in front. A comment has one end: to try several
 * takes exponential time.
 */
const BEGINNINGS: readonly (readonly [TextDocument['format'], RegExp])[] = [
  ['webvtt', /^WEBVTT(?:\s|$)/],
  ['srt', /^(?:\d+\s*\n\s*)?\d{1,3}:\d{1,2}:\d{1,2}[,.]\d{1,3}\s*-->/],
  [
    'ttml',
    /^(?:<\?xml[^>]*>|<!--(?:(?!-->)[\s\S])*-->|<!DOCTYPE[^>[]*(?:\[(?:(?!\]\s*>)[\s\S])*\]\s*)?>|\s)*<(?:\w+:)?tt[\s>]/,
  ],
];

/** Bytes from the start of a file that are enough to tell. */
export const SNIFFED = 4096;

/**
 * The format of subtitles that a file seems to be in, by its beginning; whether it keeps what that promises, only reading it shows.
 * @param start its first `SNIFFED` bytes, or all of it
 */
export function textFormat(start: Uint8Array): TextDocument['format'] | undefined {
  const letters = plainLetters(start).trimStart();
  return BEGINNINGS.find(([, beginning]) => beginning.test(letters))?.[0];
}

/** As much as has to be told apart is ASCII, in UTF-8, UTF-16 and whatever else it may be in. */
const plainLetters = (start: Uint8Array): string =>
  Buffer.from(start.filter((byte) => byte !== 0 && byte < 0x80))
    .toString('latin1')
    .replaceAll('\r\n', '\n');
