import { GrowingColumn, GrowingDoubles } from '../../base/growing-column.ts';

/** The PES packets of a stream whose bytes are in memory, a row each. */
export class PesRows {
  /** Where the payload begins among the bytes of the stream. */
  readonly starts = new GrowingColumn();
  /** 33 bits; `NaN`: none. */
  readonly pts = new GrowingDoubles();
  readonly dts = new GrowingDoubles();
  /** Of the packet that it begins in, in its file. */
  readonly positions = new GrowingDoubles();
  /** random_access_indicator of that packet. */
  readonly randomAccess = new GrowingColumn();
  /** Index of the listed segment that it begins in. */
  readonly listed = new GrowingColumn();
  /** Its stream is announced as one in SAMPLE-AES. */
  readonly isProtected = new GrowingColumn();
  /** Its times are those of a frame already: the first that begins in it. */
  readonly isUsed = new GrowingColumn();

  get count(): number {
    return this.starts.length;
  }

  push(row: {
    readonly start: number;
    readonly pts: number | undefined;
    readonly dts: number | undefined;
    readonly position: number;
    readonly randomAccess: boolean;
    readonly listed: number;
    readonly isProtected: boolean;
  }): void {
    this.starts.push(row.start);
    this.pts.push(row.pts ?? Number.NaN);
    this.dts.push(row.dts ?? Number.NaN);
    this.positions.push(row.position);
    this.randomAccess.push(row.randomAccess ? 1 : 0);
    this.listed.push(row.listed);
    this.isProtected.push(row.isProtected ? 1 : 0);
    this.isUsed.push(0);
  }

  /** The bytes before `from` are gone: rows of them too, but for the one that `from` lies in. */
  release(from: number): void {
    const starts = this.starts.values;
    let first = 0;
    while (first + 1 < this.count && starts[first + 1]! <= from) first++;
    const kept = this.count - first;
    for (const column of this.#columns()) {
      column.values.copyWithin(0, first, first + kept);
      column.cut(Math.max(0, kept));
    }
    for (let row = 0; row < this.count; row++)
      this.starts.values[row] = Math.max(0, this.starts.values[row]! - from);
  }

  clear(): void {
    for (const column of this.#columns()) column.cut(0);
  }

  #columns(): (GrowingColumn | GrowingDoubles)[] {
    const { starts, pts, dts, positions, randomAccess, listed, isProtected, isUsed } = this;
    return [starts, pts, dts, positions, randomAccess, listed, isProtected, isUsed];
  }
}
