import { viewOf } from '../../base/bytes.ts';
/** Counter blocks that samples under one key took: 128 bits, of which the low 64 count (ISO/IEC 23001-7, 9.2). */
export interface CounterRange {
  /** The high 64 bits of the first and the last block. */
  readonly high: bigint;
  readonly lastHigh: bigint;
  /** The low 64 bits: of the first block, and behind the last. */
  readonly low: bigint;
  readonly end: bigint;
}

/** Two that overlap. */
export type Overlap = readonly [CounterRange, CounterRange];

const COLUMNS = 4;

/**
 * All counter blocks of a key, in memory that does not grow with samples: IVs of a track go on from one to the next, so that thousands
 * of samples are one range. Of an IV of 8 bytes the low half counts from zero in each sample, and the high half goes on.
 */
export class CounterRanges {
  #rows: BigUint64Array;
  #count: number;

  /** @param rows of `plain` */
  constructor(rows?: BigUint64Array) {
    this.#rows = rows ?? new BigUint64Array(16 * COLUMNS);
    this.#count = (rows?.length ?? 0) / COLUMNS;
  }

  /** Plain data, to cross threads. */
  plain(): BigUint64Array {
    return this.#rows.slice(0, this.#count * COLUMNS);
  }

  /** @param iv 16 bytes, shorter ones padded with zeros @param size bytes of the IV, 8 or 16 @param blocks that the sample took */
  add(iv: Uint8Array, size: number, blocks: number): void {
    const view = viewOf(iv);
    const high = view.getBigUint64(0);
    const low = size === 8 ? 0n : view.getBigUint64(8);
    const end = low + BigInt(blocks);
    const last = (this.#count - 1) * COLUMNS;
    const rows = this.#rows;
    if (last >= 0 && rows[last + 2] === low && low === 0n && rows[last + 1]! + 1n === high) {
      rows[last + 1] = high;
      if (end > rows[last + 3]!) rows[last + 3] = end;
    } else if (last >= 0 && rows[last] === high && rows[last + 1] === high && rows[last + 3] === low)
      rows[last + 3] = end;
    else this.#push(high, high, low, end);
  }

  /** All of another track under the same key. */
  addAll(other: CounterRanges): void {
    for (const { high, lastHigh, low, end } of other.ranges()) this.#push(high, lastHigh, low, end);
  }

  /** The first two ranges that have blocks in common. */
  overlap(): Overlap | undefined {
    const ranges = [...this.ranges()].sort((one, other) =>
      one.high < other.high || (one.high === other.high && one.low < other.low) ? -1 : 1,
    );
    // What reaches furthest of those before: runs of high halves may hold many later ones.
    let widest: CounterRange | undefined;
    let previous: CounterRange | undefined;
    for (const range of ranges) {
      for (const before of [previous, widest]) if (before && isCommon(before, range)) return [before, range];
      if (!widest || range.lastHigh > widest.lastHigh) widest = range;
      previous = range;
    }
    return undefined;
  }

  *ranges(): Generator<CounterRange, void> {
    for (let at = 0; at < this.#count * COLUMNS; at += COLUMNS) {
      const [high, lastHigh, low, end] = this.#rows.subarray(at, at + COLUMNS);
      yield { high: high!, lastHigh: lastHigh!, low: low!, end: end! };
    }
  }

  #push(high: bigint, lastHigh: bigint, low: bigint, end: bigint): void {
    if (this.#count * COLUMNS === this.#rows.length) {
      const larger = new BigUint64Array(Math.max(16 * COLUMNS, this.#rows.length * 2));
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#rows.set([high, lastHigh, low, end], this.#count * COLUMNS);
    this.#count += 1;
  }
}

const isCommon = (one: CounterRange, other: CounterRange): boolean =>
  other.high <= one.lastHigh && one.high <= other.lastHigh && other.low < one.end && one.low < other.end;
