import type { XmlNode } from '../../base/xml/xml-node.ts';
import { childrenOf } from './children.ts';
import type { Values } from './values.ts';

/** A Period on the timeline of the package, in seconds. */
export interface PeriodTimes {
  readonly element: XmlNode;
  readonly start: number;
  /** `undefined`: nothing says when it ends. */
  readonly duration: number | undefined;
}

/** When periods begin and end (ISO/IEC 23009-1, 5.3.2.1): as they say, else behind the one before, and up to the next. */
export function periodTimes(root: XmlNode, values: Values): PeriodTimes[] {
  const elements = childrenOf(root, 'Period');
  const total = values.duration(root, 'mediaPresentationDuration');
  const starts: number[] = [];
  for (const [index, element] of elements.entries()) {
    const before = elements[index - 1];
    const end = before && (starts[index - 1] ?? 0) + (values.duration(before, 'duration') ?? 0);
    starts.push(values.duration(element, 'start') ?? end ?? 0);
  }
  return elements.map((element, index) => {
    const start = starts[index]!;
    const end = starts[index + 1] ?? total;
    const said = values.duration(element, 'duration');
    return { element, start, duration: said ?? (end === undefined ? undefined : Math.max(0, end - start)) };
  });
}
