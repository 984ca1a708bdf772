import { answersLanguage } from '../media/language.ts';
import type { TrackInfo } from '../media/track.ts';

/** A language, which may name several tracks, or the id of one. */
export type AudioPick = string | number;

/** Which tracks of an input to take, and what to call them; plain data that crosses threads. */
export interface TrackChoice {
  /** The id of a video track; `false`: none. Absent: the first. */
  readonly video?: number | false | undefined;
  /** Audio tracks in the order of the title; `false`: none. Absent: all, as the file has them. */
  readonly audio?: readonly AudioPick[] | false | undefined;
  /** Takes the place of the language of the audio tracks that are taken. */
  readonly language?: string | undefined;
}

type ChoosableTrack = Pick<TrackInfo, 'id' | 'kind' | 'language'>;

/**
 * Whether the config takes a track of an input (`InputInfo.choice`). For demuxers: what is wrong with another one is no
 * reason to warn, or to fail. Nothing is chosen of text and images.
 */
export function isChosen(choice: TrackChoice | undefined, track: ChoosableTrack): boolean {
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
