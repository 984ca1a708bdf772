import type { SampleProtection } from '../model/media-track.ts';

/** In `protectedBy`: clear. */
export const CLEAR = 255;

/** A piece of auxiliary information that `saio` leads to. */
export interface InformationElsewhere {
  /** Bytes from the start of the file. */
  readonly position: number;
  /** In `SampleRows.information`. */
  readonly start: number;
  length: number;
}

/** Rows that new columns have room for. */
const ROOM = 256;

/**
 * Samples in the order of decoding, a row each, wherever their bytes are: what a fragment, or a piece of the tables of `moov`, says of them.
 * The same columns are used for the next.
 */
export class SampleRows {
  count = 0;
  /** Bytes from the start of the file. */
  positions = new Float64Array(ROOM);
  sizes = new Uint32Array(ROOM);
  decodeTimes = new Float64Array(ROOM);
  durations = new Uint32Array(ROOM);
  compositionOffsets = new Int32Array(ROOM);
  sync = new Uint8Array(ROOM);
  entries = new Uint8Array(ROOM);
  /** Index in `protections`; {@link CLEAR}. */
  protectedBy = new Uint8Array(ROOM);
  protections: SampleProtection[] = [];
  /** Which `trun`, or chunk, each is of. */
  runs = new Uint32Array(ROOM);
  /** Auxiliary information of the samples (ISO/IEC 23001-7, 7): IV, then clear and protected lengths. */
  information = new Uint8Array(ROOM);
  informationLength = 0;
  /** Pieces of `information` that are still to be read where they lie. */
  elsewhere: InformationElsewhere[] = [];
  /** Where that of each row is in `information`; where there is none, both are the same. */
  informationStarts = new Uint32Array(ROOM);
  informationEnds = new Uint32Array(ROOM);

  /** Forget all rows. */
  clear(): void {
    this.count = 0;
    this.protections = [];
    this.informationLength = 0;
    this.elsewhere = [];
  }

  /** Make room for more rows, whose content means nothing yet. */
  reserve(more: number): void {
    const wanted = this.count + more;
    if (wanted <= this.sizes.length) return;
    const room = Math.max(wanted, this.sizes.length * 2);
    this.positions = grown(this.positions, new Float64Array(room));
    this.sizes = grown(this.sizes, new Uint32Array(room));
    this.decodeTimes = grown(this.decodeTimes, new Float64Array(room));
    this.durations = grown(this.durations, new Uint32Array(room));
    this.compositionOffsets = grown(this.compositionOffsets, new Int32Array(room));
    this.sync = grown(this.sync, new Uint8Array(room));
    this.entries = grown(this.entries, new Uint8Array(room));
    this.protectedBy = grown(this.protectedBy, new Uint8Array(room));
    this.runs = grown(this.runs, new Uint32Array(room));
    this.informationStarts = grown(this.informationStarts, new Uint32Array(room));
    this.informationEnds = grown(this.informationEnds, new Uint32Array(room));
  }

  /** Make room for more auxiliary information. @returns where it begins */
  reserveInformation(length: number): number {
    const start = this.informationLength;
    this.informationLength += length;
    if (this.informationLength > this.information.length)
      this.information = grown(this.information, new Uint8Array(this.informationLength * 2));
    return start;
  }

  /** The number of a protection in `protections`, which it is put into; {@link CLEAR} for none; -1 where there is no room for it. */
  numberOf(protection: SampleProtection | undefined): number {
    if (!protection?.isProtected) return CLEAR;
    const known = this.protections.indexOf(protection);
    if (known >= 0) return known;
    if (this.protections.length === CLEAR) return -1;
    return this.protections.push(protection) - 1;
  }
}

type Column = Float64Array | Uint32Array | Int32Array | Uint8Array;

function grown<Larger extends Column>(old: Column, larger: Larger): Larger {
  larger.set(old);
  return larger;
}
