import type { Colours } from '../codecs/picture-format.ts';
import type { AudioTrackInfo, TextTrackInfo, VideoTrackInfo } from '../media/track.ts';
import type { PictureFacts } from '../title/picture-facts.ts';
import type { UnitPlan } from './unit-plan.ts';

/** One row per segment; offsets and sizes are of the resource as a player fetches it. */
export interface SegmentRows {
  /** Path of each segment's file; one shared path for single-file output. */
  readonly paths: readonly string[];
  readonly offsets: readonly number[];
  readonly sizes: readonly number[];
  /** Presented (composition) start and duration in ticks of `timescale`. */
  readonly starts: readonly number[];
  readonly durations: readonly number[];
  /** The crypto period of each, or `CLEAR`. Absent: all are in period 0. */
  readonly periods?: readonly number[];
}

/** What was written for one unit; plain data that crosses threads. Manifests are made from it. */
export interface RenditionResult {
  readonly unit: UnitPlan;
  readonly tracks: readonly RenditionTrack[];
  /** Of the keys that it is encrypted with: one in each crypto period. Absent: the title has one label, or nothing is encrypted. */
  readonly keyLabel?: string;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly timescale: number;
  readonly segments: SegmentRows;
  /** One row per I-frame, where the mode indexes them. */
  readonly iframes?: SegmentRows;
  /** Initialisation section (`ftyp` and `moov`) and segment index, where the format has them. */
  readonly init?: { readonly path: string; readonly offset: number; readonly size: number };
  readonly index?: { readonly offset: number; readonly size: number };
  /** An edit list presents `mediaTimeAtZero` at 0, so that no manifest has to; absent: there is none. */
  readonly hasEditList?: true;
  /** What its resource protector made, in modes that encrypt those; set by the engine. */
  readonly encryptedResources?: EncryptedResources;
}

/** What was found of a track when what its protector answered was compared with what it was given. */
export interface TrackProtection {
  /** Those of segments that stay clear are not among them. */
  readonly samples: number;
  /** Samples with something that decodes to picture or sound. */
  readonly coded: number;
  /** Coded samples of which nothing is large enough for the scheme: clear by its own rule. */
  readonly tooSmall: number;
  /** Samples that were seen to be encrypted. */
  readonly encrypted: number;
  readonly bytes: number;
  /** Of these, bytes in protected ranges. Where a scheme has a pattern, not every block of a range is ciphertext. */
  readonly protectedBytes: number;
}

/** What was found of a unit's resources (segments, the file) in the same way. */
export interface EncryptedResources {
  readonly count: number;
  readonly bytes: number;
}

/** What became of a track. */
export interface WrittenFacts {
  /** False for a track that the config leaves clear. */
  readonly encrypted: boolean;
  /** `TrackTiming.mediaTimeAtZero`. */
  readonly mediaTimeAtZero: number;
  /** The largest of `TrackTiming.accessPoints`: up to 2, every segment can be decoded without those before it. */
  readonly startsWithSap: number;
  /** What of its samples was encrypted, in modes that encrypt those; set by the engine. */
  readonly protection?: TrackProtection;
}

/** The facts of a video track that was written. */
export interface VideoRenditionTrack extends VideoTrackInfo, PictureFacts, WrittenFacts {
  /** What colours mean as they are shown; absent where nothing says it. */
  readonly colours?: Colours;
}

/** The facts of an audio track that was written. */
export interface AudioRenditionTrack extends AudioTrackInfo, WrittenFacts {}

/** The facts of text that was written. It is clear, and presented when its times say. */
export interface TextRenditionTrack extends TextTrackInfo, WrittenFacts {
  /** What it was written as: `wvtt`, which in a file of its own is WebVTT, or `stpp`, which is TTML. */
  readonly entry: 'wvtt' | 'stpp';
  readonly codecs: string;
  /** Of files that are the text itself: `text/vtt`, `application/ttml+xml`. Absent: it is in fragmented MP4. */
  readonly mimeType?: string;
  /** Its cues. */
  readonly sampleCount: number;
}

/** The facts of a track that was written, for manifests and reports. */
export type RenditionTrack = VideoRenditionTrack | AudioRenditionTrack | TextRenditionTrack;
