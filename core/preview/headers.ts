import type { OutgoingHttpHeaders } from 'node:http';

/**
 * What the page may do: load its own, show what a player has buffered, and ask this server. So no manifest, whatever it says, makes it
 * ask anybody else.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob:",
  // hls.js makes empty tracks of text out of a `data:` URL.
  "media-src 'self' blob: data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What a file of the package may do when it is opened by itself: nothing. */
const MEDIA_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'";

/** Of every answer. There is no CORS header: other pages read nothing. */
const COMMON: OutgoingHttpHeaders = {
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** Headers of the page's own files. */
export const PAGE_HEADERS: OutgoingHttpHeaders = { ...COMMON, 'Content-Security-Policy': PAGE_POLICY };

/** Headers of all else: files of the package, licences, what the page asks for. */
export const DATA_HEADERS: OutgoingHttpHeaders = { ...COMMON, 'Content-Security-Policy': MEDIA_POLICY };

const PAGE_TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
};

/** None of what a browser would run, whatever the package holds. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  aac: 'audio/aac',
  ac3: 'audio/ac3',
  ec3: 'audio/eac3',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json; charset=utf-8',
  m3u8: 'application/vnd.apple.mpegurl',
  m4a: 'audio/mp4',
  m4s: 'video/iso.segment',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  mpd: 'application/dash+xml',
  png: 'image/png',
  ts: 'video/mp2t',
  ttml: 'application/ttml+xml',
  vtt: 'text/vtt; charset=utf-8',
  webp: 'image/webp',
};

const BYTES = 'application/octet-stream';

/** The ending of a file's name, in lower case. */
export const endingOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1).toLowerCase();

/** The Content-Type of a file of the page. */
export const pageType = (name: string): string => PAGE_TYPES[endingOf(name)] ?? BYTES;

/** The Content-Type of a file of the package. What is not known is bytes: nothing guesses at it (nosniff). */
export const mediaType = (name: string): string => MEDIA_TYPES[endingOf(name)] ?? BYTES;
