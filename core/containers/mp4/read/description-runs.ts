import { lastAtOrBelow } from '../../../base/ascending.ts';
import { GrowingColumn } from '../../../base/growing-column.ts';

/** Which entry of `stsd` the samples of a track use, counted from 1: a row for each change. */
export class DescriptionRuns {
  readonly #samples = new GrowingColumn();
  readonly #entries = new GrowingColumn();

  /** Sample `first`, which lies behind all rows so far, and those after it use this entry. */
  push(first: number, entry: number): void {
    const { length, values } = this.#entries;
    if (length > 0 && values[length - 1] === entry) return;
    this.#samples.push(first);
    this.#entries.push(entry);
  }

  /** The entries in the order of their first use. */
  used(): number[] {
    return [...new Set(this.#entries.values.subarray(0, this.#entries.length))];
  }

  /** The entries of samples `first` to `end`, which are there. */
  entries(first: number, end: number): Uint32Array {
    const column = new Uint32Array(end - first);
    if (first === end) return column;
    const starts = this.#samples.values.subarray(0, this.#samples.length);
    for (let row = lastAtOrBelow(starts, first), at = first; at < end; row++) {
      const next = Math.min(end, starts[row + 1] ?? end);
      column.fill(this.#entries.values[row]!, at - first, next - first);
      at = next;
    }
    return column;
  }
}
