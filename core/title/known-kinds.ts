import { fail } from '../base/errors.ts';
import type { TrackInfo, TrackKind } from '../media/track.ts';

/** What a track of a kind says of itself, and no other does. */
const OWN_FACTS: Readonly<Record<TrackKind, string>> = {
  video: 'video',
  audio: 'audio',
  text: 'format',
  image: 'format',
};

/**
 * Demuxers may be written in plain JavaScript, or for a version with other kinds: what is none of ours would only be lost later.
 * @throws PackagerError UNEXPECTED with the track and what is wrong with it
 */
export function requireKnownKinds(path: string, tracks: readonly TrackInfo[]): void {
  for (const track of tracks) {
    const { id, kind } = track;
    const answered = `The demuxer of ${path} answered track ${id}`;
    if (!Object.hasOwn(OWN_FACTS, kind))
      throw fail.unexpected(
        `${answered} of the kind "${kind}": it may be ${Object.keys(OWN_FACTS).join(', ')}.`,
      );
    const fact = OWN_FACTS[kind];
    if (!(fact in track)) throw fail.unexpected(`${answered} of the kind ${kind} without \`${fact}\`.`);
  }
}
