/** Bytes of samples, one after the other. */
export interface SampleData {
  readonly data: Uint8Array;
  /** Where each begins in `data`; one more, for the end. */
  readonly starts: Uint32Array;
}

/** Samples that lie together, a row each: what is compared, of the source or of an output. Valid until the next ones are asked for. */
export interface SampleRows extends SampleData {
  readonly count: number;
  /** Of an output: the same as they lie in the file, encrypted. */
  readonly stored: SampleData;
  /** Seconds, of presentation. */
  readonly times: Float64Array;
  /** Of an output: which key each is under, a number of the comparison; -1: none of its bytes are encrypted. */
  readonly keys: Int16Array;
  /** Of an output: where each begins in its file. */
  readonly positions: Float64Array;
  /** Of an output: which file, a number of the comparison. */
  readonly files: Uint32Array;
}

/**
 * Goes along the samples of a track. Rows are used where they lie; only where somebody looks further ahead than these go are they
 * joined with the next by copying, which is where something is wrong.
 */
export class SampleCursor {
  readonly #next: AsyncIterator<SampleRows>;
  #rows: SampleRows = NONE;
  #data: Buffer = Buffer.alloc(0);
  #at = 0;
  #isOver = false;
  /** Samples that lie behind. */
  passed = 0;

  constructor(rows: AsyncIterable<SampleRows>) {
    this.#next = rows[Symbol.asyncIterator]();
  }

  get rows(): SampleRows {
    return this.#rows;
  }

  /** `rows.data`. */
  get data(): Buffer {
    return this.#data;
  }

  /** The row that is next. */
  get at(): number {
    return this.#at;
  }

  /** How many can be looked at. */
  get left(): number {
    return this.#rows.count - this.#at;
  }

  /** The next row as it lies in the file. */
  get stored(): Buffer {
    const { data, starts } = this.#rows.stored;
    const [from = 0, to = 0] = [starts[this.#at], starts[this.#at + 1]];
    return Buffer.from(data.buffer, data.byteOffset + from, to - from);
  }

  /** Bytes of the row so many from here. */
  size(ahead: number): number {
    const { starts } = this.#rows;
    return starts[this.#at + ahead + 1]! - starts[this.#at + ahead]!;
  }

  start(ahead: number): number {
    return this.#rows.starts[this.#at + ahead]!;
  }

  time(ahead: number): number {
    return this.#rows.times[this.#at + ahead]!;
  }

  skip(rows: number): void {
    this.#at += rows;
    this.passed += rows;
  }

  /** Have so many to look at, or all that the track still has. @returns false where there is none */
  async fill(wanted: number): Promise<boolean> {
    while (this.left < wanted && !this.#isOver) {
      // The memory of these is used again when the next are asked for.
      const behind = Math.min(this.#at, 1); // one that was passed may be there twice
      const rest = this.left > 0 ? partOf(this.#rows, this.#at - behind) : undefined;
      const { value, done } = await this.#next.next();
      if (done) this.#isOver = true;
      if (done && rest === undefined) return false;
      this.#rows = done ? rest! : rest ? joined(rest, value) : value;
      const { data } = this.#rows;
      this.#data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
      this.#at = rest ? behind : 0;
    }
    return this.left > 0;
  }

  /** How many there are still, without keeping any. */
  async drain(): Promise<number> {
    const from = this.passed;
    while (await this.fill(1)) this.skip(this.left);
    return this.passed - from;
  }

  /** Read no further. */
  async close(): Promise<void> {
    await this.#next.return?.();
  }
}

const NONE: SampleRows = {
  count: 0,
  data: new Uint8Array(0),
  starts: new Uint32Array(1),
  stored: { data: new Uint8Array(0), starts: new Uint32Array(0) },
  times: new Float64Array(0),
  keys: new Int16Array(0),
  positions: new Float64Array(0),
  files: new Uint32Array(0),
};

/** The rows from one on, in memory of their own. */
function partOf(
  { count, stored, times, keys, positions, files, ...data }: SampleRows,
  from: number,
): SampleRows {
  return {
    ...dataOf(data, from, count),
    count: count - from,
    stored: dataOf(stored, from, count),
    times: times.slice(from, count),
    keys: keys.slice(from, count),
    positions: positions.slice(from, count),
    files: files.slice(from, count),
  };
}

/** Of some rows, in memory of its own. */
function dataOf({ data, starts }: SampleData, from: number, to: number): SampleData {
  const first = starts[from] ?? 0;
  return {
    data: new Uint8Array(data.subarray(first, starts[to] ?? 0)),
    starts: starts.slice(from, to + 1).map((start) => start - first),
  };
}

function joined(one: SampleRows, other: SampleRows): SampleRows {
  const counts = [one.count, other.count] as const;
  const count = one.count + other.count;
  const rows = {
    ...joinedData(one, other, counts),
    count,
    stored: joinedData(one.stored, other.stored, counts),
    times: new Float64Array(count),
    keys: new Int16Array(count),
    positions: new Float64Array(count),
    files: new Uint32Array(count),
  };
  for (const column of ['times', 'keys', 'positions', 'files'] as const) {
    rows[column].set(one[column].subarray(0, one.count));
    rows[column].set(other[column].subarray(0, other.count), one.count);
  }
  return rows;
}

function joinedData(
  one: SampleData,
  other: SampleData,
  [count, others]: readonly [number, number],
): SampleData {
  if (other.starts.length === 0) return other; // of a source nothing is stored
  const bytes = one.starts[count]!;
  const begin = other.starts[0]!;
  const data = new Uint8Array(bytes + other.starts[others]! - begin);
  data.set(one.data.subarray(0, bytes));
  data.set(other.data.subarray(begin, other.starts[others]), bytes);
  const starts = new Uint32Array(count + others + 1);
  starts.set(one.starts.subarray(0, count + 1));
  for (let row = 0; row <= others; row++) starts[count + row] = other.starts[row]! - begin + bytes;
  return { data, starts };
}
