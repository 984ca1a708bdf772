import type { SampleProtection } from '../model/media-track.ts';
import { AuxiliaryReader, skipInformation } from './auxiliary.ts';
import type { Box } from './box.ts';
import { GroupCursor } from './group-cursor.ts';
import { readGroups } from './sample-groups.ts';
import type { SampleRows } from './sample-rows.ts';
import { ChunkTable, RunTable, SizeTable, SyncTable } from './sample-tables.ts';
import type { MovieTrack } from './track.ts';

/** How much is read at once. */
export interface BatchLimit {
  readonly samples: number;
  readonly bytes: number;
}

/** Samples of the tables of a `stbl` (ISO/IEC 14496-12, 8.6 and 8.7), in order, some at a time: the tables stay what they are. */
export class TableSamples {
  readonly #stbl: Box;
  readonly #sizes: SizeTable;
  readonly #times: RunTable;
  readonly #compositions: RunTable | undefined;
  readonly #sync: SyncTable;
  readonly #chunks: ChunkTable;
  readonly #groups: GroupCursor;
  readonly #auxiliary: AuxiliaryReader;
  readonly #protections: readonly (SampleProtection | undefined)[];
  #sample = 0;
  #time = 0;

  /** @throws DamageError */
  constructor({ stbl, track, seig }: MovieTrack) {
    const boxes = stbl.children();
    this.#stbl = stbl;
    this.#sizes = new SizeTable(stbl);
    this.#times = new RunTable(stbl.needed('stts'), false);
    const ctts = stbl.child('ctts');
    this.#compositions = ctts && new RunTable(ctts, true);
    this.#sync = new SyncTable(stbl.child('stss'));
    this.#chunks = new ChunkTable(stbl, track.entries.length);
    this.#groups = new GroupCursor(readGroups(boxes, seig, { protections: [], byDefault: 0 }), stbl);
    this.#auxiliary = new AuxiliaryReader(boxes, 0, () => {});
    const byDefault = seig.protections[seig.byDefault - 1];
    this.#protections = track.entries.map(({ protection }) => byDefault ?? protection);
  }

  /** Decode time behind the last sample that was read. */
  get time(): number {
    return this.#time;
  }

  /** Add the next samples to rows. @returns false: there are none */
  next(rows: SampleRows, limit: BatchLimit): boolean {
    const left = Math.min(limit.samples, this.#sizes.count - this.#sample);
    if (left === 0) return false;
    rows.reserve(left);
    const from = rows.count;
    const end = from + left;
    let bytes = 0;
    let row = from;
    for (; row < end; row++) {
      const size = this.#sizes.at(this.#sample);
      bytes += size;
      if (row > from && bytes > limit.bytes) break;
      this.#put(rows, row, size);
    }
    rows.count = row;
    this.#protect(rows, from);
    if (this.#protections.every((protection) => !protection)) skipInformation(rows, from);
    else this.#auxiliary.read(rows, from);
    return true;
  }

  #put(rows: SampleRows, row: number, size: number): void {
    const duration = this.#times.next();
    if (duration === undefined)
      throw this.#stbl.damage(`has times of ${this.#sample} of its ${this.#sizes.count} samples`);
    const position = this.#chunks.next(size);
    if (position === undefined)
      throw this.#stbl.damage(`has chunks of ${this.#sample} of its ${this.#sizes.count} samples`);
    rows.positions[row] = position;
    rows.sizes[row] = size;
    rows.decodeTimes[row] = this.#time;
    rows.durations[row] = duration;
    rows.compositionOffsets[row] = this.#compositions?.next() ?? 0;
    rows.sync[row] = this.#sync.next() ? 1 : 0;
    rows.entries[row] = this.#chunks.entry;
    rows.runs[row] = this.#chunks.chunk;
    this.#time += duration;
    this.#sample += 1;
  }

  #protect(rows: SampleRows, from: number): void {
    for (let row = from; row < rows.count; ) {
      const entry = rows.entries[row]!;
      let end = row + 1;
      while (end < rows.count && rows.entries[end] === entry) end++;
      this.#groups.apply(rows, row, end, this.#protections[entry]);
      row = end;
    }
  }
}
