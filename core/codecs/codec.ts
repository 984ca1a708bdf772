import type { CbcRuns } from '../crypto/cbc-runs.ts';
import type { Segment } from '../media/segment.ts';
import type { AudioInfo, TrackCodec } from '../media/track.ts';
import type { AccessPointReader } from './access-point.ts';
import type { HdrBoxes, HdrMetadata } from './hdr-metadata.ts';
import type { NalByteStream } from './nal/byte-stream.ts';
import type { NalRules } from './nal/rules.ts';
import type { CodedPicture, Colours } from './picture-format.ts';
import type { RangeFinder } from './protected-ranges.ts';

/** A sample entry of MP4 as a codec is told of it. */
export interface DescribedEntry {
  /** Its four-character code. */
  readonly type: string;
  /** Payloads of the boxes in it by type. */
  readonly boxes: ReadonlyMap<string, Uint8Array>;
  /** The codec string as far as the entry tells: `av01`; of `mp4a` with the object type of `esds`, `mp4a.40`. */
  readonly codecs: string;
}

/** What a configuration says of a track. */
export interface ConfigFacts {
  /** Codec string of RFC 6381. @default that of the entry */
  readonly codecs?: string;
  /** Counts for more than the fields of the sample entry, which some codecs fill with constants. */
  readonly audio?: Partial<AudioInfo>;
}

/** What a container that is no MP4 and the first key frame of a track say of it. */
export interface StoredFacts {
  readonly width: number;
  readonly height: number;
  /** Pictures a second. */
  readonly frameRate: number;
  readonly colours: Colours | undefined;
  /** Empty where there is none. */
  readonly firstKey: Uint8Array;
}

/** How video lies in Matroska: as in MP4, but for what is said here. */
export interface MatroskaRules {
  /** CodecID. */
  readonly id: string;
  /** Without a CodecPrivate nobody can say what it is. */
  readonly needsConfig?: boolean;
  /** The sample entry to write. @default the codec's first */
  entry?(config: Uint8Array, name: string): string;
  /** The configuration of MP4, where CodecPrivate is another. @throws BitstreamError */
  config?(codecPrivate: Uint8Array, facts: StoredFacts): Uint8Array;
  /** The sample of MP4 that a packet becomes: a view into it. @throws BitstreamError */
  sample?(packet: Uint8Array): Uint8Array;
}

/**
 * All that is different from one codec to the next, as one value: whoever reads, describes, protects or writes samples asks
 * it, and nobody else knows the codec. What a codec has no answer to is left out.
 */
export interface Codec extends TrackCodec {
  /** Type of the box in the sample entry whose payload is the decoder configuration (`SampleFormat.config`): `avcC`. */
  readonly configBox?: string;
  /**
   * Read the configuration.
   * @param name how messages name the file
   * @throws PackagerError NOT_MEDIA or BitstreamError when it is damaged
   */
  describe?(config: Uint8Array, entry: DescribedEntry, name: string): ConfigFacts;
  /**
   * The configuration of MP4 with what old muxers left out of it; the same one where nothing is missing, or it is damaged: whoever
   * reads it says so.
   */
  wholeConfig?(config: Uint8Array, pictures: Pick<StoredFacts, 'width' | 'height' | 'frameRate'>): Uint8Array;
  /** What the configuration says of the pictures. @throws BitstreamError where it cannot be read */
  picture?(config: Uint8Array): CodedPicture;
  /**
   * Who finds what to protect in samples of video under Common Encryption (ISO/IEC 23001-7, 9.5): what has to stay clear for
   * those who pass samples on, the codec's own binding says. Asked once for each format of a track. Without it video
   * cannot be protected; samples of audio are protected whole.
   * @param name how messages name the file
   * @throws PackagerError NOT_MEDIA when the configuration is damaged
   */
  rangeFinder?(config: Uint8Array, name: string): RangeFinder;
  /** What messages call the parts that it finds. @default 'slices' */
  readonly parts?: string;
  /** The schemes of Common Encryption that its binding to MP4 has. @default all */
  readonly schemes?: readonly string[];
  /** Who tells what a picture is to a decoder that starts with it. Without it the container's word counts. */
  accessPoints?(config: Uint8Array): AccessPointReader;
  /**
   * Of sound whether frames need others, so that decoding starts at those which the container marks (sync samples: ISO/IEC 14496-12,
   * 8.6.2). Of other sound it starts at any, whatever is marked: some muxers mark the first frame alone.
   * @param codecs codec string of the track
   */
  needsSync?(codecs: string): boolean;
  /** Players take for key frames only those whose type says so (IDR), whatever the container marks. */
  readonly needsIdr?: boolean;
  /** Of codecs whose samples are NAL units with lengths in front (ISO/IEC 14496-15). */
  readonly nal?: NalRules;
  /** Of those the rules of byte streams, as MPEG-TS has them, and files of some recorders. */
  readonly byteStream?: NalByteStream;
  /**
   * The configuration that a sample with which decoding can start tells, for containers that have none.
   * @throws BitstreamError where it tells none
   */
  configOf?(firstKey: Uint8Array, facts: StoredFacts): Uint8Array;
  /** Of video that Matroska has a name for. */
  readonly matroska?: MatroskaRules;
  /**
   * SAMPLE-AES in MPEG-TS (Apple, MPEG-2 Stream Encryption Format for HTTP Live Streaming): encrypt a segment after the other, in
   * place where sizes allow. Of codecs that the format knows.
   */
  sampleAes?(runs: CbcRuns): (segment: Segment) => Segment;
  /** Where its sample entry says how bright and how coloured all pictures are. @default `hdrBoxes` */
  hdrBoxes?(hdr: HdrMetadata): HdrBoxes;
  /** By its sample entries: those of Dolby Vision over it (Dolby Vision Streams Within the ISO Base Media File Format). */
  readonly dolbyVision?: Readonly<Record<string, string>>;
}
