import { spoil } from '../../base/reused-memory.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import { DamageError } from '../model/damage-error.ts';
import type { KeyLookup } from '../model/track-reader.ts';
import { SampleDecryptor } from './decrypt.ts';
import type { FragmentFacts } from './facts.ts';
import type { Mp4Segment } from './mp4-file.ts';
import { ProtectionColumns } from './protection-columns.ts';
import { CLEAR, type SampleRows } from './sample-rows.ts';

/** Bytes of samples at once: fragments of more come in several pieces. */
const MOST_BYTES = 2 ** 25;

/** Samples at once. */
const MOST_SAMPLES = 2 ** 17;

/** Bytes between samples that are read with them: another read would take longer. */
const GAP = 64 * 1024;

/** Targets of one read. */
const MOST_TARGETS = 512;

/** Where rows come from. */
export interface RowsPlace {
  readonly source: ByteSource;
  readonly part: number;
  readonly fragment: FragmentFacts | undefined;
}

/** Turns rows into segments: their bytes, stored and decrypted. Memory is used again for the next. */
export class SegmentMaker {
  readonly #decryptor: SampleDecryptor;
  readonly #protection = new ProtectionColumns();
  #stored = new Uint8Array(0);
  #clear = new Uint8Array(0);
  #starts = new Uint32Array(0);
  readonly #gap = new Uint8Array(GAP);
  #index = 0;
  /** Bytes of samples that were read of a source. */
  readonly #taken = new WeakMap<ByteSource, number>();

  constructor(keys: KeyLookup | undefined) {
    this.#decryptor = new SampleDecryptor(keys);
  }

  /** @throws DamageError for samples that are not in the file, or cannot be decrypted by what is said of them */
  async *segments(rows: SampleRows, place: RowsPlace): AsyncGenerator<Mp4Segment, void> {
    await readElsewhere(rows, place.source);
    for (let from = 0; from < rows.count; ) {
      const to = this.#pieceEnd(rows, from, place.source);
      yield await this.segment(rows, from, to, place);
      spoil(this.#stored);
      spoil(this.#clear);
      from = to;
    }
  }

  /** How far a piece goes. What it needs is in the file. */
  #pieceEnd(rows: SampleRows, from: number, source: ByteSource): number {
    let bytes = 0;
    let row = from;
    for (; row < rows.count && row - from < MOST_SAMPLES; row++) {
      const size = rows.sizes[row]!;
      const position = rows.positions[row]!;
      if (position < 0 || position + size > source.size)
        throw new DamageError(
          source.name,
          Math.max(position, 0),
          `has a sample of ${size} bytes where the file of ${source.size} bytes ends`,
        );
      if (row > from && bytes + size > MOST_BYTES) break;
      bytes += size;
    }
    // Samples that share bytes could make gigabytes of a small file.
    const taken = (this.#taken.get(source) ?? 0) + bytes;
    if (taken > 2 * source.size)
      throw new DamageError(source.name, rows.positions[from]!, 'has samples that lie on top of each other');
    this.#taken.set(source, taken);
    return row;
  }

  /** The rows from `from` to `to`, which are in the file; their information is there. */
  async segment(rows: SampleRows, from: number, to: number, place: RowsPlace): Promise<Mp4Segment> {
    const { source, part, fragment } = place;
    const count = to - from;
    if (this.#starts.length <= count) this.#starts = new Uint32Array(2 * count + 1);
    let bytes = 0;
    for (let row = from; row < to; row++) {
      this.#starts[row - from] = bytes;
      bytes += rows.sizes[row]!;
    }
    this.#starts[count] = bytes;
    if (this.#stored.length < bytes) this.#stored = new Uint8Array(Math.ceil(bytes * 1.25));
    const stored = this.#stored.subarray(0, bytes);
    await this.#read(rows, from, to, stored, source);
    const { ivs, protectedBytes, subsamples, subsampleStarts } = this.#protect(rows, from, to, source);
    const common = {
      index: this.#index++,
      position: rows.positions[from]!,
      count,
      stored,
      starts: this.#starts.subarray(0, count + 1),
      clearStarts: this.#starts.subarray(0, count + 1),
      decodeTimes: rows.decodeTimes.subarray(from, to),
      durations: rows.durations.subarray(from, to),
      compositionOffsets: rows.compositionOffsets.subarray(from, to),
      sync: rows.sync.subarray(from, to),
      entries: rows.entries.subarray(from, to),
      protectedBy: rows.protectedBy.subarray(from, to),
      protections: rows.protections,
      ivs: ivs.subarray(0, 16 * count),
      protectedBytes: protectedBytes.subarray(0, count),
      subsamples: subsamples.subarray(0, 2 * subsampleStarts[count]!),
      subsampleStarts: subsampleStarts.subarray(0, count + 1),
      part,
      file: source.name,
      fragment,
    };
    if (common.protectedBy.every((number) => number === CLEAR))
      return { ...common, clear: stored, missingKeys: [] };
    if (this.#clear.length < bytes) this.#clear = new Uint8Array(this.#stored.length);
    const clear = this.#clear.subarray(0, bytes);
    clear.set(stored);
    return { ...common, clear, missingKeys: this.#decryptor.decrypt(clear, common) };
  }

  #protect(rows: SampleRows, from: number, to: number, source: ByteSource): ProtectionColumns {
    this.#protection.fill(rows, from, to, source.name);
    return this.#protection;
  }

  /** Read the bytes of samples: what lies together, or nearly so, in one go. */
  async #read(
    rows: SampleRows,
    from: number,
    to: number,
    into: Uint8Array,
    source: ByteSource,
  ): Promise<void> {
    let targets: Uint8Array[] = [];
    let start = 0;
    let end = 0;
    for (let row = from; row < to; ) {
      const first = row;
      let next = rows.positions[row]!;
      while (row < to && rows.positions[row] === next) next += rows.sizes[row++]!;
      const position = rows.positions[first]!;
      const piece = into.subarray(this.#starts[first - from], this.#starts[row - from]);
      const gap = position - end;
      if (targets.length > 0 && gap >= 0 && gap <= GAP && targets.length < MOST_TARGETS) {
        if (gap > 0) targets.push(this.#gap.subarray(0, gap));
        targets.push(piece);
      } else {
        if (targets.length > 0) await source.read(start, targets);
        targets = [piece];
        start = position;
      }
      end = next;
    }
    if (targets.length > 0) await source.read(start, targets);
  }
}

/** Read auxiliary information that `saio` leads to. */
export async function readElsewhere(rows: SampleRows, source: ByteSource): Promise<void> {
  for (const { position, start, length } of rows.elsewhere) {
    if (position < 0 || position + length > source.size)
      throw new DamageError(
        source.name,
        Math.max(position, 0),
        `has auxiliary information of ${length} bytes where the file of ${source.size} bytes ends`,
      );
    await source.read(position, [rows.information.subarray(start, start + length)]);
  }
  rows.elsewhere = [];
}
