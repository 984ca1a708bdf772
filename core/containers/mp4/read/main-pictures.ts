import type { InputInfo } from '../../../title/presentation.ts';
import { whyUnknown } from './known-codec.ts';
import type { MediaTrack } from './movie.ts';

/**
 * Why a video track is not the film: it holds the pictures of chapters or a cover, or the file has one that is rather to be
 * played. `undefined` where it may be, and of sound.
 * @param tracks all of the file
 */
export function besideTheFilm(
  track: MediaTrack,
  tracks: readonly MediaTrack[],
  { choice }: InputInfo,
): string | undefined {
  if (track.kind !== 'video' || choice?.video === track.id) return undefined;
  const { first, isEnabled, isChapters } = track;
  if (isChapters) return 'it holds the pictures of chapters';
  const isStill = whyUnknown(first, 'video') !== undefined;
  if (isStill && !isEnabled) return 'it is marked as not to be played';
  const films = tracks.filter((other) => other.kind === 'video' && !other.isChapters && isFilm(other));
  if (!isEnabled && films.some((other) => other !== track && other.isEnabled))
    return 'it is marked as not to be played';
  if (!isStill && !isFilm(track) && films.length > 0)
    return `the file has video in a newer codec than "${first.entry.type}"`;
  return undefined;
}

/** In a codec that films are coded in today: one that can be protected. */
const isFilm = ({ first }: MediaTrack): boolean => first.codecs.some(({ rangeFinder }) => rangeFinder);
