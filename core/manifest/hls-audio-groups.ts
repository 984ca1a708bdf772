import { largest } from '../base/largest.ts';
import type { RenditionResult } from '../contract/rendition.ts';
import { type AudioInfo, type AudioTrackInfo, codecFamily } from '../media/track.ts';
import { bitRate, sameRate } from '../title/bit-rate.ts';
import { programmeOf, type SwitchingSet, switchingSets } from '../title/switching-sets.ts';
import { autoselected, mediaTag, programmeNames } from './hls-media-tags.ts';
import { uniqueNames } from './hls-names.ts';
import type { HlsPlace } from './hls-places.ts';

/** One audio track that a player may choose. */
export interface AudioMember {
  readonly track: AudioTrackInfo;
  /** Absent for what is muxed into the variants. */
  readonly beside?: { readonly rendition: RenditionResult; readonly path: string };
}

/** What stands beside a variant: an EXT-X-MEDIA group. */
export interface AudioGroup {
  readonly id: string;
  readonly members: readonly AudioMember[];
  /** NAMEs of the members: a programme has one in all groups. */
  readonly names: readonly string[];
  /** The one to play unless the user chooses. */
  readonly preferred: AudioMember | undefined;
  /** What its own tracks are coded in (`codecFamily`). */
  readonly codec: string;
  /** That and the channels: `aac/2`, `ec-3/6`, `ec-3/joc`. */
  readonly form: string;
  /** Which quality of its form, 0 for the lowest bit rate, of how many. */
  readonly quality: number;
  readonly qualities: number;
}

type AudioSet = SwitchingSet<AudioMember>;

/**
 * The audio groups of a title: one for each codec and number of channels (HLS Authoring Specification for Apple Devices, appendix on
 * audio), and for each quality where programmes have several; the first is `audio`. All have the same programmes: where one is not there
 * in a group's form, its track in another takes its place, in the same codec if there is one (groups have to offer the same choice, 2.19).
 * None where nothing stands beside the variants.
 * @param muxed what the variants hold: the default
 */
export function audioGroups(muxed: readonly AudioTrackInfo[], beside: readonly AudioMember[]): AudioGroup[] {
  if (beside.length === 0) return [];
  const members: AudioMember[] = [...muxed.map((track) => ({ track })), ...beside];
  // Keys do not part what a player chooses by codec and name.
  const sets = switchingSets(members, ({ track }) => ({ ...track, encrypted: true, keyLabel: undefined }));
  const first = sets[0]!.programme;
  const groups = [...new Set(sets.map(({ form }) => form))].flatMap((form) => groupsOf(form, sets, members));
  const distinct = groups.filter(
    (group, index) => groups.findIndex((other) => sameMembers(other, group)) === index,
  );
  const start = distinct.findIndex((group) => group.members.includes(members[0]!));
  const ordered = [...distinct.splice(start, 1), ...distinct];
  const ids = uniqueNames(ordered.map((group, index) => (index === 0 ? 'audio' : idOf(group, ordered))));
  const names = programmeNames(members.map(({ track }) => track));
  return ordered.map((group, index) => ({
    ...group,
    names: uniqueNames(group.members.map(({ track }) => names.get(programmeOf(track))!)),
    id: ids[index]!.replace(' (', '-').replace(')', ''),
    preferred: group.members.find(({ track }) => programmeOf(track) === first),
  }));
}

type Unnamed = Omit<AudioGroup, 'id' | 'names' | 'preferred'>;

/** The groups of a form, from the lowest quality on. */
function groupsOf(form: string, sets: readonly AudioSet[], members: readonly AudioMember[]): Unnamed[] {
  const own = sets.filter((set) => set.form === form);
  const { codec } = own[0]!;
  const programmes = [...new Set(sets.map(({ programme }) => programme))];
  const ladders = programmes.map((programme) => {
    const inForm = own.filter((set) => set.programme === programme);
    return qualitiesOf(inForm.flatMap((set) => set.members));
  });
  const qualities = largest(ladders, ({ length }) => length);
  return Array.from({ length: qualities }, (_, quality) => {
    const chosen = ladders.flatMap((ladder, index) =>
      ladder.length > 0
        ? ladder[Math.floor((quality * ladder.length) / qualities)]!
        : standIn(programmes[index]!, codec, sets),
    );
    return {
      codec,
      form: formName(own[0]!.members[0].track),
      quality,
      qualities,
      members: members.filter((member) => chosen.includes(member)),
    };
  });
}

/** Members by bit rate, from the lowest on; those that are as good as alike together. */
function qualitiesOf(members: readonly AudioMember[]): AudioMember[][] {
  const ladder: AudioMember[][] = [];
  for (const member of members.toSorted((a, b) => bitRate(a.track) - bitRate(b.track))) {
    const last = ladder.at(-1);
    if (last && sameRate(last[0]!.track, member.track)) last.push(member);
    else ladder.push([member]);
  }
  return ladder;
}

function standIn(programme: string, codec: string, sets: readonly AudioSet[]): AudioMember {
  const others = sets.filter((set) => set.programme === programme);
  return (others.find((set) => set.codec === codec) ?? others[0]!).members[0];
}

const sameMembers = (one: Unnamed, other: Unnamed): boolean =>
  one.members.length === other.members.length &&
  one.members.every((member, index) => member === other.members[index]);

function formName(track: AudioTrackInfo): string {
  const { channels: count, dolby } = track.audio;
  return `${codecFamily(track)}/${dolby?.jocComplexity === undefined ? count : 'joc'}`;
}

/** `audio-ec-3`; of several in one codec `audio-aac-6`, of several qualities of that `audio-aac-2-1`, the lowest. */
function idOf(group: Unnamed, all: readonly Unnamed[]): string {
  const { codec, form, quality, qualities } = group;
  if (all.filter((other) => other.codec === codec).length === 1) return `audio-${codec}`;
  return `audio-${form.replace('/', '-')}${qualities > 1 ? `-${quality + 1}` : ''}`;
}

/** The EXT-X-MEDIA tags of a group, for a place that it is loaded from. */
export function audioTags({ id, members, names, preferred }: AudioGroup, place: HlsPlace): string[] {
  const tracks = members.map(({ track }) => track);
  const selected = autoselected(tracks, preferred?.track);
  return members.map((member, index) =>
    mediaTag({
      type: 'AUDIO',
      group: place.group(id),
      name: names[index]!,
      track: member.track,
      isDefault: member === preferred,
      isAutoselect: selected.has(member.track),
      channels: channels(member.track.audio),
      uri: member.beside && place.uri(member.beside.path),
    }),
  );
}

/** `6`, or `16/JOC`: with objects their number counts (RFC 8216bis, 4.4.6.1). */
const channels = ({ channels: count, dolby }: AudioInfo): string =>
  dolby?.jocComplexity === undefined ? String(count) : `${dolby.jocComplexity}/JOC`;
