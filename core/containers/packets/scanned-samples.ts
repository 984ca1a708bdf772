import { GrowingColumn, GrowingDoubles } from '../../base/growing-column.ts';
import type { SampleFacts } from './packet-format.ts';

/** What a scan finds of the samples of a track, one by one: columns, because there may be millions. */
export class ScannedSamples {
  readonly #sizes = new GrowingColumn();
  readonly #ticks = new GrowingDoubles();
  /** Samples of a channel; nothing is kept of pictures, which have none. */
  readonly #lengths = new GrowingColumn();
  /** Nothing is kept while all are. */
  readonly #syncSamples = new GrowingColumn();
  #isAllSync = true;
  /** The few samples with parameter sets, and the bytes of those. */
  readonly #setSamples = new GrowingColumn();
  readonly #setBytes = new GrowingColumn();
  /** Bytes of all samples, without parameter sets. */
  bytes = 0;

  get count(): number {
    return this.#sizes.length;
  }

  /** @param ticks presentation time */
  add({ bytes, parameterSets, isSync, length }: SampleFacts, ticks: number): void {
    if (this.#isAllSync && !isSync) {
      for (let sample = 0; sample < this.count; sample++) this.#syncSamples.push(sample);
      this.#isAllSync = false;
    }
    if (!this.#isAllSync && isSync) this.#syncSamples.push(this.count);
    if (parameterSets > 0) {
      this.#setSamples.push(this.count);
      this.#setBytes.push(parameterSets);
    }
    if (length > 0 || this.#lengths.length > 0) this.#addLength(length);
    this.#sizes.push(bytes);
    this.#ticks.push(ticks);
    this.bytes += bytes;
  }

  #addLength(length: number): void {
    while (this.#lengths.length < this.count) this.#lengths.push(0);
    this.#lengths.push(length);
  }

  /** Presentation times, in ticks. */
  get ticks(): Float64Array {
    return this.#ticks.values.subarray(0, this.count);
  }

  /** Samples of a channel in each, of sound. */
  get lengths(): Uint32Array {
    while (this.#lengths.length < this.count) this.#lengths.push(0);
    return this.#lengths.values.subarray(0, this.count);
  }

  /** Absent: all are. */
  get syncSamples(): Uint32Array | undefined {
    return this.#isAllSync ? undefined : this.#syncSamples.values.subarray(0, this.#syncSamples.length);
  }

  /** Set the bytes of each. @param withSets parameter sets are in the samples */
  writeSizes(sizes: Uint32Array, withSets: boolean): void {
    sizes.set(this.#sizes.values.subarray(0, this.count));
    if (!withSets) return;
    for (let row = 0; row < this.#setSamples.length; row++)
      sizes[this.#setSamples.values[row]!]! += this.#setBytes.values[row]!;
  }
}
