import { languageName, languageTag } from '../base/language-tag.ts';
import type { RenditionResult, RenditionTrack } from '../contract/rendition.ts';
import type { AudioInfo } from '../media/track.ts';
import { switchingSets } from '../title/switching-sets.ts';
import { attributeTag, quoted } from './hls-attributes.ts';
import { uniqueNames } from './hls-names.ts';
import { relativeUri } from './uri.ts';

/** One audio track that a player may choose. */
export interface AudioMember {
  readonly track: RenditionTrack;
  /** Absent for what is muxed into the variants. */
  readonly beside?: { readonly rendition: RenditionResult; readonly path: string };
}

/** What stands beside a variant: an EXT-X-MEDIA group. */
export interface AudioGroup {
  readonly id: string;
  readonly members: readonly AudioMember[];
  /** The one to play unless the user chooses. */
  readonly preferred: AudioMember | undefined;
}

/**
 * The audio groups of a title, one for each codec; the first is `audio`. All have the same languages: where one is not
 * there in a group's codec, the first track of that language takes its place (groups have to offer the same choice, HLS
 * Authoring Specification for Apple Devices, 2.19). None where nothing stands beside the variants.
 * @param muxed what the variants hold: the default
 */
export function audioGroups(muxed: readonly RenditionTrack[], beside: readonly AudioMember[]): AudioGroup[] {
  if (beside.length === 0) return [];
  const members: AudioMember[] = [...muxed.map((track) => ({ track })), ...beside];
  const sets = switchingSets(members, ({ track }) => track);
  const languages = sets.filter(
    (set, index) => sets.findIndex(({ language }) => language === set.language) === index,
  );
  return [...new Set(sets.map(({ codec }) => codec))].map((codec, index) => {
    const own = sets.filter((set) => set.codec === codec);
    const others = languages.filter(({ language }) => !own.some((set) => set.language === language));
    const chosen = [...own.flatMap((set) => set.members), ...others.map((set) => set.members[0])];
    const main = [...own, ...others].find(({ language }) => language === sets[0]?.language);
    return {
      id: index === 0 ? 'audio' : `audio-${codec}`,
      members: members.filter((member) => chosen.includes(member)),
      preferred: main?.members[0],
    };
  });
}

/** The EXT-X-MEDIA tags of a group (RFC 8216, 4.3.4.1), seen from the playlist `master`. */
export function audioTags({ id, members, preferred }: AudioGroup, master: string): string[] {
  const names = uniqueNames(members.map(({ track }) => languageName(track.language)));
  return members.map((member, index) => {
    const { track, beside } = member;
    return attributeTag('EXT-X-MEDIA', {
      TYPE: 'AUDIO',
      'GROUP-ID': quoted(id),
      NAME: quoted(names[index]!),
      // Stated even where it is not known (HLS Authoring Specification for Apple Devices, 8.10).
      LANGUAGE: quoted(languageTag(track.language) ?? 'und'),
      DEFAULT: member === preferred ? 'YES' : 'NO',
      AUTOSELECT: 'YES',
      CHANNELS: track.kind === 'audio' ? quoted(channels(track.audio)) : undefined,
      URI: beside && quoted(relativeUri(master, beside.path)),
    });
  });
}

/** `6`, or `16/JOC`: with objects their number counts (RFC 8216bis, 4.4.6.1). */
const channels = ({ channels: count, dolby }: AudioInfo): string =>
  dolby?.jocComplexity === undefined ? String(count) : `${dolby.jocComplexity}/JOC`;
