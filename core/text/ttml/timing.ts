import type { TtElement } from './elements.ts';
import { parseTime, type TimeUnits } from './times.ts';

/** When an element is there, in milliseconds of the document; the end may be infinite, and both NaN where nobody can say. */
export interface Interval {
  readonly begin: number;
  readonly end: number;
}

/**
 * When an element is there by its own times.
 * @param reference what they count from @param limit when its container ends
 */
export function ownInterval(
  { attributes }: TtElement,
  reference: number,
  limit: number,
  units: TimeUnits,
): Interval {
  const { begin: beginText, end, dur } = attributes;
  const begin = reference + (beginText === undefined ? 0 : parseTime(beginText, units));
  const byEnd = end === undefined ? limit : reference + parseTime(end, units);
  const byDuration = dur === undefined ? limit : begin + parseTime(dur, units);
  return { begin, end: Math.min(limit, byEnd, byDuration) };
}

const TIMED = new Set(['body', 'div', 'p', 'span']);

/**
 * The intervals of the content (TTML2, 12.4): times count from the container's begin, or in a sequence from the end of what stands
 * before; nothing outlasts its container.
 * @param root `tt`, which has no times itself
 */
export function resolveTimes(root: TtElement, units: TimeUnits): Map<TtElement, Interval> {
  const intervals = new Map<TtElement, Interval>();

  /** @param reference what times count from @param limit when the container ends */
  const resolve = (element: TtElement, reference: number, limit: number, inSequence: boolean): Interval => {
    const { end: endText, dur, timeContainer } = element.attributes;
    const { begin, end: explicit } = ownInterval(element, reference, limit, units);
    const isOpen = endText === undefined && dur === undefined;
    const isSequence = timeContainer === 'seq';
    let last = begin;
    let implicit = begin;
    for (const child of element.children) {
      if (typeof child === 'string') {
        // Text by itself lasts as long as it may, in a sequence not at all.
        if (!isSequence && child.trim() !== '') implicit = Number.POSITIVE_INFINITY;
      } else if (TIMED.has(child.name)) {
        last = resolve(child, isSequence ? last : begin, explicit, isSequence).end;
        implicit = Math.max(implicit, last);
      }
    }
    const end = isOpen && inSequence ? Math.min(explicit, implicit) : explicit;
    const interval = { begin, end };
    intervals.set(element, interval);
    return interval;
  };

  resolve(root, 0, Number.POSITIVE_INFINITY, false);
  return intervals;
}
