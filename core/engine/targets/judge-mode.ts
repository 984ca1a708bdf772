import type { ModeDefinition } from '../../contract/packager.ts';
import type { Target } from '../../contract/target.ts';
import type { TitleOptions } from '../../contract/title-options.ts';
import { isSameTrack } from '../../contract/unit-plan.ts';
import type { LabelPolicy } from '../../keys/label-policy.ts';
import type { ModeKeys } from '../../keys/mode-keys.ts';
import { sameLanguage } from '../../media/language.ts';
import { type CodedKind, type CodedTrack, describeTrack } from '../../media/track.ts';
import { type Carried, protectsSamples } from '../plan.ts';
import { encodeAs, whyNotDecoded } from './decoded.ts';
import { type DeliveryFault, judgeDelivery } from './delivered.ts';
import { listed } from './words.ts';

/** A mode as a title is given to it. */
export interface OpenMode {
  readonly mode: ModeDefinition;
  readonly carried: Carried;
  readonly keys: ModeKeys;
  readonly policy: LabelPolicy;
  readonly clear: TitleOptions['clear'];
}

/** What a target can do with one mode of a title. */
export type ModeVerdict = PlayedMode | RefusedMode;

export interface PlayedMode {
  readonly mode: string;
  /** Tracks that it does not decode, and does not need: others serve in their place. */
  readonly unserved: readonly UnservedTrack[];
}

export interface RefusedMode {
  readonly mode: string;
  /** Completes "it …". */
  readonly why: string;
  /** What to do, if it is not another mode that is wanted: a sentence. */
  readonly instead?: string;
}

/** Why a track is not decoded: it may be another one in its file that is not. */
interface DecodingFault {
  readonly culprit: CodedTrack;
  readonly why: string;
}

interface UnservedTrack {
  readonly track: CodedTrack;
  readonly why: string;
}

export const isPlayed = (verdict: ModeVerdict): verdict is PlayedMode => 'unserved' in verdict;

/** The same before tracks are known: in one of the mode's ways at least. `undefined`: it may be played. */
export function judgeUnopened(target: Target, mode: ModeDefinition): RefusedMode | undefined {
  const ways = [mode, ...(mode.otherwise ?? [])];
  const verdict = judgeDelivery(
    target,
    ways.flatMap(({ delivers = [] }) => delivers),
  );
  return 'why' in verdict ? undelivered(mode, verdict) : undefined;
}

/** Whole resources are under the one key line that a mode has; of samples it is the systems that the config names. */
function undelivered(
  { name: mode, protects }: ModeDefinition,
  { why, missingSystems }: DeliveryFault,
): RefusedMode {
  if (!missingSystems || protects === 'resources') return { mode, why };
  return { mode, why, instead: `Add ${listed(missingSystems, 'or')} to the \`systems\` of mode ${mode}.` };
}

/** Whether a target can play what a mode makes of a title: the film, and sound in every language. */
export function judgeMode(target: Target, open: OpenMode): ModeVerdict {
  const mode = open.mode.name;
  const { carriage, leftOut: _, ...presentation } = open.carried;
  const verdict = judgeDelivery(target, carriage.delivers ?? []);
  if ('why' in verdict) return undelivered(open.mode, verdict);
  const keyFault = target.wantsOwnAudioKey && sharedKey(open);
  if (keyFault) return { mode, ...keyFault };

  const { container } = verdict.delivery;
  const tracks = [...presentation.video, ...presentation.audio].map(({ track }) => track);
  const faultOf = (track: CodedTrack): DecodingFault | undefined => {
    const why = whyNotDecoded(target, track, container);
    return why === undefined ? undefined : { culprit: track, why };
  };
  const served = new Set<CodedTrack>();
  const faults = new Map<CodedTrack, DecodingFault>();
  const labelOf = (track: CodedTrack) =>
    open.mode.protects === 'resources' || protectsSamples(open.mode, track, open)
      ? open.policy.labelOf(track)
      : undefined;
  for (const { tracks: refs } of carriage.plan(presentation, labelOf)) {
    const together = tracks.filter((track) => refs.some((ref) => isSameTrack(ref, track)));
    // What is in one file is played as a whole, or not at all.
    const [fault] = together.flatMap((track) => faultOf(track) ?? []);
    for (const track of together) {
      if (fault) faults.set(track, faultOf(track) ?? fault);
      else served.add(track);
    }
  }
  const unserved = [...faults].flatMap(([track, { why }]) => (served.has(track) ? [] : [{ track, why }]));
  const missed = unserved.find(
    ({ track }) => !tracks.some((other) => served.has(other) && serves(other, track)),
  );
  if (!missed) return { mode, unserved };
  const { culprit, why } = faults.get(missed.track)!;
  return {
    mode,
    why: `${why} (${describeTrack(culprit)})`,
    instead: `Encode the ${culprit.kind} ${encodeAs(target, culprit.kind, container)}.`,
  };
}

/** Whether one track does in place of another: any picture is the film; sound has to be in the language. */
const serves = (one: CodedTrack, other: CodedTrack): boolean =>
  one.kind === other.kind && (one.kind === 'video' || sameLanguage(one.language, other.language));

/** Tracks that a target does not decode whatever they are in, where nothing serves in their place: what to do, a sentence each. */
export function undecodable(target: Target, tracks: readonly CodedTrack[]): string[] {
  const decoded = tracks.filter((track) => whyNotDecoded(target, track) === undefined);
  const kinds = new Set(
    tracks.flatMap((track) => (decoded.some((other) => serves(other, track)) ? [] : [track.kind])),
  );
  return [...kinds].map((kind: CodedKind) => `Encode the ${kind} ${encodeAs(target, kind)}.`);
}

/** Where a protected sound track is under the key of a protected picture. */
function sharedKey({
  mode,
  carried,
  keys,
  policy,
  clear,
}: OpenMode): Pick<RefusedMode, 'why' | 'instead'> | undefined {
  const { video, audio } = carried;
  const idsOf = (all: readonly { readonly track: CodedTrack }[]): ReadonlySet<string> => {
    const protectedTracks = all.filter(({ track }) => protectsSamples(mode, track, { clear }));
    const labels = new Set(protectedTracks.map(({ track }) => policy.labelOf(track)));
    return new Set(keys.all.filter(({ label }) => labels.has(label)).map(({ key }) => key.hexId));
  };
  const ofVideo = idsOf(video);
  if (![...idsOf(audio)].some((id) => ofVideo.has(id))) return undefined;
  return {
    why: 'takes sound in the clear or under a key of its own, and here it is under the key of the pictures',
    instead: "Leave the sound clear (clear: ['audio']), or give it a key of its own (keys: 'audio-video').",
  };
}
