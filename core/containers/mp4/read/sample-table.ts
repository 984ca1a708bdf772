import { firstAtOrAbove } from '../../../base/ascending.ts';
import { BoxError } from '../../../base/box-walk.ts';
import { requireSamples, type SampleColumns, type SampleTable } from '../../../media/samples.ts';
import { emptyColumns } from '../../../media/scan-samples.ts';
import { ChunkTable } from './chunk-table.ts';
import type { DescriptionRuns } from './description-runs.ts';
import { rowsOf, type SampleTableBoxes, type TableBytes } from './table-rows.ts';
import { CompositionOffsets, DecodeTimes } from './time-tables.ts';

/** One of several that lie behind each other in a file and each begin at the same time; it is put behind the one before. */
export interface Recording {
  /** Number of its first sample. */
  readonly sample: number;
  /** Ticks that its times are later by than its fragments say. */
  readonly shift: number;
}

/** What a demuxer wants to know of an MP4's samples beyond what all tables say. */
export interface Mp4Samples extends SampleTable {
  /** Decode time of the first sample on the clock of the track's edit list, in ticks: 0 except in fragments. */
  readonly start: number;
  /** The duration that most samples have, in ticks, and how many have it. */
  readonly commonestDuration: { readonly ticks: number; readonly samples: number };
  readonly descriptions: DescriptionRuns;
  /** Those behind the first: none except in fragments. */
  readonly recordings: readonly Recording[];
}

/**
 * The samples of a progressive MP4's track. Its tables stay as they are, small ones in memory and large ones in the file; what is
 * kept beside them takes half a byte a sample. Reading anywhere costs a binary search and some hundred rows at most. Large ones can be read while their source is open.
 */
export class Mp4SampleTable implements Mp4Samples {
  readonly count: number;
  readonly start = 0;
  readonly recordings = [];
  readonly duration: number;
  readonly bytes: number;
  /** How many samples have nothing in them. */
  readonly empty: number;
  readonly syncSamples: Uint32Array | undefined;
  readonly commonestDuration: { readonly ticks: number; readonly samples: number };
  readonly descriptions: DescriptionRuns;
  readonly #chunks: ChunkTable;
  readonly #times: DecodeTimes;
  readonly #compositionOffsets: CompositionOffsets;

  /**
   * @param tables `stts`, `ctts`, `stsz` or `stz2`, `stsc`, `stco` or `co64`, `stss`; all but `stss` are read again
   * @throws BoxError when they contradict each other, or place samples outside the first `fileSize` bytes
   */
  constructor(tables: SampleTableBoxes, fileSize: number) {
    const boxes = heldAlone(tables);
    this.#chunks = new ChunkTable(boxes, fileSize);
    this.count = this.#chunks.count;
    this.bytes = this.#chunks.bytes;
    this.empty = this.#chunks.empty;
    this.descriptions = this.#chunks.descriptions;
    this.#times = new DecodeTimes(boxes, this.count);
    this.duration = this.#times.duration;
    this.commonestDuration = this.#times.commonest;
    this.#compositionOffsets = new CompositionOffsets(boxes, this.count);
    this.syncSamples = readSyncSamples(boxes, this.count);
  }

  read(first: number, end: number): SampleColumns {
    requireSamples(this, first, end);
    const columns = {
      ...emptyColumns(first, end - first),
      sync: expandSync(this.syncSamples, first, end),
    };
    this.#chunks.fill(first, end, columns.offsets, columns.sizes);
    this.#times.fill(first, end, columns.dts, columns.durations);
    this.#compositionOffsets.fill(first, end, columns.compositionOffsets);
    return columns;
  }

  decodeTime(sample: number): number {
    requireSamples(this, sample, sample + 1);
    return this.#times.at(sample);
  }

  compositionOffset(sample: number): number {
    requireSamples(this, sample, sample + 1);
    return this.#compositionOffsets.at(sample);
  }

  sumOfSizes(first: number, end: number): number {
    requireSamples(this, first, end);
    return this.#chunks.sumOfSizes(first, end);
  }

  atOrAfter(dts: number): number {
    return this.#times.atOrAfter(dts);
  }
}

/** What is read of samples. */
const TABLES = ['stts', 'ctts', 'stsz', 'stz2', 'stsc', 'stco', 'co64', 'stss'];

/** Tables in memory apart from the `moov` box that they came in, which may have much else in it that nobody needs any more. */
function heldAlone(tables: SampleTableBoxes): SampleTableBoxes {
  const held = new Map<string, TableBytes>();
  for (const type of TABLES) {
    const table = tables.get(type);
    if (!table) continue;
    held.set(type, table instanceof DataView ? copyOf(table) : table);
  }
  return held;
}

const copyOf = ({ buffer, byteOffset, byteLength }: DataView): DataView =>
  new DataView(buffer.slice(byteOffset, byteOffset + byteLength));

/** The `sync` column of samples `first` to `end`. */
export function expandSync(syncSamples: Uint32Array | undefined, first: number, end: number): Uint8Array {
  const sync = new Uint8Array(end - first);
  if (!syncSamples) return sync.fill(1);
  for (let i = firstAtOrAbove(syncSamples, first); i < syncSamples.length && syncSamples[i]! < end; i++) {
    sync[syncSamples[i]! - first] = 1;
  }
  return sync;
}

/** `stss` (ISO/IEC 14496-12, 8.6.2); without it every sample is a sync sample. */
function readSyncSamples(boxes: SampleTableBoxes, count: number): Uint32Array | undefined {
  if (!boxes.has('stss')) return undefined;
  const { count: rows, view } = rowsOf(boxes, 'stss', 4);
  const samples = new Uint32Array(rows);
  let previous = 0;
  for (let row = 0; row < rows; row++) {
    const number = view.getUint32(row * 4);
    if (number <= previous || number > count)
      throw new BoxError('the samples of "stss" are not in order or not there');
    samples[row] = number - 1;
    previous = number;
  }
  return rows === count ? undefined : samples;
}
