import { languageName, languageTag } from '../base/language-tag.ts';
import { isAuxiliary } from '../media/roles.ts';
import type { CommonInfo, TrackKind } from '../media/track.ts';
import { programmeOf } from '../title/switching-sets.ts';
import { attributeTag, quoted } from './hls-attributes.ts';
import { uniqueNames } from './hls-names.ts';

/** What of a track its EXT-X-MEDIA tag says. */
export type MediaTrack = Pick<
  CommonInfo,
  'language' | 'roles' | 'characteristics' | 'label' | 'isForced' | 'isDefault'
> & { readonly kind: TrackKind };

/** One rendition of a group. */
export interface MediaTag {
  readonly type: 'AUDIO' | 'SUBTITLES';
  readonly group: string;
  readonly name: string;
  readonly track: MediaTrack;
  readonly isDefault: boolean;
  readonly isAutoselect: boolean;
  /** Of audio. */
  readonly channels?: string | undefined;
  /** Of its playlist, as seen from the multivariant playlist; absent for what is in the variants. */
  readonly uri?: string | undefined;
}

/** An EXT-X-MEDIA tag (RFC 8216, 4.3.4.1). */
export function mediaTag({ type, group, name, track, isDefault, isAutoselect, ...more }: MediaTag): string {
  const { channels, uri } = more;
  const characteristics = track.characteristics?.join(',');
  return attributeTag('EXT-X-MEDIA', {
    TYPE: type,
    'GROUP-ID': quoted(group),
    NAME: quoted(name),
    // Stated even where it is not known (HLS Authoring Specification for Apple Devices, 8.10).
    LANGUAGE: quoted(languageTag(track.language) ?? 'und'),
    DEFAULT: isDefault ? 'YES' : 'NO',
    AUTOSELECT: isAutoselect ? 'YES' : 'NO',
    FORCED: type === 'SUBTITLES' && track.isForced ? 'YES' : undefined,
    CHARACTERISTICS: characteristics && quoted(characteristics),
    CHANNELS: channels && quoted(channels),
    URI: uri && quoted(uri),
  });
}

/** What NAMEs say of a role where nobody gives a label. A dub is just the film in its language. */
const ROLE_WORDS: Readonly<Record<string, string>> = {
  alternate: 'alternate',
  commentary: 'commentary',
  description: 'description',
  supplementary: 'supplementary',
  caption: 'captions',
  'forced-subtitle': 'forced',
};

/** `English`, `English (commentary)`, or the label. */
function nameOf({ kind, label, language, roles = [] }: MediaTrack): string {
  if (label !== undefined) return label;
  const words = roles.flatMap((role) => ROLE_WORDS[role] ?? []);
  const isSpoken = kind !== 'text' || languageTag(language) !== undefined;
  return `${isSpoken ? languageName(language) : 'Subtitles'}${words.length > 0 ? ` (${words.join(', ')})` : ''}`;
}

/**
 * NAMEs by programme (`programmeOf`), no two alike: `Audio`, `Audio (2)`. All groups have them, as a player that goes on with another
 * group looks for what it played by its name (HLS Authoring Specification for Apple Devices, 2.19).
 */
export function programmeNames(tracks: readonly MediaTrack[]): ReadonlyMap<string, string> {
  const first = new Map<string, MediaTrack>();
  for (const track of tracks) if (!first.has(programmeOf(track))) first.set(programmeOf(track), track);
  const names = uniqueNames([...first.values()].map(nameOf));
  return new Map([...first.keys()].map((programme, index) => [programme, names[index]!]));
}

/**
 * Which tracks of a group a player may take by itself, by the language of the system and what its user needs. Of several programmes
 * that it could not tell apart by LANGUAGE, FORCED and CHARACTERISTICS, that is one (RFC 8216, 4.3.4.1.1); nor does it take a
 * commentary by itself, nor what is supplementary.
 * @param preferred the DEFAULT of the group, if it has one
 */
export function autoselected<T extends MediaTrack>(tracks: readonly T[], preferred: T | undefined): Set<T> {
  const taken = new Map<string, string>();
  const chosen = new Set<T>();
  for (const track of tracks.toSorted((a, b) => Number(b === preferred) - Number(a === preferred))) {
    const { language, characteristics = [], isForced = false } = track;
    const told = JSON.stringify([languageTag(language) ?? 'und', isForced, characteristics.toSorted()]);
    const programme = programmeOf(track);
    const isTold = (taken.get(told) ?? programme) === programme;
    const isAsked = characteristics.length === 0 && isAuxiliary(track);
    if (track !== preferred && !isForced && (!isTold || isAsked)) continue;
    if (!taken.has(told)) taken.set(told, programme);
    chosen.add(track);
  }
  return chosen;
}
