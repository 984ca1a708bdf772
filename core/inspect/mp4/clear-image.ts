import { fail } from '../../base/errors.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import { DamageError } from '../model/damage-error.ts';
import type { KeyLookup } from '../model/track-reader.ts';
import { CLEAR, type SampleRows } from './sample-rows.ts';
import { readElsewhere, SegmentMaker } from './segment-maker.ts';

/** Bytes that are made clear at once: samples at both ends are decrypted again for the next. */
const IMAGE = 4 * 2 ** 20;

/** Bytes of a file in place of what is there. */
export interface Patch {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** A piece of a file with all samples that lie in it. */
export interface Region {
  readonly from: number;
  readonly to: number;
  readonly patches: readonly Patch[];
  /** Of each track. */
  readonly rows: readonly SampleRows[];
}

/** Makes a region clear, some megabytes at a time, in memory that is used again. */
export class ClearImage {
  readonly #source: ByteSource;
  readonly #maker: SegmentMaker;
  #region: Region = { from: 0, to: 0, patches: [], rows: [] };
  #memory = new Uint8Array(0);
  /** What of the file is in memory, clear. */
  #from = 0;
  #to = 0;

  constructor(source: ByteSource, keys: KeyLookup) {
    this.#source = source;
    this.#maker = new SegmentMaker(keys);
  }

  /** @throws DamageError for samples that are somewhere else */
  async enter(region: Region): Promise<void> {
    for (const rows of region.rows) {
      await readElsewhere(rows, this.#source);
      for (let row = 0; row < rows.count; row++) {
        const position = rows.positions[row]!;
        if (rows.protectedBy[row] === CLEAR) continue;
        if (position < region.from || position + rows.sizes[row]! > region.to)
          throw new DamageError(
            this.#source.name,
            Math.max(position, 0),
            'has a protected sample that does not lie behind its fragment',
          );
      }
    }
    this.#region = region;
    this.#to = this.#from;
  }

  /** Copy clear bytes of the region from a position on. @returns how many: at least one, up to the end of the region */
  async copy(position: number, target: Uint8Array): Promise<number> {
    if (position < this.#from || position >= this.#to) await this.#make(position);
    const part = this.#memory.subarray(position - this.#from, this.#to - this.#from);
    const copied = part.subarray(0, target.length);
    target.set(copied);
    return copied.length;
  }

  async #make(position: number): Promise<void> {
    const { to: end, patches, rows } = this.#region;
    const to = Math.min(end, position + IMAGE);
    const length = to - position;
    this.#from = position;
    this.#to = position;
    if (this.#memory.length < length) this.#memory = new Uint8Array(length);
    await this.#source.read(position, [this.#memory.subarray(0, length)]);
    for (const each of rows) await this.#decrypt(each, position, to);
    for (const patch of patches) this.#put(patch.position, patch.bytes, position, to);
    this.#to = to;
  }

  /** Put the samples of a track that are protected, and lie in a range or reach into it, in their places. */
  async #decrypt(rows: SampleRows, from: number, to: number): Promise<void> {
    const isWanted = (row: number): boolean => {
      const position = rows.positions[row]!;
      return rows.protectedBy[row] !== CLEAR && position < to && position + rows.sizes[row]! > from;
    };
    for (let row = 0; row < rows.count; row++) {
      if (!isWanted(row)) continue;
      const first = row;
      while (row < rows.count && isWanted(row)) row++;
      const place = { source: this.#source, part: 0, fragment: undefined };
      const { clear, starts, missingKeys } = await this.#maker.segment(rows, first, row, place);
      if (missingKeys.length > 0)
        throw fail.keyMissing(
          `There is no key for the key ${missingKeys.length > 1 ? 'ids' : 'id'} ${missingKeys.join(', ')} of ${this.#source.name}.`,
        );
      for (let index = first; index < row; index++) {
        const bytes = clear.subarray(starts[index - first], starts[index - first + 1]);
        this.#put(rows.positions[index]!, bytes, from, to);
      }
    }
  }

  /** Put bytes of the file into memory, as far as they are in the range from `from` to `to`. */
  #put(position: number, bytes: Uint8Array, from: number, to: number): void {
    const start = Math.max(position, from);
    const end = Math.min(position + bytes.length, to);
    if (start >= end) return;
    this.#memory.set(bytes.subarray(start - position, end - position), start - from);
  }
}
