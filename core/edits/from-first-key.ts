import { copyBytes } from '../base/bytes.ts';
import type { SampleTable } from '../media/samples.ts';
import { type EditedRun, EditedSamples } from './edited-samples.ts';

/** The pictures of a track that can be decoded. */
export interface DecodablePictures {
  readonly samples: SampleTable;
  /** Decode time in the table below of the first one, in ticks. */
  readonly start: number;
  /** How many were left out. */
  readonly dropped: number;
}

/** Pictures that may be decoded behind a key frame and presented before it; decoders hold no more than 16 frames, of two fields. */
const MOST_LEADING = 32;

/**
 * Begin with the first key frame where a track begins with other pictures, as recordings do: those refer to what is not
 * there, and so do the ones that are presented before it. What is left keeps its place in time.
 */
export function fromFirstKey(samples: SampleTable): DecodablePictures {
  const key = samples.syncSamples?.[0] ?? 0;
  if (key === 0) return { samples, start: 0, dropped: 0 };
  const near = samples.read(key, Math.min(samples.count, key + 1 + MOST_LEADING));
  const { dts, durations, compositionOffsets, sync } = near;
  const start = dts[0]!;
  const presented = start + compositionOffsets[0]!;
  const rows = Array.from(dts.keys()).filter((row) => dts[row]! + compositionOffsets[row]! >= presented);
  /** When the picture of each row ends: where the next of them begins. */
  const ends = [...rows.slice(1).map((row) => dts[row]!), dts.at(-1)! + durations.at(-1)!];

  const runs: EditedRun[] = rows.map((row, n) => ({
    source: key + row,
    count: 1,
    dts: dts[row]! - start,
    offsetShift: 0,
    own: {
      durations: Uint32Array.of(ends[n]! - dts[row]!),
      compositionOffsets: compositionOffsets.slice(row, row + 1),
      sync: copyBytes(sync, row, row + 1),
    },
  }));
  const rest = key + near.count;
  if (rest < samples.count)
    runs.push({ source: rest, count: samples.count - rest, dts: ends.at(-1)! - start, offsetShift: 0 });
  return {
    samples: new EditedSamples(samples, runs, 1, samples.duration - start),
    start,
    dropped: rest - rows.length,
  };
}
