import type { Rational } from '../../base/fraction.ts';
import type { AudioInfo, CodedKind, CodedTrackInfo, SampleFormat, VideoInfo } from '../../media/track.ts';
import type { Joins } from './joined-packets.ts';
import type { Packet } from './packet.ts';
import type { Split } from './split-packets.ts';

/** What a packet is as a sample of MP4. */
export interface SampleFacts {
  /** Without parameter sets. */
  readonly bytes: number;
  /** Bytes of the parameter sets in it, as the sample would hold them. */
  readonly parameterSets: number;
  readonly isSync: boolean;
  /** Of sound: samples of a channel. */
  readonly length: number;
  /** Reading may start here; absent: wherever decoding can. */
  readonly isEntry?: boolean;
}

/** What a track of pictures says besides its samples. */
export interface VideoEntry extends SampleFormat, Pick<CodedTrackInfo, 'entry' | 'codecs'> {
  readonly video: Omit<VideoInfo, 'frameRate'>;
}

/** What a track of sound says besides its samples. */
export interface AudioEntry extends SampleFormat, Pick<CodedTrackInfo, 'entry' | 'codecs'> {
  readonly audio: AudioInfo;
}

/** What a track says besides its samples. */
export type StreamEntry = VideoEntry | AudioEntry;

/**
 * Knows how one codec's packets, as a container has them, become samples of MP4. It has state: first all packets are
 * scanned, in decode order, then it describes the track.
 */
export interface PacketFormat {
  readonly kind: CodedKind;
  /** Set where samples are made of several packets. */
  readonly joins?: Joins;
  /** Set where a packet is several samples. @throws BitstreamError when it breaks the codec's syntax */
  readonly split?: Split;
  /** Look at a packet. @throws BitstreamError when it breaks the codec's syntax */
  scan(packet: Packet): SampleFacts;
  /** Whether the last picture that was scanned can be decoded behind the one before; absent: its syntax does not tell. */
  follows?(): boolean;
  /** After the scan: why the track cannot be carried after all. */
  readonly whyNot?: string | undefined;
  /** After the scan: what users are told of the track, in sentences. */
  readonly notices?: readonly string[];
  /** After the scan: parameter sets change, so that samples keep theirs. */
  readonly keepsParameterSets?: boolean;
  /** After the scan, of sound: seconds at the start of the first sample that nobody is to hear. */
  readonly startTrim?: number;
  /** There may be more of that in the samples to come. */
  readonly isTrimming?: boolean;
  /** After the scan, of sound: Hz that `length` counts. */
  readonly sampleRate?: number;
  /** After the scan. @param frameRate of video */
  describe(frameRate: Rational): StreamEntry;
  /**
   * The sample of a packet; may be the packet's own memory. Needs no scan: it works in a thread that has seen nothing yet.
   * @param keepsParameterSets what the scan has found
   */
  sample(packet: Uint8Array, keepsParameterSets: boolean): Uint8Array;
}
