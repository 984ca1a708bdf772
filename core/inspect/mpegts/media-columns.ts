import { GrowingColumn, GrowingDoubles } from '../../base/growing-column.ts';

/** Columns of samples while they are put together. */
export class MediaColumns {
  readonly starts = new GrowingColumn();
  readonly clearStarts = new GrowingColumn();
  readonly decodeTimes = new GrowingDoubles();
  readonly presentationTimes = new GrowingDoubles();
  readonly durations = new GrowingDoubles();
  readonly sync = new GrowingColumn();
  readonly entries = new GrowingColumn();
  readonly protectedBy = new GrowingColumn();
  readonly protectedBytes = new GrowingColumn();
  readonly subsamples = new GrowingColumn();
  readonly subsampleStarts = new GrowingColumn();
  readonly positions = new GrowingDoubles();
  #protected = 0;

  /** A sample begins. */
  begin(start: number, clearStart: number): void {
    this.starts.push(start);
    this.clearStarts.push(clearStart);
    this.subsampleStarts.push(this.subsamples.length / 2);
    this.#protected = 0;
  }

  /** Clear bytes of the sample, then such that went through the cipher. */
  range(clear: number, protectedBytes: number): void {
    if (clear === 0 && protectedBytes === 0) return;
    this.subsamples.push(clear);
    this.subsamples.push(protectedBytes);
  }

  addProtected(bytes: number): void {
    this.#protected += bytes;
  }

  /** The sample ends. */
  end(): void {
    this.protectedBytes.push(this.#protected);
  }

  get count(): number {
    return this.protectedBytes.length;
  }

  clear(): void {
    for (const column of [this.starts, this.clearStarts, this.durations, this.sync, this.entries])
      column.cut(0);
    for (const column of [this.decodeTimes, this.presentationTimes, this.positions]) column.cut(0);
    for (const column of [this.protectedBy, this.protectedBytes, this.subsamples, this.subsampleStarts])
      column.cut(0);
  }
}
