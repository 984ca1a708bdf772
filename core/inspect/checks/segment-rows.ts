import { GrowingColumn, GrowingDoubles } from '../../base/growing-column.ts';
import { FileNames } from './file-names.ts';

/** Samples of one track that were read together: a fragment, or what a playlist calls a segment. */
export interface SegmentRow {
  readonly file: string;
  /** Of its first byte in the file, the boxes before its samples included. */
  readonly position: number;
  readonly count: number;
  /** Of its samples. */
  readonly bytes: number;
  /** Ticks of the track: when the first is decoded, and when the next one behind the last. */
  readonly decodeStart: number;
  readonly decodeEnd: number;
  /** Ticks of the track: the earliest presentation, and the latest with its duration. */
  readonly start: number;
  readonly end: number;
  /** Presentation of the first sample in the order of decoding. */
  readonly firstStart: number;
  readonly startsWithSync: boolean;
  readonly syncs: number;
  /** Bytes from `position` to the end of the first sample: what an I-frame playlist lists. */
  readonly firstSampleEnd: number;
  /** Index in `MediaTrack.entries`, and in `TrackFacts.protections` of its first sample; -1: clear. */
  readonly entry: number;
  readonly protection: number;
  /** Not all of its samples are under one key, or clear. */
  readonly isMixed: boolean;
}

/** The same rows as plain data, to cross threads. */
export interface PlainRows {
  readonly files: readonly string[];
  readonly names: Uint32Array;
  readonly numbers: Float64Array;
}

/** Flags of a row. */
const SYNC = 1;
const MIXED = 2;

/** Rows in columns: memory of numbers alone, whatever the length of the title. */
export class SegmentRows {
  readonly #files: FileNames;
  readonly #names: GrowingColumn;
  readonly #numbers: GrowingDoubles;

  static readonly #WIDTH = 13;

  constructor({ files, names, numbers }: Partial<PlainRows> = {}) {
    this.#files = new FileNames(files);
    this.#names = new GrowingColumn(names);
    this.#numbers = new GrowingDoubles(numbers);
  }

  plain(): PlainRows {
    return { files: this.#files.plain(), names: this.#names.filled(), numbers: this.#numbers.filled() };
  }

  get length(): number {
    return this.#names.length;
  }

  push(row: SegmentRow): void {
    this.#names.push(this.#files.numberOf(row.file));
    const flags = (row.startsWithSync ? SYNC : 0) | (row.isMixed ? MIXED : 0);
    for (const value of [
      row.position,
      row.count,
      row.bytes,
      row.decodeStart,
      row.decodeEnd,
      row.start,
      row.end,
      row.firstStart,
      row.syncs,
      row.firstSampleEnd,
      row.entry,
      row.protection,
      flags,
    ])
      this.#numbers.push(value);
  }

  at(index: number): SegmentRow {
    const from = index * SegmentRows.#WIDTH;
    const value = (column: number): number => this.#numbers.values[from + column]!;
    const flags = value(12);
    return {
      file: this.#files.at(this.#names.values[index]!),
      position: value(0),
      count: value(1),
      bytes: value(2),
      decodeStart: value(3),
      decodeEnd: value(4),
      start: value(5),
      end: value(6),
      firstStart: value(7),
      syncs: value(8),
      firstSampleEnd: value(9),
      entry: value(10),
      protection: value(11),
      startsWithSync: (flags & SYNC) !== 0,
      isMixed: (flags & MIXED) !== 0,
    };
  }

  *[Symbol.iterator](): Generator<SegmentRow, void> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }
}
