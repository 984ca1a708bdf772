import type { XmlNode } from '../../base/xml/xml-node.ts';
import { childrenOf } from './children.ts';
import type { MpdFault, Values } from './values.ts';

/** A segment as times have it, in ticks of its template or list. */
export interface TimedSegment {
  readonly time: bigint;
  readonly duration: bigint;
  readonly number: number;
  readonly line?: number | undefined;
}

/** What segments are timed by. */
export interface Timing {
  readonly timescale: number;
  readonly presentationTimeOffset: bigint;
  readonly startNumber: number;
  /** Ticks of the period; `undefined`: it does not say. */
  readonly period: bigint | undefined;
  /** How many segments may be in all that is still to be listed. */
  readonly most: number;
}

export class TooManySegments extends RangeError {}

/**
 * SegmentTimeline (ISO/IEC 23009-1, 5.3.9.6): `S` elements, each for itself and @r further ones; below 0 up to the next @t, or to the
 * end of the period.
 * @throws TooManySegments
 */
export function readTimeline(
  timeline: XmlNode,
  timing: Timing,
  values: Values,
  fault: MpdFault,
): TimedSegment[] {
  const entries = childrenOf(timeline, 'S');
  const end = timing.period === undefined ? undefined : timing.period + timing.presentationTimeOffset;
  const runs: (TimedSegment & { readonly count: number })[] = [];
  let time = 0n;
  let number = timing.startNumber;
  let left = timing.most;
  for (const [index, entry] of entries.entries()) {
    const start = values.ticks(entry, 't');
    if (start !== undefined && index > 0 && start < time) {
      fault(entry, 'TIMELINE_OVERLAP', 'begins before the one before it ends');
    }
    time = start ?? time;
    number = values.integer(entry, 'n') ?? number;
    const duration = values.ticks(entry, 'd');
    if (duration === undefined || duration <= 0n) {
      fault(entry, 'TIMELINE_SYNTAX', 'has no duration above 0');
      continue;
    }
    let repeats = values.ticks(entry, 'r') ?? 0n;
    if (repeats < 0n) {
      const until = nextTime(entries[index + 1], values) ?? end;
      if (until === undefined) {
        fault(entry, 'TIMELINE_OPEN', 'is repeated to the end of a period that does not say when it ends');
      }
      // A last segment that goes beyond is one, too.
      repeats = until === undefined || until <= time ? 0n : (until - time + duration - 1n) / duration - 1n;
    }
    if (repeats >= BigInt(left)) throw new TooManySegments();
    const count = Number(repeats) + 1;
    left -= count;
    runs.push({ time, duration, number, line: entry.line, count });
    time += duration * BigInt(count);
    number += count;
  }
  // Only now, when it is known how many there are.
  return runs.flatMap(({ count, ...first }) =>
    Array.from({ length: count }, (_, index) => ({
      ...first,
      time: first.time + first.duration * BigInt(index),
      number: first.number + index,
    })),
  );
}

const nextTime = (entry: XmlNode | undefined, values: Values): bigint | undefined =>
  entry && values.ticks(entry, 't');

/** What is left of a period that is less than this is rounding, and no segment. */
const ROUNDING_SECONDS = 0.001;

/**
 * Segments that are all as long as @duration says, up to the end of the period.
 * @param last @endNumber; `undefined`: it does not say
 * @throws TooManySegments
 */
export function evenSegments(duration: bigint, last: number | undefined, timing: Timing): TimedSegment[] {
  const { startNumber, period, timescale, presentationTimeOffset, most } = timing;
  const rounding = Math.floor(ROUNDING_SECONDS * timescale);
  const byPeriod =
    period === undefined
      ? Number.POSITIVE_INFINITY
      : Math.max(1, Math.ceil((Number(period) - rounding) / Number(duration)));
  const count = last === undefined ? byPeriod : Math.max(0, last - startNumber + 1);
  if (!Number.isFinite(count)) return [];
  if (count > most) throw new TooManySegments();
  return Array.from({ length: count }, (_, index) => {
    const time = BigInt(index) * duration;
    const isLast = period !== undefined && index === count - 1 && time < period && time + duration > period;
    return {
      time: time + presentationTimeOffset,
      duration: isLast ? period - time : duration,
      number: startNumber + index,
    };
  });
}
