import { CHARACTERISTIC } from '../../media/roles.ts';
import { type SoundFacts, type SoundUse, soundUse } from '../../media/sound-use.ts';
import type { MatroskaTrack } from '../matroska/track-entries.ts';
import type { MatroskaUse } from '../matroska/track-use.ts';
import { labelOf } from './track-label.ts';

/** What the sound of a file is for, by track number. */
export function soundUses(tracks: readonly MatroskaTrack[]): ReadonlyMap<number, SoundFacts> {
  const sounds = tracks.flatMap(({ sound, ...track }) =>
    sound && track.isEnabled ? [{ ...track, sound }] : [],
  );
  const named = sounds.map(({ language, sound: { name } }) => ({ language, name }));
  const uses = new Map<number, SoundFacts>();
  /** Names by what else tells tracks apart. */
  const names = new Map<string, Set<string>>();
  for (const { id, language, codecId, audio, sound } of sounds) {
    const use = useOf(sound);
    const place = JSON.stringify([language, use, codecId, audio?.channels]);
    const others = names.get(place);
    // Names mostly tell formats, and tracks of one programme in several codecs are to stay one: a name counts where nothing else does.
    const label =
      others && !others.has(sound.name) ? labelOf({ language, name: sound.name }, named) : undefined;
    names.set(place, (others ?? new Set()).add(sound.name));
    uses.set(id, { ...use, ...(label !== undefined && { label }) });
  }
  return uses;
}

const useOf = ({ isCommentary, isDescription, isHearingImpaired, isOriginal }: MatroskaUse): SoundUse =>
  soundUse({
    roles: [...(isCommentary ? ['commentary'] : []), ...(isOriginal === false ? ['dub'] : [])],
    characteristics: isOriginal ? [CHARACTERISTIC.isOriginal] : [],
    isDescription,
    isForHearing: isHearingImpaired,
  });
