import { fail } from '../base/errors.ts';
import { attributeOf } from '../base/xml/read-xml.ts';
import type { XmlNode } from '../base/xml/xml-node.ts';
import type { CpixPeriod } from './document.ts';

/**
 * A `ContentKeyPeriod` element (CPIX 2.3, 5.5): by index, or from `startOffset` on up to `endOffset` or for `duration`. What is by the
 * clock, or by a label alone, is no part of a title that nobody could find.
 */
export function readPeriod(node: XmlNode): CpixPeriod {
  const id = attributeOf(node, 'id') ?? '';
  const index = attributeOf(node, 'index');
  if (index !== undefined) return { id, index: wholeNumber(index) };
  const offset = (name: string): number | undefined => {
    const text = attributeOf(node, name);
    return text === undefined ? undefined : seconds(name, text);
  };
  const start = offset('startOffset');
  if (start === undefined) return { id, index: undefined, obstacle: obstacleOf(node) };
  const duration = offset('duration');
  const end = offset('endOffset') ?? (duration === undefined ? Number.POSITIVE_INFINITY : start + duration);
  if (end > start) return { id, index: undefined, time: { start, end } };
  throw fail.keyDocument(`its crypto period ${id} ends before it begins.`);
}

const obstacleOf = (node: XmlNode): string =>
  attributeOf(node, 'start') === undefined
    ? 'has neither an index nor a startOffset'
    : 'is by the time of day, and a title has none';

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw fail.keyDocument('the index of one of its crypto periods is no whole number.');
}

const DURATION = /^P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?$/;

/** A duration of XML Schema, of days and what is shorter: `PT1M30.5S`. */
function seconds(name: string, text: string): number {
  const [, days = 0, hours = 0, minutes = 0, rest = 0] = DURATION.exec(text) ?? [];
  if (DURATION.test(text) && /\d/.test(text)) {
    return 86_400 * Number(days) + 3600 * Number(hours) + 60 * Number(minutes) + Number(rest);
  }
  throw fail.keyDocument(`${name} of one of its crypto periods is no duration such as PT10S.`);
}
