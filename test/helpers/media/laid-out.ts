/** Tracks whose samples lie anywhere in a file that is made of numbers. */
import type { CodedTrack, TimedTrack } from '../../../core/kit.ts';
import type { SampleColumns } from '../../../core/media/samples.ts';
import { memorySource } from '../oracles/read-mp4.ts';
import { makeTrack } from './segments.ts';
import { tableOf } from './table-of.ts';

/** Where samples lie in the file. */
export interface Layout {
  readonly offsets: readonly number[];
  readonly sizes: readonly number[];
}

/** Bytes of no meaning, few of which are like their neighbours. */
export const file = Buffer.from(Array.from({ length: 400_000 }, (_, i) => (i * 31 + (i >> 8)) & 255));

/** A track of that file, of 10 ticks a sample; composition offsets count up from 20. */
export function trackOf({ offsets, sizes }: Layout, facts: Partial<CodedTrack> = {}): CodedTrack {
  const count = offsets.length;
  const column = (value: (i: number) => number) => Array.from({ length: count }, (_, i) => value(i));
  const read = (first: number, end: number): SampleColumns => ({
    first,
    count: end - first,
    offsets: Float64Array.from(offsets.slice(first, end)),
    sizes: Uint32Array.from(sizes.slice(first, end)),
    dts: Float64Array.from(column((i) => i * 10).slice(first, end)),
    compositionOffsets: Int32Array.from(column((i) => 20 + i).slice(first, end)),
    durations: Uint32Array.from(column(() => 10).slice(first, end)),
    sync: Uint8Array.from(column((i) => (i % 2 === 0 ? 1 : 0)).slice(first, end)),
  });
  const unused = () => {
    throw new Error('not for a reader');
  };
  return makeTrack({
    source: memorySource(file),
    samples: tableOf({
      count,
      duration: count * 10,
      bytes: 0,
      syncSamples: undefined,
      read,
      atOrAfter: unused,
    }),
    ...facts,
  });
}

/** A track that is cut in front of these samples. */
export const timed = (track: CodedTrack, ...segmentStarts: number[]): TimedTrack => ({
  track,
  timing: {
    shift: 1000,
    compositionShift: 20,
    mediaTimeAtZero: 0,
    decodeDelay: 0,
    segmentStarts: Uint32Array.from(segmentStarts),
  },
});

/** The samples' bytes, one behind the other. */
export const payload = ({ offsets, sizes }: Layout): Buffer =>
  Buffer.concat(offsets.map((offset, i) => file.subarray(offset, offset + sizes[i]!)));
