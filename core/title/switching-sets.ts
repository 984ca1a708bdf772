import { canonicalLanguage } from '../media/language.ts';
import { describeTurn } from '../media/orientation.ts';
import {
  type AudioInfo,
  codecFamily,
  type TrackKind,
  type TrickPlay,
  type VideoInfo,
} from '../media/track.ts';
import type { VideoRange } from './picture-facts.ts';

/** What of a track decides to which others a player may switch. */
export interface SwitchingFacts {
  readonly kind: TrackKind;
  readonly entry: string;
  readonly codecs: string;
  readonly language: string;
  /** False for a track that is left clear. */
  readonly encrypted: boolean;
  /** Which key protects it, or all that do by turns: a player may be given the one and not the other. */
  readonly keyLabel?: string | undefined;
  /** Values of `urn:mpeg:dash:role:2011`. */
  readonly roles?: readonly string[];
  /** For whom it is: sound that describes the picture is another choice. */
  readonly characteristics?: readonly string[];
  /** What users know it by. */
  readonly label?: string;
  readonly audio?: AudioInfo;
  readonly video?: VideoInfo;
  /** Absent: SDR. */
  readonly videoRange?: VideoRange;
  /** Pictures to search by are shown in place of the others, and players come back to these. */
  readonly trickPlay?: TrickPlay;
}

/** Tracks between which a player may switch as bandwidth goes, with what they have in common that manifests ask for. */
export interface SwitchingSet<Item> {
  readonly kind: TrackKind;
  /** The same for sets of one choice that differ by their keys alone: who has the keys of both may go on with the other. */
  readonly choice: string;
  /** The same for sets that hold one programme (`programmeOf`), in whatever codec and for whatever loudspeakers. */
  readonly programme: string;
  /** The same for sets in one codec, for the same loudspeakers. */
  readonly form: string;
  /** `codecFamily` of all. */
  readonly codec: string;
  /** One spelling of it (`canonicalLanguage`); absent for pictures, whose language is not a choice. */
  readonly language: string | undefined;
  /** In given order. */
  readonly members: readonly [Item, ...Item[]];
}

/**
 * The switching sets of a title, in the order of their first members. Whatever a user or a device chooses parts them, sizes and rates do
 * not: an adaptation set of DASH is one set (ISO/IEC 23009-1, 5.3.3.1), and audio groups of HLS are made of them. Variants are not:
 * no tag names a set of them, players tell by CODECS and VIDEO-RANGE, and all are listed in the order of the inputs.
 */
export function switchingSets<Item>(
  items: readonly Item[],
  factsOf: (item: Item) => SwitchingFacts,
): SwitchingSet<Item>[] {
  const members = new Map<string, [Item, ...Item[]]>();
  for (const [index, item] of items.entries()) {
    const facts = factsOf(item);
    // Two texts say different things, whatever they have in common.
    const name = facts.kind === 'text' ? `text ${index}` : nameOf(facts);
    const known = members.get(name);
    if (known) known.push(item);
    else members.set(name, [item]);
  }
  return [...members.values()].map((list) => {
    const facts = factsOf(list[0]);
    return {
      kind: facts.kind,
      choice: choiceOf(facts),
      programme: programmeOf(facts),
      form: JSON.stringify([codecFamily(facts), speakersOf(facts.audio)]),
      codec: codecFamily(facts),
      language: languageOf(facts),
      members: list,
    };
  });
}

/** Whether a player may switch from one track to the other while it plays. */
export const maySwitch = (one: SwitchingFacts, other: SwitchingFacts): boolean =>
  nameOf(one) === nameOf(other);

/** Kinds of pictures: encoders leave any language in there. Of what is heard or read it is what is chosen first. */
const PICTURES: ReadonlySet<string> = new Set(['video', 'image']);

const languageOf = ({ kind, language }: ProgrammeFacts): string | undefined =>
  PICTURES.has(kind) ? undefined : canonicalLanguage(language);

/** What of a track its user chooses. */
type ProgrammeFacts = Pick<SwitchingFacts, 'kind' | 'language' | 'roles' | 'characteristics' | 'label'>;

/**
 * The same for tracks that are one to their user, whatever plays them. To be the main one is no other programme; and what renditions
 * of pictures are called tells users which of them is shown, not that they are several films.
 */
export const programmeOf = (facts: ProgrammeFacts): string =>
  JSON.stringify([
    facts.kind,
    languageOf(facts),
    (facts.roles ?? []).filter((role) => role !== 'main').toSorted(),
    (facts.characteristics ?? []).toSorted(),
    PICTURES.has(facts.kind) ? undefined : facts.label,
  ]);

/** The same for all tracks of a set, and for no others. */
const nameOf = (facts: SwitchingFacts): string => JSON.stringify([choiceOf(facts), facts.keyLabel]);

const choiceOf = (facts: SwitchingFacts): string =>
  JSON.stringify([
    facts.kind,
    codecFamily(facts),
    languageOf(facts),
    [...(facts.roles ?? [])].sort(),
    [...(facts.characteristics ?? [])].sort(),
    PICTURES.has(facts.kind) ? undefined : facts.label,
    facts.encrypted,
    speakersOf(facts.audio),
    // The brightness of the film would change, and the picture turn.
    facts.videoRange ?? 'SDR',
    facts.video && describeTurn(facts.video),
    facts.trickPlay,
  ]);

/** Where sound comes from, as a list; objects of Dolby Atmos need not stay with a loudspeaker. */
const speakersOf = (audio: AudioInfo | undefined): readonly unknown[] => [
  audio?.channels,
  audio?.layout,
  audio?.dolby?.speakers,
  audio?.dolby?.jocComplexity !== undefined,
];
