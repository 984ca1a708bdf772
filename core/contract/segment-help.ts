/** A segment of a rendition, protected and muxed, as it is to be written. Plain data that crosses threads. */
export interface MadeSegment {
  /** Its number in the grid. */
  readonly index: number;
  /** Bytes of its samples. */
  readonly bytes: number;
  /** When it starts, in ticks of the main track. */
  readonly start: number;
  /** `Muxer.conforms` of it. */
  readonly conforms: boolean;
  /** It is these, one after the other. */
  readonly parts: readonly Uint8Array[];
  /** Offsets from its start, as `MuxedSegment.iframes`. */
  readonly iframes: readonly { readonly offset: number; readonly size: number; readonly start: number }[];
}

/**
 * Others who make segments of a rendition, in other threads, as far as they keep up. All are written by one.
 * Whatever they cannot make, or that depends on what they have not seen, the one who writes makes himself.
 */
export interface SegmentHelp {
  /** Its turn has come: whether others were asked for the `n`-th of the segments that have samples. */
  isForOthers(n: number): boolean;
  /** The `n`-th; `undefined` when nobody else makes it any more. */
  made(n: number): Promise<MadeSegment | undefined>;
  /**
   * Take the `n`-th over, as if it had been protected here; in the order in which segments are made.
   * @returns false: it cannot be taken, since one before it holds what it depends on, or nobody saw all of it protected. Make it yourself
   */
  take(n: number, made: MadeSegment): boolean;
  /** It is written: its memory may be used again. */
  written(n: number, made: MadeSegment): void;
}

/** What a helper is asked for. */
export interface SegmentOrders {
  /** The place of the next segment that it is to make, ascending, once it is asked for one; `undefined`: it is done. */
  next(): Promise<number | undefined>;
  /** Hand it over. */
  give(n: number, made: MadeSegment): void;
}

/** Ends the `segment` hook of a mode that has made what it was asked for: nothing that would come after that is to be done. */
export class HelpIsOver extends Error {
  override readonly name = 'HelpIsOver';
}
