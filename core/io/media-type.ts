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

/** Of what nobody knows: nothing may guess at it. */
export const UNKNOWN_TYPE = 'application/octet-stream';

/** The ending of a file's name, in lower case. */
export const endingOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1).toLowerCase();

/** The Content-Type of a file of a package. */
export const mediaType = (name: string): string => MEDIA_TYPES[endingOf(name)] ?? UNKNOWN_TYPE;
