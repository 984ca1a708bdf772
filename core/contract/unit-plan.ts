import type { TrickPlay } from '../media/track.ts';

/** Which track of which input. */
export interface TrackRef {
  readonly input: number;
  readonly id: number;
  /** `key-frames`: not the track itself, but what is made of its key frames for trick play. */
  readonly trickPlay?: TrickPlay;
}

/** Whether both are of one track. */
export const isSameTrack = (one: TrackRef, other: TrackRef): boolean =>
  one.input === other.input &&
  one.id === other.id &&
  (one.trickPlay === 'key-frames') === (other.trickPlay === 'key-frames');

/** What names a track: plain data, in which one of key frames is told from the track that it is made of. */
export const trackRef = ({ input, id, trickPlay }: TrackRef): TrackRef => ({
  input,
  id,
  ...(trickPlay === 'key-frames' && { trickPlay }),
});

/**
 * The unit of parallel work: one file or folder of a mode's output, made of one track (DASH), a rendition's tracks
 * (HLS) or a whole input. A mode plans its units before the first byte is written.
 */
export interface UnitPlan {
  /** Unique in the mode; names the output: `video-1`, `audio-und`, `media-2`. */
  readonly id: string;
  /** The input it is read from; of a rendition, its video's. */
  readonly input: number;
  /** Empty for a whole-file mode. */
  readonly tracks: readonly TrackRef[];
  /** Bytes it will read: the measure of its progress and of the disk space it needs. */
  readonly bytes: number;
  /** Where a mode has a choice: what its hooks are to write; of text, what the media beside it is in. */
  readonly container?: 'ts' | 'fmp4';
}
