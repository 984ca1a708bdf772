import type { ContentKey } from '../../keys/content-key.ts';
import type { MediaSegment } from './media-segment.ts';
import type { MediaTrack, SampleProtection } from './media-track.ts';

/**
 * The key of samples. Asked by what the package says: a key id, or where it has none, as in MPEG-TS, by the key line in force
 * (its URI). `undefined`: there is none.
 */
export type KeyLookup = (wanted: WantedKey) => ContentKey | undefined;

/** What a package says of a key. */
export interface WantedKey {
  readonly kid: string | undefined;
  /** URI of `EXT-X-KEY`. */
  readonly uri?: string;
  /** `whole-file`: of a file in the container of a vendor. */
  readonly scheme: SampleProtection['scheme'] | 'whole-file';
}

/** A track of a finished package, in whatever container: its facts, and its samples in order. */
export interface TrackReader {
  readonly track: MediaTrack;
  /** Each once, in order; the memory of one is used again for the next. @throws DamageError where the file is not what it says */
  segments(): AsyncGenerator<MediaSegment, void>;
}
