import type { SampleColumns, SampleTable } from '../../media/samples.ts';
import { BoxError } from './box-walk.ts';
import { ChunkTable } from './chunk-table.ts';
import { firstAtOrAbove, rowsOf, type SampleTableBoxes } from './table-rows.ts';
import { CompositionOffsets, DecodeTimes } from './time-tables.ts';

/**
 * The samples of a progressive MP4's track. Holds about as many bytes as the tables in the file; reading forwards
 * costs nothing to find the place again, reading anywhere else a binary search.
 */
export class Mp4SampleTable implements SampleTable {
  readonly count: number;
  readonly duration: number;
  readonly bytes: number;
  readonly syncSamples: Uint32Array | undefined;
  /** The duration that most samples have, in ticks, and how many have it. */
  readonly commonestDuration: { readonly ticks: number; readonly samples: number };
  readonly #chunks: ChunkTable;
  readonly #times: DecodeTimes;
  readonly #compositionOffsets: CompositionOffsets;

  /**
   * @param boxes `stts`, `ctts`, `stsz` or `stz2`, `stsc`, `stco` or `co64`, `stss`; they are not kept
   * @throws BoxError when they contradict each other, or place samples outside the first `fileSize` bytes
   */
  constructor(boxes: SampleTableBoxes, fileSize: number) {
    this.#chunks = new ChunkTable(boxes, fileSize);
    this.count = this.#chunks.count;
    this.bytes = this.#chunks.bytes;
    this.#times = new DecodeTimes(boxes, this.count);
    this.duration = this.#times.duration;
    this.commonestDuration = this.#times.commonest;
    this.#compositionOffsets = new CompositionOffsets(boxes, this.count);
    this.syncSamples = readSyncSamples(boxes, this.count);
  }

  read(first: number, end: number): SampleColumns {
    if (!(first >= 0 && first <= end && end <= this.count)) {
      throw new RangeError(`samples ${first} to ${end} of ${this.count}`);
    }
    const count = end - first;
    const columns = {
      first,
      count,
      offsets: new Float64Array(count),
      sizes: new Uint32Array(count),
      dts: new Float64Array(count),
      compositionOffsets: new Int32Array(count),
      durations: new Uint32Array(count),
      sync: new Uint8Array(count),
    };
    this.#chunks.fill(first, end, columns.offsets, columns.sizes);
    this.#times.fill(first, end, columns.dts, columns.durations);
    this.#compositionOffsets.fill(first, end, columns.compositionOffsets);
    this.#fillSync(first, end, columns.sync);
    return columns;
  }

  atOrAfter(dts: number): number {
    return this.#times.atOrAfter(dts);
  }

  #fillSync(first: number, end: number, sync: Uint8Array): void {
    const samples = this.syncSamples;
    if (!samples) {
      sync.fill(1);
      return;
    }
    for (let i = firstAtOrAbove(samples, first); i < samples.length && samples[i]! < end; i++) {
      sync[samples[i]! - first] = 1;
    }
  }
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
