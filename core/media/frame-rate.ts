import type { Rational } from '../base/fraction.ts';
import { reduced } from '../base/fraction.ts';

/** When this share of the samples has one duration, the others are dropped frames or the end of the file. */
const CONSTANT_SHARE = 0.9;

/** Samples of a track, and the duration that most of them have. */
export interface SampleDurations {
  readonly count: number;
  /** Ticks of all. */
  readonly duration: number;
  readonly commonestDuration: { readonly ticks: number; readonly samples: number };
}

/** The rate that most samples have; where they vary (rounded to milliseconds, say), the average. */
export function frameRate(
  { count, duration, commonestDuration: most }: SampleDurations,
  timescale: number,
): Rational {
  const constant = most.ticks > 0 && most.samples >= count * CONSTANT_SHARE;
  return reduced(constant ? { num: timescale, den: most.ticks } : { num: count * timescale, den: duration });
}
