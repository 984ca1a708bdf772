import { quotient } from '../base/fraction.ts';
import { largest } from '../base/largest.ts';
import type { RenditionResult } from '../contract/rendition.ts';
import { isSameTrack } from '../contract/unit-plan.ts';
import type { TrickPlay } from '../media/track.ts';
import type { SwitchingSet } from '../title/switching-sets.ts';
import { decoderName } from '../title/trick-play.ts';
import type { DashRendition } from './representation.ts';

type DashSet = SwitchingSet<DashRendition>;

/** What of a rendition is for trick play; `undefined`: it is there to be played. */
export const trickPlayKind = ({ tracks: [track] }: RenditionResult): TrickPlay | undefined =>
  track?.kind === 'video' ? track.trickPlay : undefined;

export const isToPlay = (rendition: RenditionResult): boolean => trickPlayKind(rendition) === undefined;

/**
 * The sets that are for trick play, each with those in whose place it is shown: key frames of a rendition are for the set that has
 * it; what was given for it, for all pictures in its codec: players do not change their decoder for a search.
 */
export function trickPlayOf(sets: readonly DashSet[]): Map<DashSet, readonly DashSet[]> {
  const pictures = sets.filter(({ kind, members }) => kind === 'video' && isToPlay(members[0]));
  const found = new Map<DashSet, readonly DashSet[]>();
  for (const set of sets) {
    const { members } = set;
    const kind = trickPlayKind(members[0]);
    if (kind === undefined) continue;
    const origins = members.map(({ track: { input, id } }) => ({ input, id }));
    const isOrigin = ({ track }: DashRendition) => origins.some((ref) => isSameTrack(ref, track));
    const own = pictures.filter((other) =>
      kind === 'key-frames' ? other.members.some(isOrigin) : decoderOf(other) === decoderOf(set),
    );
    found.set(set, own.length > 0 ? own : pictures);
  }
  return found;
}

const decoderOf = ({ members: [{ track }] }: DashSet): string | undefined =>
  track.kind === 'video' ? decoderName(track) : undefined;

/** Pictures a second, the most of a set. */
export const fastestPicture = ({ members }: DashSet): number =>
  largest(members, ({ track }) => (track.kind === 'video' ? quotient(track.video.frameRate) : 0));
