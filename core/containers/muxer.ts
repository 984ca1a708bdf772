import type { Segment } from '../media/segment.ts';

/**
 * Makes the bytes of a rendition from its samples: an initialisation section where the container has one, and segments. It
 * reads nothing, encrypts nothing and writes no files: samples come to it protected, and what becomes of the bytes is the
 * business of who asks: `writeRendition` writes files, and a server may answer with them.
 *
 * A muxer is made for certain tracks, with the options of its container. Everything that it has to know beyond the samples
 * of a segment it takes from the tables of these tracks.
 */
export interface Muxer {
  /**
   * `false`: a segment's bytes depend on its samples and the tables alone. Any segment can be made by itself, in any order,
   * as often as one likes, by any muxer of the same tracks and options, on another machine too.
   *
   * `true`: something runs on from segment to segment, as continuity counters do in MPEG-TS (ISO/IEC 13818-1, 2.4.3.3).
   * One muxer makes all segments, each once, in ascending order.
   */
  readonly isSequential: boolean;
  /** Segments say where their I-frames are: those of the video track. */
  readonly listsIframes: boolean;
  /** No part of an answer is in the memory of the samples, so that it may be used again at once. */
  readonly copiesSamples: boolean;
  /** Where it copies samples: the memory of its answers may be taken away for good, it looks at none of it again. @default false */
  readonly givesMemory?: boolean;
  /**
   * The initialisation section: whole, the same every time, and of the same length whatever it is told.
   * @param conforms `conforms` has answered `true` for every segment. @default false: that is not known, or not so
   */
  init?(conforms?: boolean): Uint8Array;
  /**
   * Look at a segment before its samples are protected: whether it keeps what the brands promise that the muxer was asked to
   * name, as far as only pictures can tell. Without it nothing is promised that needs a look.
   * @param clear as for `segment`
   */
  conforms?(clear: readonly Segment[]): boolean;
  /**
   * Make a segment in which at least one track has samples.
   * @param index its number in the grid, from 0
   * @param samples of each track, in the order that the muxer knows them; protected, where a track is. One that has none in
   * this segment comes with a `count` of 0
   * @param conforms what `conforms` answered for these samples. @default false
   */
  segment(index: number, samples: readonly Segment[], conforms?: boolean): MuxedSegment;
}

/** The bytes of a segment, as `Muxer.segment` makes them. */
export interface MuxedSegment {
  /**
   * The segment is these, one after the other; nobody joins them. They may be views of the samples, and of memory that the
   * muxer uses again: valid until the next but one call of `segment`. Until then they belong to who asked, who may encrypt
   * them in place: nothing that is needed again may be among them.
   */
  readonly parts: readonly Uint8Array[];
  /** In the order of their bytes; none from a muxer that lists none. */
  readonly iframes: readonly IFrame[];
}

/** Where a player finds an I-frame. */
export interface IFrame {
  /** Bytes from the start of the segment. */
  readonly offset: number;
  /** Bytes of all that is needed to decode it, headers included. */
  readonly size: number;
  /** When it is presented, in ticks of the video track. */
  readonly start: number;
}
