import type { SampleProtection } from './media-track.ts';

/**
 * Samples of one track that lie together: a fragment, or what a playlist calls a segment. One buffer and columns, row `i` is the
 * i-th sample in the order of decoding; never an object a sample. All of it is valid until the next one is asked for.
 */
export interface MediaSegment {
  /** From 0, in the track. */
  readonly index: number;
  /** Of its first byte in the file. */
  readonly position: number;
  readonly count: number;
  /** The bytes of the samples as they are stored, one after the other. In MPEG-TS access units and frames, without PES headers. */
  readonly stored: Uint8Array;
  /** Where each sample begins in `stored`; one more, for the end. */
  readonly starts: Uint32Array;
  /** The same, decrypted: the same buffer where nothing is protected. A sample whose key is missing is as it is stored. */
  readonly clear: Uint8Array;
  /** Where each begins in `clear`: another place than in `stored` in MPEG-TS alone, where emulation prevention changes lengths. */
  readonly clearStarts: Uint32Array;
  /** In ticks of the track, on its media timeline; presentation is that of `MediaTrack.mediaStart`. */
  readonly decodeTimes: Float64Array;
  readonly durations: Uint32Array;
  /** Presentation minus decode time, in ticks. */
  readonly compositionOffsets: Int32Array;
  /** 1: the file says that decoding may begin there. */
  readonly sync: Uint8Array;
  /** Index in `MediaTrack.entries`. */
  readonly entries: Uint8Array;
  /** Index in `protections`; 255: clear. */
  readonly protectedBy: Uint8Array;
  readonly protections: readonly SampleProtection[];
  /** How many bytes of each sample went through the cipher. */
  readonly protectedBytes: Uint32Array;
  /** Initialisation vectors, 16 bytes a sample (shorter ones padded with zeros); of a constant IV that. */
  readonly ivs: Uint8Array;
  /** Clear and protected lengths of each sample (ISO/IEC 23001-7, 7.2), two a row; empty where samples are protected whole. */
  readonly subsamples: Uint32Array;
  /** Where the rows of each sample begin; one more, for the end. Rows, not bytes. */
  readonly subsampleStarts: Uint32Array;
  /** Key ids that no key was found for. */
  readonly missingKeys: readonly string[];
}
