import type { IncomingMessage, ServerResponse } from 'node:http';
import { endingOf, mediaType } from '../io/media-type.ts';
import { DATA_HEADERS } from './headers.ts';
import { openInner } from './inner-file.ts';
import { rewriteMpd } from './rewrite-mpd.ts';
import { type PlaylistKeys, rewritePlaylist } from './rewrite-playlist.ts';
import { refuse, sendFile, sendText } from './send.ts';

/** A day in segments of a second has some 20 MiB of manifest. */
const LARGEST_MANIFEST = 64 * 2 ** 20;

/** Answer with a file of the package: manifests as a page on this machine can play them, all else as it is. */
export async function sendMedia(
  request: IncomingMessage,
  response: ServerResponse,
  root: string,
  parts: readonly string[],
  to: PlaylistKeys,
): Promise<void> {
  const file = await openInner(root, parts);
  const name = parts.at(-1) ?? '';
  if (!file) return refuse(request, response, 404, 'The package has no such file.');
  const ending = endingOf(name);
  const headers = { ...DATA_HEADERS, 'Content-Type': mediaType(name) };
  if (ending !== 'mpd' && ending !== 'm3u8') return sendFile(request, response, file, headers);
  try {
    if (file.size > LARGEST_MANIFEST)
      return refuse(request, response, 413, `${name} is too large for a manifest.`);
    const text = await file.handle.readFile('utf8');
    const played = ending === 'mpd' ? rewriteMpd(text) : await rewritePlaylist(text, to);
    sendText(request, response, played, headers);
  } finally {
    await file.handle.close();
  }
}
