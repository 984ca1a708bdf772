import type { AudioInfo, VideoInfo } from '../../../core/kit.ts';
import type { AudioTrack, Track, TrackInfo, VideoTrack } from '../../../core/media/track.ts';

/** The first video track. */
export function videoOf(tracks: readonly Track[]): VideoTrack {
  const found = tracks.find((track) => track.kind === 'video');
  if (!found) throw new Error('there is no video track');
  return found;
}

/** The first audio track. */
export function audioOf(tracks: readonly Track[]): AudioTrack {
  const found = tracks.find((track) => track.kind === 'audio');
  if (!found) throw new Error('there is no audio track');
  return found;
}

/** What a track says of its pictures. */
export const pictureOf = (track: TrackInfo | undefined): VideoInfo | undefined =>
  track?.kind === 'video' ? track.video : undefined;

/** What a track says of its sound. */
export const soundOf = (track: TrackInfo | undefined): AudioInfo | undefined =>
  track?.kind === 'audio' ? track.audio : undefined;
