import type { Carriage } from '../contract/packager.ts';
import { describeTrack, type TrackInfo, type VideoTrack } from '../media/track.ts';
import type { Presentation } from '../title/presentation.ts';

/** A track that a mode goes without, and why: a sentence. */
export interface LeftOut {
  readonly track: TrackInfo;
  readonly why: string;
}

/**
 * Pictures for trick play that a mode does not carry.
 * @param warn told once of what is given for it
 */
export function leaveOutTrickPlay(
  mode: string,
  tracks: readonly VideoTrack[],
  warn: (message: string) => void,
): LeftOut[] {
  const why = `mode ${mode} has no place for trick play`;
  const [given] = tracks.filter(({ trickPlay }) => trickPlay === 'given');
  if (given) warn(`${why}: ${describeTrack(given)} is left out there.`);
  return tracks.map((track) => ({ track, why: `${why}.` }));
}

/**
 * The tracks of kinds that a mode looks into files for and does not carry: images, and text unless it says otherwise. A mode that
 * takes files as they are is not asked: whatever is in them stays in.
 * @param warn told once a kind
 */
export function leaveOutUncoded(
  mode: string,
  carriage: Pick<Carriage, 'text'>,
  { text, images }: Pick<Presentation, 'text' | 'images'>,
  warn: (message: string) => void,
): LeftOut[] {
  const subtitles = carriage.text ? [] : text.map(({ track }) => track);
  return [subtitles, images].flatMap((tracks: readonly TrackInfo[]) => {
    const [first, ...others] = tracks;
    if (!first) return [];
    const why = `mode ${mode} carries no ${first.kind} tracks`;
    const more = others.length > 0 ? ` and ${others.length} more are` : ' is';
    warn(`${why}: ${describeTrack(first)}${more} left out there.`);
    return tracks.map((track) => ({ track, why: `${why}.` }));
  });
}
