import type { ContentKey } from '../../keys/content-key.ts';
import type { ImageFacts } from '../images/read-images.ts';
import type { ListedPackage, ListedRendition } from '../model/listed-package.ts';
import type { MediaTrack, SampleProtection } from '../model/media-track.ts';
import type { Listed } from '../model/places.ts';
import type { AuxiliaryFault, MovieFacts, PsshFacts } from '../mp4/facts.ts';
import type { Mp4Layout } from '../mp4/mp4-file.ts';
import type { TransportFacts } from '../mpegts/facts.ts';
import type { CounterRanges } from './iv-ranges.ts';
import type { KeyPackets } from './key-packets.ts';
import type { SegmentRows } from './segment-rows.ts';

/** All that the checks of a package look at: what its manifests say, and what was seen when its files were read, once. */
export interface PackageFacts {
  readonly packages: readonly ListedPackage[];
  readonly renditions: readonly RenditionFacts[];
  /** Bytes of each file that a manifest names; a file that is not here is not there, one that could not be opened has NaN. */
  readonly sizes: ReadonlyMap<string, number>;
  /** All files of the package, where they can be listed. */
  readonly files: readonly Listed[] | undefined;
  /** Keys that are known, for checksums of licence data. */
  readonly keyOf?: (kid: string) => ContentKey | undefined;
  /** Somebody was asked for all keys: what is missing nobody has. */
  readonly asksKeys?: boolean;
}

/** A rendition of a manifest, with what was read of its media. */
export interface RenditionFacts {
  readonly listed: ListedRendition;
  /** The same value where several manifests list the same files; `undefined`: nothing of it was read. */
  readonly media: MediaFacts | undefined;
}

/** What was read of files. */
export interface MediaFacts {
  readonly tracks: readonly TrackFacts[];
  /** `moov`. Absent: it is no MP4. */
  readonly movie?: MovieFacts;
  /** Top-level boxes of files of which pieces are listed, by their paths. */
  readonly layouts?: ReadonlyMap<string, Mp4Layout>;
  /** Absent: it is no MP4. */
  readonly fragments?: FragmentsFacts;
  /** Of MPEG-TS. */
  readonly transport?: TransportFacts;
  /** Of thumbnails. */
  readonly images?: readonly ImageFacts[];
  /** Keys that nobody had, by id, or by the URI that names them: where they are wanted first. Absent: none. */
  readonly missingKeys?: ReadonlyMap<string, { readonly file: string; readonly offset: number }>;
}

/** What fragments say beside their samples. */
export interface FragmentsFacts {
  /** In order: sequence_number of each. */
  readonly sequences: Float64Array;
  /** Distinct `pssh` boxes in `moof`, with the first file that has each. */
  readonly pssh: readonly (PsshFacts & { readonly file: string })[];
  /** The first of each kind, and how many there are. */
  readonly faults: readonly (AuxiliaryFault & { readonly file: string; readonly count: number })[];
}

/** What was seen of a track's samples. */
export interface TrackFacts {
  readonly track: MediaTrack;
  readonly rows: SegmentRows;
  /** All that protect its samples, each once. */
  readonly protections: readonly SampleProtection[];
  readonly samples: number;
  /** Bytes of all samples; of those under a key, but for so many as headers take; how many of these went through the cipher. */
  readonly bytes: number;
  readonly sealable: number;
  readonly sealed: number;
  /** Ticks of the shortest and the longest sample; the last one of the track is of neither. */
  readonly shortest: number;
  readonly longest: number;
  /** Counter blocks by key id, where the cipher counts. */
  readonly counters: ReadonlyMap<string, CounterRanges>;
  /** Of video in MPEG-TS. */
  readonly keyPackets: KeyPackets;
  /** What is wrong with samples one by one: the first place, and in how many. */
  readonly oddities: ReadonlyMap<SampleOddity, Oddity>;
}

export type SampleOddity =
  /** All of a sample is clear, though it is under a key. */
  | 'clear-sample'
  /** Data of a picture is clear. */
  | 'clear-slice'
  /** The length or the first byte of a NAL unit is encrypted. */
  | 'encrypted-header'
  /** A protected part that is no whole number of blocks, where the scheme counts blocks. */
  | 'partial-block'
  /** Audio in parts. */
  | 'audio-in-parts'
  /** An IV of zeros. */
  | 'zero-iv';

export interface Oddity {
  readonly file: string;
  /** Of the fragment or segment. */
  readonly offset: number;
  /** Ticks of the track. */
  readonly time: number;
  /** Of the sample, from 1, in the track. */
  readonly sample: number;
  count: number;
}
