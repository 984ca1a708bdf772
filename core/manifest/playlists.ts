import type { ManifestJob } from '../contract/hooks.ts';
import type { HlsPlaylistOptions } from './hls-playlists.ts';

/**
 * All playlists of a title: `stream.m3u8` and `iframe.m3u8` in every unit's folder, of what is given for trick play only the latter, in
 * place of all others, and the multivariant playlist.
 * Renditions with video are variants, without any the qualities of the only audio, or the first of several; other ones with audio are
 * beside them.
 *
 * A rendition's key lines stand where its keys change. The multivariant playlist announces those of the first crypto period of each
 * label, with which players begin, also where the first segments are clear. Further ones are told by the media playlists when their
 * time comes: a player that asked for the keys of a hundred periods at once would run out of sessions, and licence servers that give
 * a key for its time alone would refuse. RFC 8216, 4.3.4.5 asks for none.
 */
export async function writeHlsPlaylists(job: ManifestJob, options: HlsPlaylistOptions): Promise<void> {
  return (await import('./hls-playlists.ts')).writeHlsPlaylists(job, options);
}
