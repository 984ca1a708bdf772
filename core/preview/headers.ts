import type { OutgoingHttpHeaders } from 'node:http';
import { endingOf, UNKNOWN_TYPE } from '../io/media-type.ts';

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

/** The Content-Type of a file of the page. */
export const pageType = (name: string): string => PAGE_TYPES[endingOf(name)] ?? UNKNOWN_TYPE;
