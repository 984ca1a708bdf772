import { GrowingColumn } from '../base/growing-column.ts';

/** Byte ranges that may be encrypted, ascending and apart, as columns that are used again for the next sample. */
export class ProtectedRanges {
  readonly #starts = new GrowingColumn();
  readonly #ends = new GrowingColumn();

  get count(): number {
    return this.#starts.length;
  }

  /** First byte of range `index`. */
  start(index: number): number {
    return this.#starts.values[index]!;
  }

  /** The byte after the last one of range `index`. */
  end(index: number): number {
    return this.#ends.values[index]!;
  }

  /** Add [start, end), which lies behind all ranges so far. */
  add(start: number, end: number): void {
    this.#starts.push(start);
    this.#ends.push(end);
  }

  clear(): void {
    this.#starts.cut(0);
    this.#ends.cut(0);
  }
}

/** Knows which bytes of a codec's samples may be encrypted. It has state: samples come in decode order, once each. */
export interface RangeFinder {
  /**
   * Add the ranges of the sample at [start, end) of `data` to `out`, as positions in `data`.
   * @throws PackagerError NOT_MEDIA when the sample breaks the codec's syntax
   */
  find(data: Uint8Array, start: number, end: number, out: ProtectedRanges): void;
  /** So many samples, which nothing depends on, were looked at by another finder: for messages, which number samples. */
  pass?(samples: number): void;
}
