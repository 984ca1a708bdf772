import type { MediaEntry, MediaTrack, SampleProtection } from '../model/media-track.ts';

/** Where a box lies in its file: bytes from its start, header included. */
export interface BoxPlace {
  readonly type: string;
  readonly position: number;
  readonly size: number;
}

/** Top-level boxes, a row each, in the order of the file: a long title has tens of thousands. */
export interface TopLevelBoxes {
  readonly count: number;
  type(row: number): string;
  position(row: number): number;
  size(row: number): number;
}

/** `ftyp` or `styp` (ISO/IEC 14496-12, 4.3). */
export interface BrandFacts extends BoxPlace {
  readonly major: string;
  readonly minorVersion: number;
  readonly compatible: readonly string[];
}

/** Protection System Specific Header (ISO/IEC 23001-7, 8.1). */
export interface PsshFacts extends BoxPlace {
  readonly version: number;
  /** 32 hexadecimal digits in lower case. */
  readonly systemId: string;
  /** The same, of version 1. */
  readonly kids: readonly string[];
  readonly data: Uint8Array;
  /** The whole box. */
  readonly bytes: Uint8Array;
}

/** `mvhd` and what `moov` has beside its tracks. */
export interface MovieFacts extends BoxPlace {
  readonly timescale: number;
  /** In ticks of the movie; of `mehd` where there is one. */
  readonly duration: number;
  readonly isFragmented: boolean;
  readonly pssh: readonly PsshFacts[];
}

/** A row of `elst` (ISO/IEC 14496-12, 8.6.6). */
export interface EditFacts {
  /** Ticks of the movie. */
  readonly duration: number;
  /** Ticks of the track; -1: an empty edit. */
  readonly mediaTime: number;
  /** 1 at full speed. */
  readonly rate: number;
}

/** Defaults of `trex` (ISO/IEC 14496-12, 8.8.3). */
export interface FragmentDefaults {
  /** From 1. */
  readonly description: number;
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
}

/** What `btrt` says, in bits a second (ISO/IEC 14496-12, 8.5.2). */
export interface BitRateFacts {
  readonly bufferSize: number;
  readonly maximum: number;
  readonly average: number;
}

/** A sample entry with what its boxes say in full. */
export interface Mp4Entry extends MediaEntry, BoxPlace {
  /** What `frma` says; absent: `type` is the format. */
  readonly originalFormat: string | undefined;
  /** scheme_type of `schm`. */
  readonly schemeType: string | undefined;
  readonly schemeVersion: number | undefined;
  readonly tenc: TencFacts | undefined;
  readonly btrt: BitRateFacts | undefined;
  /** The boxes in it, in order. */
  readonly boxes: readonly BoxPlace[];
  /** Of `stpp`: its namespaces, separated by spaces. Of `wvtt`: the text of `vttC`. */
  readonly text: string | undefined;
}

/** `tenc` as it is written (ISO/IEC 23001-7, 8.2). */
export interface TencFacts extends BoxPlace {
  readonly version: number;
  readonly protection: SampleProtection;
}

/** A track of a movie. */
export interface Mp4Track extends MediaTrack {
  readonly entries: readonly Mp4Entry[];
  /** `hdlr`: `vide`, `soun`, `text`, `subt`. */
  readonly handler: string;
  /** Of `tkhd`. */
  readonly flags: number;
  readonly movieDuration: number;
  readonly alternateGroup: number;
  /** Pixels as they are shown. */
  readonly displayWidth: number;
  readonly displayHeight: number;
  /** Of `mdhd`: ticks; its language, three letters. */
  readonly mediaDuration: number;
  readonly mediaLanguage: string;
  readonly extendedLanguage: string | undefined;
  readonly edits: readonly EditFacts[];
  readonly defaults: FragmentDefaults | undefined;
  /** Samples that the tables in `moov` have. */
  readonly tableSamples: number;
}

/** A row of `sidx` (ISO/IEC 14496-12, 8.16.3), with what it comes to. */
export interface IndexRow {
  /** Bytes of the file. */
  readonly position: number;
  readonly size: number;
  /** Of another `sidx`, not of media. */
  readonly isIndex: boolean;
  /** Ticks of the index: earliest presentation time, and duration. */
  readonly time: number;
  readonly duration: number;
  readonly startsWithSap: boolean;
  readonly sapType: number;
  readonly sapDeltaTime: number;
}

export interface IndexFacts extends BoxPlace {
  readonly referenceId: number;
  readonly timescale: number;
  readonly earliestTime: number;
  readonly firstOffset: number;
  readonly rows: readonly IndexRow[];
}

/** Event message (ISO/IEC 23009-1, 5.10.3.3). */
export interface EventFacts extends BoxPlace {
  readonly version: number;
  readonly schemeIdUri: string;
  readonly value: string;
  readonly timescale: number;
  /** Ticks: of version 1 on the media timeline, of version 0 from the earliest presentation time of its segment. */
  readonly time: number;
  readonly duration: number;
  readonly id: number;
  readonly message: Uint8Array;
}

/** What is wrong with auxiliary information, though samples can still be read. */
export interface AuxiliaryFault {
  readonly kind:
    | 'senc-count'
    | 'senc-size'
    | 'saiz-count'
    | 'saiz-size'
    | 'saio-count'
    | 'saio-place'
    | 'saiz-without-saio'
    | 'information-missing'
    | 'information-of-clear-samples'
    | 'group-count'
    | 'group-description-missing';
  /** Bytes from the start of the file. */
  readonly position: number;
  /** Completes the sentence `the fragment at … has …`. */
  readonly reason: string;
}

/** A run of `sbgp` with its description. */
export interface GroupFacts {
  readonly samples: number;
  /** group_description_index as it is written: above 0x10000 those beside it. */
  readonly description: number;
  /** `undefined`: of no group, or of one that nothing describes. */
  readonly protection: SampleProtection | undefined;
}

/** A `traf`. */
export interface TrackFragmentFacts extends BoxPlace {
  readonly trackId: number;
  /** Flags of `tfhd`. */
  readonly flags: number;
  /** sample_description_index in force, from 1. */
  readonly description: number;
  /** baseMediaDecodeTime of `tfdt`. */
  readonly decodeTime: number | undefined;
  readonly samples: number;
  /** In ticks, of all its samples. */
  readonly duration: number;
  readonly senc: (BoxPlace & { readonly count: number; readonly hasSubsamples: boolean }) | undefined;
  readonly saiz: (BoxPlace & { readonly count: number; readonly defaultSize: number }) | undefined;
  /** Where it leads: bytes from the start of the file. */
  readonly saio: (BoxPlace & { readonly places: readonly number[] }) | undefined;
  readonly groups: readonly GroupFacts[];
  readonly faults: readonly AuxiliaryFault[];
}

/** A `moof`. */
export interface FragmentFacts extends BoxPlace {
  /** Which of the parts it is in: of a rendition the segment of its list, of a file always 0. */
  readonly part: number;
  /** sequence_number of `mfhd`. */
  readonly sequence: number | undefined;
  readonly tracks: readonly TrackFragmentFacts[];
  readonly pssh: readonly PsshFacts[];
}
