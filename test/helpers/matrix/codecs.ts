import type { Codec } from './row.ts';

/** Starts of codec strings (RFC 6381). */
const CODECS: Readonly<Record<string, Codec>> = {
  avc1: 'avc',
  hvc1: 'hevc',
  av01: 'av1',
  vp09: 'vp9',
  'mp4a.40.2': 'aac',
  'mp4a.40.42': 'xhe-aac',
  'mp4a.6B': 'mp3',
  'mp4a.69': 'mp3',
  'ac-3': 'ac-3',
  'ec-3': 'ec-3',
  Opus: 'opus',
  fLaC: 'flac',
};

/** The codec of a codec string. @throws Error when the matrix does not know it */
export function codecOf(codecs: string): Codec {
  const codec = CODECS[codecs] ?? CODECS[codecs.split('.')[0] ?? ''];
  if (codec === undefined) throw new Error(`The matrix does not know ${codecs}.`);
  return codec;
}
