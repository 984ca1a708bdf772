import { answersLanguage } from '../media/language.ts';
import type { Role } from '../media/roles.ts';
import type { TrackInfo } from '../media/track.ts';

/** A language, which may name several tracks, or the id of one. */
export type AudioPick = string | number;

/** What the config says of the tracks of an input, in place of what the file says; plain data that crosses threads. */
export interface DeclaredFacts {
  readonly language?: string | undefined;
  readonly roles?: readonly Role[] | undefined;
  /** What players call it in their menus. */
  readonly label?: string | undefined;
  /** For whom it is (CHARACTERISTICS, RFC 8216, 4.3.4.1). */
  readonly characteristics?: readonly string[] | undefined;
  /** `true`: the one of its kind to play unless the user chooses; `false`: that is another one. */
  readonly default?: boolean | undefined;
  /** Text that is shown though nobody has chosen subtitles. */
  readonly forced?: boolean | undefined;
  /** Text for the deaf and hard of hearing. */
  readonly sdh?: boolean | undefined;
  /** How good the pictures are beside those of other inputs (SCORE, RFC 8216bis, 4.4.6.2). */
  readonly score?: number | undefined;
}

/** Which tracks of an input to take, and what to say of them; plain data that crosses threads. */
export interface TrackChoice extends DeclaredFacts {
  /** The id of a video track; `false`: none. Absent: the first. */
  readonly video?: number | false | undefined;
  /** Audio tracks in the order of the title; `false`: none. Absent: all, as the file has them. */
  readonly audio?: readonly AudioPick[] | false | undefined;
  /** Its video is for trick play, and nothing else is taken of it. */
  readonly trickPlay?: boolean | undefined;
}

type ChoosableTrack = Pick<TrackInfo, 'id' | 'kind' | 'language'>;

/**
 * Whether the config takes a track of an input (`InputInfo.choice`). For demuxers: what is wrong with another one is no
 * reason to warn, or to fail. Nothing is chosen of text and images.
 */
export function isChosen(choice: TrackChoice | undefined, track: ChoosableTrack): boolean {
  if (choice?.trickPlay && track.kind !== 'video') return false;
  switch (track.kind) {
    case 'video':
      return choice?.video === undefined || choice.video === track.id;
    case 'audio':
      if (choice?.audio === undefined) return true;
      return choice.audio !== false && choice.audio.some((pick) => answersPick(track, pick));
    case 'text':
    case 'image':
      return true;
  }
}

/** Whether all that the config names is there: if not, whoever says so lists what is. */
export function isAnswered(choice: TrackChoice | undefined, tracks: readonly ChoosableTrack[]): boolean {
  const video = tracks.filter(({ kind }) => kind === 'video');
  const audio = tracks.filter(({ kind }) => kind === 'audio');
  if (typeof choice?.video === 'number' && !video.some(({ id }) => id === choice.video)) return false;
  const picks = choice?.audio || [];
  return picks.every((pick) => audio.some((track) => answersPick(track, pick)));
}

/** Whether a track is one of those that are meant. */
export const answersPick = ({ id, language }: ChoosableTrack, pick: AudioPick): boolean =>
  typeof pick === 'number' ? pick === id : answersLanguage(language, pick);
