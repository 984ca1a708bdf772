import type { Run } from '../contract/run.ts';
import { isSameTrack } from '../contract/unit-plan.ts';
import {
  type AudioInfo,
  type CodedInfo,
  type CommonInfo,
  type ImageTrack,
  isCoded,
  type TextTrackInfo,
  type TrackInfo,
  type TrackKind,
  type VideoInfo,
} from '../media/track.ts';
import type { Presentation } from '../title/presentation.ts';
import { isChosen } from '../title/track-choice.ts';
import type { Inputs } from './inputs.ts';
import type { Carried } from './plan.ts';
import type { TitleFacts } from './title-run.ts';

/** An input, and what is in it. */
export interface PlannedInput {
  readonly path: string;
  readonly bytes: number;
  /** Empty where no mode looks into files. */
  readonly tracks: readonly PlannedTrack[];
}

/** A track that was found in an input. */
export type PlannedTrack = PlannedVideo | PlannedAudio | PlannedText | PlannedImages;

/** What a user chooses a track by. */
type PlannedUse = Pick<
  CommonInfo,
  'language' | 'roles' | 'label' | 'characteristics' | 'isForced' | 'isDefault'
>;

/** As the title has it: what the config says of a track is in it. */
interface PlannedFacts extends Pick<CommonInfo, 'id'>, PlannedUse {
  /** Why the title goes without it, or all of its modes do; absent: it is part of the title. */
  readonly leftOut?: string;
}

interface PlannedSamples extends PlannedFacts, Pick<CodedInfo, 'codecs' | 'bytes'> {
  /** Seconds. */
  readonly duration: number;
  readonly samples: number;
}

/** A video track that was found. */
export interface PlannedVideo extends PlannedSamples {
  readonly kind: 'video';
  /** Its key frames are for trick play, and it is no rendition. */
  readonly trickPlay?: 'given';
  readonly video: Pick<VideoInfo, 'width' | 'height' | 'frameRate'>;
  readonly score?: number;
}

/** An audio track that was found. */
export interface PlannedAudio extends PlannedSamples {
  readonly kind: 'audio';
  readonly audio: Pick<AudioInfo, 'channels' | 'sampleRate'>;
}

/** A text track that was found. */
export interface PlannedText extends PlannedFacts, Pick<TextTrackInfo, 'kind' | 'format' | 'codecs'> {
  /** Seconds. */
  readonly duration: number;
}

/** A track of still pictures that was found. */
export interface PlannedImages
  extends PlannedFacts,
    Pick<ImageTrack, 'kind' | 'format' | 'width' | 'height'> {}

/** All tracks of the inputs, those of the title and those that it goes without. */
export async function listInputs(
  inputs: Inputs,
  run: Run,
  { presentation, carried }: Pick<TitleFacts, 'presentation' | 'carried'>,
): Promise<PlannedInput[]> {
  const listed: PlannedInput[] = [];
  for (const { index, path, bytes, choice } of run.inputs) {
    const found = inputs.foundTracks(index);
    const declared = found.length > 0 ? await inputs.tracks(index) : [];
    const tracks = found.map((track): PlannedTrack => {
      const isTaken = choice === undefined || isChosen(choice, track);
      const leftOut = isTaken
        ? (whyLeftOut(track, presentation) ?? whyNowhere(track, [...carried.values()]))
        : 'the config does not take it';
      // Also of one that is left out: why it is may follow from what the config says.
      const own = declared.find((one) => isSameTrack(one, track)) ?? track;
      const used = inTitle(track, presentation) ?? own;
      const listedTrack: PlannedTrack = { ...factsOf(track), ...useOf(used) };
      const trickPlay = used.kind === 'video' && used.trickPlay === 'given' && { trickPlay: used.trickPlay };
      return { ...listedTrack, ...trickPlay, ...(leftOut !== undefined && { leftOut }) };
    });
    listed.push({ path, bytes, tracks });
  }
  return listed;
}

function useOf(track: TrackInfo): PlannedUse & Pick<PlannedVideo, 'score'> {
  const { language, roles, label, characteristics, isForced, isDefault } = track;
  const score = track.kind === 'video' ? track.score : undefined;
  return {
    language,
    ...(roles && { roles }),
    ...(label !== undefined && { label }),
    ...(characteristics && { characteristics }),
    ...(isForced && { isForced }),
    ...(isDefault && { isDefault }),
    ...(score !== undefined && { score }),
  };
}

/** The track as the title has it, with what the config says of it. */
function inTitle(
  track: TrackInfo,
  { video, audio, text, images, trickPlay = [] }: Presentation,
): TrackInfo | undefined {
  const timed = [...video, ...audio, ...text, ...trickPlay].map(({ track: one }) => one);
  return [...timed, ...images].find((one) => isSameTrack(one, track));
}

function factsOf(track: TrackInfo): PlannedTrack {
  const { id, language } = track;
  switch (track.kind) {
    case 'video': {
      const { width, height, frameRate } = track.video;
      return { id, kind: track.kind, ...sampleFacts(track), video: { width, height, frameRate } };
    }
    case 'audio': {
      const { channels, sampleRate } = track.audio;
      return { id, kind: track.kind, ...sampleFacts(track), audio: { channels, sampleRate } };
    }
    case 'text': {
      const { kind, format, codecs, duration, timescale } = track;
      return {
        ...{ id, kind, format, language },
        ...(codecs !== undefined && { codecs }),
        duration: duration / timescale,
      };
    }
    case 'image': {
      const { kind, format, width, height } = track;
      return { id, kind, format, language, width, height };
    }
  }
}

const sampleFacts = ({ codecs, language, duration, timescale, sampleCount, bytes }: CodedInfo) => ({
  codecs,
  language,
  duration: duration / timescale,
  samples: sampleCount,
  bytes,
});

function whyLeftOut(track: TrackInfo, presentation: Presentation): string | undefined {
  if (inTitle(track, presentation)) return undefined;
  if (isCoded(track) && track.sampleCount === 0) return 'it has no samples';
  return WHY_LEFT_OUT[track.kind];
}

const WHY_LEFT_OUT: Readonly<Record<TrackKind, string>> = {
  video: 'a file gives one video track',
  audio: 'its language and codec come from another track already',
  text: 'its language, format and use come from another track already',
  image: 'the images come from another input already',
};

/** What the title has, and every one of its modes goes without. */
function whyNowhere(track: TrackInfo, modes: readonly Carried[]): string | undefined {
  const isLeftOut = ({ leftOut }: Carried) => leftOut.some((one) => isSameTrack(one.track, track));
  return modes.length > 0 && modes.every(isLeftOut) ? 'no mode of the title carries it' : undefined;
}
