import type { ByteSource } from '../io/byte-source.ts';
import type { SampleTable } from './samples.ts';

/** A fraction of whole numbers, e.g. a frame rate of 30000/1001. */
export interface Rational {
  readonly num: number;
  readonly den: number;
}

export type TrackKind = 'video' | 'audio';

/** The plain facts of a track; they cross threads and appear in reports. */
export interface TrackInfo {
  /** Which input of the title, from 0. */
  readonly input: number;
  /** track_ID in that input. */
  readonly id: number;
  readonly kind: TrackKind;
  /** Sample entry four-character code: `avc1`, `mp4a`, … */
  readonly entry: string;
  /** Codec string of RFC 6381: `avc1.64001f`, `mp4a.40.2`. */
  readonly codecs: string;
  /** Ticks a second. */
  readonly timescale: number;
  /** ISO 639-2 code, or the BCP 47 tag of `elng` where there is one; `und` where the file says nothing. */
  readonly language: string;
  /** Sum of all sample durations, in ticks. */
  readonly duration: number;
  readonly sampleCount: number;
  /** Coded bytes of all samples. */
  readonly bytes: number;
  readonly video?: VideoInfo;
  readonly audio?: AudioInfo;
}

export interface VideoInfo {
  /** Picture size in pixels, after cropping. */
  readonly width: number;
  readonly height: number;
  /** Sample aspect ratio; 1:1 when the file says nothing. */
  readonly sar: Rational;
  readonly frameRate: Rational;
}

export interface AudioInfo {
  readonly channels: number;
  /** Hz, as presented (the doubled rate of HE-AAC). */
  readonly sampleRate: number;
}

/** One elementary stream of an input, ready to be read. What a demuxer makes. */
export interface Track extends TrackInfo {
  /** The whole sample entry box, as the input has it (`avc1` with `avcC`, `pasp`, …). */
  readonly sampleEntry: Uint8Array;
  /** Decoder configuration: the payload of `avcC`, or the AudioSpecificConfig of AAC. */
  readonly config: Uint8Array;
  readonly samples: SampleTable;
  /**
   * Edit list, resolved: sample composition time minus this is presented time, in ticks (media_time minus an
   * initial empty edit). 1024 for AAC priming; the B-frame delay for video; negative for a late start.
   */
  readonly presentationOffset: number;
  readonly source: ByteSource;
}

/** How messages name a track. */
export const describeTrack = (track: TrackInfo): string =>
  `${track.kind} track ${track.id} (${track.codecs}) of input ${track.input + 1}`;
