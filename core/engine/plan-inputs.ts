import type { Run } from '../contract/run.ts';
import type { AudioInfo, TrackInfo, VideoInfo } from '../media/track.ts';
import type { Presentation } from '../title/presentation.ts';
import { isChosen } from '../title/track-choice.ts';
import type { Inputs } from './inputs.ts';

/** An input, and what is in it. */
export interface PlannedInput {
  readonly path: string;
  readonly bytes: number;
  /** Empty where no mode looks into files. */
  readonly tracks: readonly PlannedTrack[];
}

/** A track that was found in an input. */
export interface PlannedTrack extends Pick<TrackInfo, 'id' | 'kind' | 'codecs' | 'language'> {
  /** Seconds. */
  readonly duration: number;
  readonly samples: number;
  readonly bytes: number;
  readonly video?: Pick<VideoInfo, 'width' | 'height' | 'frameRate'>;
  readonly audio?: Pick<AudioInfo, 'channels' | 'sampleRate'>;
  /** Why the title goes without it; absent: it is part of the title. */
  readonly leftOut?: string;
}

/** All tracks of the inputs, those of the title and those that it goes without. */
export const listInputs = (inputs: Inputs, run: Run, presentation: Presentation): PlannedInput[] =>
  run.inputs.map(({ index, path, bytes, choice }) => ({
    path,
    bytes,
    tracks: inputs.foundTracks(index).map((track) => {
      const isTaken = choice === undefined || isChosen(choice, track);
      const leftOut = isTaken ? whyLeftOut(track, presentation) : 'the config does not take it';
      return { ...factsOf(track), ...(leftOut !== undefined && { leftOut }) };
    }),
  }));

function factsOf({ id, kind, codecs, language, ...track }: TrackInfo): PlannedTrack {
  const { duration, timescale, sampleCount, bytes, video, audio } = track;
  return {
    ...{ id, kind, codecs, language },
    duration: duration / timescale,
    samples: sampleCount,
    bytes,
    ...(video && { video: { width: video.width, height: video.height, frameRate: video.frameRate } }),
    ...(audio && { audio: { channels: audio.channels, sampleRate: audio.sampleRate } }),
  };
}

function whyLeftOut(track: TrackInfo, { video, audio }: Presentation): string | undefined {
  const { input, id, kind, sampleCount } = track;
  const isPart = [...video, ...audio].some(({ track: one }) => one.input === input && one.id === id);
  if (isPart) return undefined;
  if (sampleCount === 0) return 'it has no samples';
  return kind === 'video'
    ? 'a file gives one video track'
    : 'its language and codec come from another track already';
}
