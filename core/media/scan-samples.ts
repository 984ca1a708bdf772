import type { SampleColumns, SampleTable } from './samples.ts';

/** Samples that are expanded at a time: long enough to be fast, short enough for the cache. */
const SCAN_SAMPLES = 16_384;

/** Go through samples `first` to `end` of a table in pieces of moderate size. */
export function* scanSamples(samples: SampleTable, first = 0, end = samples.count): Generator<SampleColumns> {
  for (let at = first; at < end; at += SCAN_SAMPLES) yield samples.read(at, Math.min(at + SCAN_SAMPLES, end));
}

/** The sum of sizes of samples `first` to `end`. */
export function bytesOf(samples: SampleTable, first: number, end: number): number {
  if (samples.sumOfSizes) return samples.sumOfSizes(first, end);
  let bytes = 0;
  for (const { sizes } of scanSamples(samples, first, end)) for (const size of sizes) bytes += size;
  return bytes;
}

/** Columns of zeros, to be filled. */
export const emptyColumns = (first: number, count: number): SampleColumns => ({
  first,
  count,
  offsets: new Float64Array(count),
  sizes: new Uint32Array(count),
  dts: new Float64Array(count),
  compositionOffsets: new Int32Array(count),
  durations: new Uint32Array(count),
  sync: new Uint8Array(count),
});
