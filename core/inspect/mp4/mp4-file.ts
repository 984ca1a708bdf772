import type { MediaSegment } from '../model/media-segment.ts';
import type { KeyLookup, TrackReader } from '../model/track-reader.ts';
import type {
  BoxPlace,
  BrandFacts,
  EventFacts,
  FragmentFacts,
  IndexFacts,
  MovieFacts,
  Mp4Track,
  TopLevelBoxes,
} from './facts.ts';

export interface Mp4Options {
  /** @default nothing is decrypted: the keys of all protected samples are missing */
  readonly keys?: KeyLookup;
}

/** Samples of a fragment, or of tables in `moov`. A fragment of many megabytes comes in several. */
export interface Mp4Segment extends MediaSegment {
  /** Which of the parts they are in: of a rendition the segment of its list, of a file always 0. */
  readonly part: number;
  /** The name of the file. */
  readonly file: string;
  /** `undefined`: of tables. */
  readonly fragment: FragmentFacts | undefined;
}

export interface Mp4TrackReader extends TrackReader {
  readonly track: Mp4Track;
  segments(): AsyncGenerator<Mp4Segment, void>;
}

/** A file, or a rendition of several. */
export interface Mp4Media {
  readonly movie: MovieFacts;
  readonly tracks: readonly Mp4TrackReader[];
  /** The `moof` boxes, without what they hold the samples of. */
  fragments(): AsyncGenerator<FragmentFacts, void>;
}

/** Top-level boxes of one file, other than `moov`, `moof` and `mdat`. */
export interface Mp4Layout {
  readonly boxes: TopLevelBoxes;
  /** Of `ftyp` and `styp`. */
  readonly brands: readonly BrandFacts[];
  readonly indexes: readonly IndexFacts[];
  readonly events: readonly EventFacts[];
  /** What was seen to be no box, at the end of the file; `undefined`: nothing. */
  readonly rest: BoxPlace | undefined;
}
