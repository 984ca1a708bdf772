import { compositionTime } from './samples.ts';
import type { CodedTrack } from './track.ts';

/** A video track's sync samples with their times, looked up one by one: a table of all of them is never made. */
export interface SyncSamples {
  readonly track: CodedTrack;
  readonly count: number;
  /** The sample number of the `k`-th sync sample; the number of all samples when there is none. */
  sample(k: number): number;
  /** When it is presented on the input's clock (dts + composition offset − presentationOffset), in ticks. */
  time(k: number): number;
  /**
   * The first sync sample, not before the `from`-th, that is presented at or after `ticks`; `count` if there is none.
   * Presentation times of sync samples ascend; in a file where they do not, the answer is still in range.
   */
  atOrAfter(ticks: number, from: number): number;
}

export function syncSamples(track: CodedTrack): SyncSamples {
  const { samples, presentationOffset } = track;
  const numbers = samples.syncSamples;
  const count = numbers?.length ?? samples.count;

  const sample = (k: number): number => (k < count ? (numbers?.[k] ?? k) : samples.count);
  const time = (k: number): number => compositionTime(samples, sample(k)) - presentationOffset;

  // Galloping search: the answer is near `from`, and reading a sample costs more than a comparison.
  const atOrAfter = (ticks: number, from: number): number => {
    let low = from;
    let high = from;
    for (let step = 1; high < count && time(high) < ticks; step *= 2) {
      low = high + 1;
      high += step;
    }
    high = Math.min(high, count);
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (time(middle) < ticks) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return { track, count, sample, time, atOrAfter };
}
