import type { Colours } from '../codecs/picture-format.ts';
import type { OutputTree } from '../io/output-tree.ts';
import type { ContentKey } from '../keys/content-key.ts';
import type { TrackInfo } from '../media/track.ts';
import type { Protector } from '../protection/protector.ts';
import type { PictureFacts } from '../title/picture-facts.ts';
import type { InputInfo, SegmentGrid, TimedTrack } from '../title/presentation.ts';
import type { Run } from './run.ts';

/** Which track of which input. */
export interface TrackRef {
  readonly input: number;
  readonly id: number;
}

/**
 * The unit of parallel work: one file or folder of a mode's output, made of one track (DASH), a rendition's tracks
 * (HLS) or a whole input (NCG). A mode plans its units before the first byte is written.
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
  /** Where a mode has a choice: what its hooks are to write. */
  readonly container?: 'ts' | 'fmp4';
}

/** One track of a unit with what protects it; `undefined`: the config leaves it clear. */
export interface ProtectedTrack extends TimedTrack {
  readonly protector: Protector | undefined;
}

/** What a mode's `segment` hook works on: protected tracks in, files out. */
export interface SegmentJob {
  readonly mode: string;
  readonly unit: UnitPlan;
  readonly run: Run;
  /** The key that the protectors use, for what the headers say of it. */
  readonly key: ContentKey;
  readonly input: InputInfo;
  readonly tracks: readonly ProtectedTrack[];
  /** Protects finished resources (segments, the file) in modes that encrypt those. */
  readonly resourceProtector: Protector | undefined;
  readonly grid: SegmentGrid;
  /** The mode's own output folder, still hidden. */
  readonly output: OutputTree;
  /** Composition time 0 in MPEG-TS, in 90 kHz ticks: the same for all renditions of a title. */
  readonly tsOffset: number;
  /** Say that this many more input bytes are done. Throws when the run was cancelled. */
  progress(bytes: number): void;
}

/** One row per segment; offsets and sizes are of the resource as a player fetches it. */
export interface SegmentRows {
  /** Path of each segment's file; one shared path for single-file output. */
  readonly paths: readonly string[];
  readonly offsets: readonly number[];
  readonly sizes: readonly number[];
  /** Presented (composition) start and duration in ticks of `timescale`. */
  readonly starts: readonly number[];
  readonly durations: readonly number[];
}

/** What was written for one unit; plain data that crosses threads. Manifests are made from it. */
export interface RenditionResult {
  readonly unit: UnitPlan;
  readonly tracks: readonly RenditionTrack[];
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly timescale: number;
  readonly segments: SegmentRows;
  /** One row per I-frame, where the mode indexes them. */
  readonly iframes?: SegmentRows;
  /** Initialisation section (`ftyp` and `moov`) and segment index, where the format has them. */
  readonly init?: { readonly path: string; readonly offset: number; readonly size: number };
  readonly index?: { readonly offset: number; readonly size: number };
  /** What its resource protector made, in modes that encrypt those; set by the engine. */
  readonly encryptedResources?: EncryptedResources;
}

/** What was found of a track when what its protector answered was compared with what it was given. */
export interface TrackProtection {
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

export interface RenditionTrack extends TrackInfo, PictureFacts {
  /** What colours mean as they are shown; absent where nothing says it. */
  readonly colours?: Colours;
  /** False for a track that the config leaves clear. */
  readonly encrypted: boolean;
  /** `TrackTiming.mediaTimeAtZero`. */
  readonly mediaTimeAtZero: number;
  /** The largest of `TrackTiming.accessPoints`: up to 2, every segment can be decoded without those before it. */
  readonly startsWithSap: number;
  /** What of its samples was encrypted, in modes that encrypt those; set by the engine. */
  readonly protection?: TrackProtection;
}
