import type { CodedTrack } from './track.ts';

/**
 * One segment of one track: the unit that flows. All payload in one buffer, all facts in columns
 * (row `i` is the segment's i-th sample in decode order). Never one object per sample.
 */
export interface Segment {
  readonly track: CodedTrack;
  /** From 0. */
  readonly index: number;
  readonly count: number;
  /** The samples' bytes, one after the other. */
  readonly data: Uint8Array;
  readonly sizes: Uint32Array;
  readonly durations: Uint32Array;
  /** Composition minus decode time, in ticks, as it is to be written. */
  readonly compositionOffsets: Int32Array;
  readonly sync: Uint8Array;
  /** See `SampleColumns.formats`. */
  readonly formats?: Uint8Array;
  /** Decode time of the first sample on the output timeline, in ticks of the track's time scale. */
  readonly decodeTime: number;
  /** Bytes of a NAL unit's length prefix: 1, 2 or 4. 0 for codecs without NAL units. */
  readonly nalLengthSize: number;
  /** Set by a Common Encryption protector: what `senc`, `saiz` and `saio` say. */
  readonly encryption?: SampleEncryption;
}

/** Per-sample encryption facts of one segment, as columns (ISO/IEC 23001-7, 7.2). */
export interface SampleEncryption {
  /** 8 bytes for `cenc`; 0 when the IV is constant. */
  readonly ivSize: number;
  /** `ivSize` bytes a sample, one after the other. */
  readonly ivs: Uint8Array;
  /** Absent when whole samples are encrypted (audio). */
  readonly subsamples?: Subsamples;
}

/** The clear and protected ranges of a segment's samples (ISO/IEC 23001-7, 7.2.2). */
export interface Subsamples {
  /** Number of entries of each sample; at least 1. */
  readonly counts: Uint16Array;
  /** BytesOfClearData of all entries, one after the other. */
  readonly clear: Uint16Array;
  /** BytesOfProtectedData of all entries. */
  readonly protected: Uint32Array;
}
