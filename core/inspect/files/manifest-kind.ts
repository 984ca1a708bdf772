import { decodeManifest, type FilesToRead } from './read-manifest.ts';

/** What a file is to the reader of a package. */
export type FileKind = 'mpd' | 'multivariant' | 'media-playlist' | 'other';

/** Enough of a playlist for its first tags, and of an MPD for what may stand before its root. */
const HEAD_BYTES = 64 * 1024;

/** Tags of multivariant playlists alone (RFC 8216bis, 4.4.6). */
const OF_MULTIVARIANT =
  /^#EXT-X-(?:STREAM-INF|MEDIA|I-FRAME-STREAM-INF|IMAGE-STREAM-INF|SESSION-DATA|SESSION-KEY|CONTENT-STEERING)(?![A-Z-])/m;

/** By what is in it; its name says only what a damaged playlist was meant to be. */
export async function kindOfFile(files: FilesToRead, path: string): Promise<FileKind> {
  const source = await files.open(path);
  try {
    const head = new Uint8Array(Math.min(source.size, HEAD_BYTES));
    await source.read(0, [head]);
    return kindOfText(path, decodeManifest(head));
  } finally {
    await source.close();
  }
}

/** @param text from the start of the file, as far as it is known */
export function kindOfText(path: string, text: string): FileKind {
  const start = text.trimStart();
  const isPlaylist = /\.m3u8?$/i.test(path) && /^#EXT/m.test(start);
  if (start.startsWith('#EXTM3U') || isPlaylist) {
    return OF_MULTIVARIANT.test(start) ? 'multivariant' : 'media-playlist';
  }
  return start.startsWith('<') && /<(?:[\w.-]+:)?MPD[\s>]/.test(start) ? 'mpd' : 'other';
}
