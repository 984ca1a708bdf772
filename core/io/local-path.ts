import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One letter before the colon is a drive of Windows. */
const SCHEME = /^([a-z][a-z0-9+.-]+):/i;
/** With these a colon alone makes a URL; with any others it may be part of a file's name, unless `//` follows. */
const SCHEMES = new Set(
  'http https s3 gs gcs az abfs abfss wasb ftp ftps sftp scp smb nfs hdfs rtmp rtmps rtsp rtp srt udp hls data blob'.split(
    ' ',
  ),
);

/**
 * The absolute path that a text means: a path, relative to `base`, or a `file:` URL.
 * @throws RangeError with the end of a sentence for URLs of other kinds; nothing of them is quoted but the scheme
 */
export function localPath(base: string, text: string): string {
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return resolve(base, text);
  if (scheme === 'file') return fromFileUrl(text);
  if (!SCHEMES.has(scheme) && !text.startsWith('//', scheme.length + 1)) return resolve(base, text);
  throw new RangeError(`${scheme}: URLs are not supported yet, only files and folders of this machine`);
}

function fromFileUrl(text: string): string {
  try {
    return fileURLToPath(text);
  } catch {
    throw new RangeError('this file: URL names no path of this machine (file:///folder/name does)');
  }
}
