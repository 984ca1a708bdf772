import type { ByteSource } from '../../io/byte-source.ts';
import type { ListedSegment } from '../model/listed-package.ts';
import type { MediaSegment } from '../model/media-segment.ts';
import type { KeyLookup, TrackReader } from '../model/track-reader.ts';
import type { TransportFacts } from './facts.ts';

/** The segments of one rendition, of MPEG-TS or packed audio (RFC 8216, 3.2 and 3.4), and where their bytes and keys are. */
export interface TransportInput {
  /** In order; keys, initialisation and discontinuities are those that the playlist has in force. */
  readonly segments: readonly ListedSegment[];
  /** A file of the package. It is closed when another one is opened. */
  open(path: string): Promise<ByteSource>;
  readonly lookup: KeyLookup;
}

/** A rendition, opened. */
export interface Transport {
  readonly kind: 'transport-stream' | 'packed-audio';
  /** One for each elementary stream, in the order of the program; empty where nothing can be decrypted, see `missingKeys`. */
  readonly readers: readonly TransportReader[];
  /** What is wrong or strange about its packets: it grows as segments are read. */
  readonly facts: TransportFacts;
  /** Keys that nobody had: key ids, or the URIs of key lines that name none. */
  readonly missingKeys: readonly string[];
}

/** An elementary stream. Each reader reads the rendition for itself. */
export interface TransportReader extends TrackReader {
  segments(): AsyncGenerator<TransportMedia, void>;
}

/**
 * Samples of an elementary stream. Those of a listed segment are in one of these; of one that is too large for memory in several.
 * Of H.264 and HEVC a sample is an access unit with its start codes (both fields of a frame where they are coded one by one); of AAC
 * a raw frame without its ADTS header; of AC-3, E-AC-3 and MP3 a frame; of everything else what a PES packet has. `subsamples` say
 * which bytes of `clear` went through the cipher, or would have: in MPEG-TS the rule alone says it, not the file.
 */
export interface TransportMedia extends MediaSegment {
  /** Index in `TransportInput.segments`. */
  readonly listed: number;
  /** Where the PES packet of each sample begins in its file (of AES-128: in the decrypted segment, from the start of the file). */
  readonly positions: Float64Array;
}
