/** @throws RangeError when a table has no such samples */
export function requireSamples({ count }: Pick<SampleTable, 'count'>, first: number, end: number): void {
  if (!(first >= 0 && first <= end && end <= count))
    throw new RangeError(`samples ${first} to ${end} of ${count}`);
}

/** When a sample is presented, in ticks of its track. */
export const compositionTime = (samples: SampleTable, sample: number): number =>
  samples.decodeTime(sample) + samples.compositionOffset(sample);

/** When a sample is decoded, in ticks of its track; of the one behind the last, when that ends. */
export const decodeTimeOrEnd = (samples: SampleTable, sample: number): number =>
  sample < samples.count ? samples.decodeTime(sample) : samples.duration;

/** What is known of a run of samples, as columns: row `i` is sample `first + i`. */
export interface SampleColumns {
  readonly first: number;
  readonly count: number;
  /** Byte position in the source. */
  readonly offsets: Float64Array;
  /** Bytes. */
  readonly sizes: Uint32Array;
  /** Decode time in ticks of the track's time scale; the first sample of the track is at 0. */
  readonly dts: Float64Array;
  /** Composition time minus decode time, in ticks; may be negative. */
  readonly compositionOffsets: Int32Array;
  /** Ticks. */
  readonly durations: Uint32Array;
  /** 1 where decoding can start (ISO/IEC 14496-12, 8.6.2). */
  readonly sync: Uint8Array;
  /** Places in `CodedTrack.formats`, of a track that has several; absent: all samples have its one. */
  readonly formats?: Uint8Array;
}

/**
 * The samples of a track in decode order, of any number: a 24-hour title has millions, so nobody
 * holds one object per sample. Implementations keep the file's compact tables and expand a run on request.
 */
export interface SampleTable {
  readonly count: number;
  /** Sum of all durations, in ticks. */
  readonly duration: number;
  /** Sum of all sizes, in bytes. */
  readonly bytes: number;
  /** Sample numbers (from 0, ascending) where decoding can start; `undefined`: at every sample. */
  readonly syncSamples: Uint32Array | undefined;
  /** Expand samples `first` (inclusive) to `end` (exclusive). */
  read(first: number, end: number): SampleColumns;
  /** Decode time of one sample, in ticks: less work than to expand it. @throws RangeError when there is no such sample */
  decodeTime(sample: number): number;
  /** Composition time of one sample minus its decode time, in ticks. @throws RangeError when there is no such sample */
  compositionOffset(sample: number): number;
  /** The sum of sizes of samples `first` to `end`, where that is less work than to expand them; `bytesOf` asks for it. */
  sumOfSizes?(first: number, end: number): number;
  /** The number of the first sample whose decode time is at or after `dts`; `count` if there is none. */
  atOrAfter(dts: number): number;
}
