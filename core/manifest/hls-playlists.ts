import { fail } from '../base/errors.ts';
import type { ManifestJob } from '../contract/hooks.ts';
import type { RenditionResult } from '../contract/rendition.ts';
import type { HlsKey } from '../drm/drm-system.ts';
import type { TrackKind } from '../media/track.ts';
import { iframePlaylist, mediaPlaylist, targetDuration } from './hls-media.ts';
import { type HlsRendition, multivariantPlaylist } from './hls-multivariant.ts';

/** What the playlists of a title say beside its renditions. */
export interface HlsPlaylistOptions {
  /** In force for every encrypted rendition, as seen from its folder. */
  readonly keys: readonly HlsKey[];
  /** File name of the multivariant playlist. */
  readonly master: string;
}

/**
 * All playlists of a title: `stream.m3u8` and `iframe.m3u8` in every unit's folder, and the multivariant playlist.
 * Renditions with video are variants, without any the first one; other ones with audio are beside them.
 */
export async function writeHlsPlaylists(job: ManifestJob, options: HlsPlaylistOptions): Promise<void> {
  const { renditions, output } = job;
  const { keys, master } = options;
  if (keys.length === 0 && renditions.some(isEncrypted)) {
    // Without a key line players would take what is encrypted for clear.
    throw fail.invalidOption(
      `Mode ${job.mode} has no DRM system that tells HLS players how to get the key.`,
      'Add one to its `systems` that has a word for HLS, or let the key server give HLSSignalingData.',
    );
  }
  const duration = targetDuration(renditions);
  const listed: HlsRendition[] = [];
  for (const rendition of renditions) {
    const path = `${rendition.unit.id}/stream.m3u8`;
    const iframePath = `${rendition.unit.id}/iframe.m3u8`;
    const own = { rendition, keys: isEncrypted(rendition) ? keys : [], targetDuration: duration };
    await output.write(path, mediaPlaylist({ ...own, path }));
    if (rendition.iframes) await output.write(iframePath, iframePlaylist({ ...own, path: iframePath }));
    listed.push({ rendition, path, ...(rendition.iframes && { iframePath }) });
  }
  const holds = (kind: TrackKind) => (entry: HlsRendition) =>
    entry.rendition.tracks.some((track) => track.kind === kind);
  const withVideo = listed.filter(holds('video'));
  const variants = withVideo.length > 0 ? withVideo : listed.slice(0, 1);
  const multivariant = multivariantPlaylist({
    path: master,
    variants,
    audio: listed.filter((entry) => holds('audio')(entry) && !variants.includes(entry)),
    sessionKeys: renditions.some(isEncrypted) ? keys : [],
    targetDuration: duration,
  });
  await output.write(master, multivariant);
}

const isEncrypted = ({ tracks }: RenditionResult): boolean => tracks.some((track) => track.encrypted);
