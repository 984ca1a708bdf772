import type { XmlNode } from '../../base/xml/xml-node.ts';
import type { TtmlDocument } from './document.ts';
import { elementsOf, type TtElement } from './elements.ts';
import { isAnimated, isAnimation, MOVING, TIMING, untimed, withoutAnimations } from './still-paragraph.ts';
import type { Style } from './style.ts';
import type { Styles } from './styles.ts';
import type { TimeUnits } from './times.ts';
import { type Interval, ownInterval } from './timing.ts';

/** Where paragraphs stand. */
export interface Region {
  readonly style: Style;
  /** When something can be shown in it (TTML2, 11.1.2). */
  readonly times: Interval;
  readonly isTimed: boolean;
  /** Something in it changes while it is there. */
  readonly isAnimated: boolean;
}

/** The regions of a document by their ids. @param head of the document */
export function readRegions(
  head: TtElement | undefined,
  styles: Styles,
  units: TimeUnits,
): ReadonlyMap<string, Region> {
  const regions = elementsOf(head, 'layout').flatMap((layout) => elementsOf(layout, 'region'));
  return new Map(
    regions.map((region) => [
      region.attributes['xml:id'] ?? '',
      {
        style: styles.specified(region),
        times: ownInterval(region, 0, Number.POSITIVE_INFINITY, units),
        isTimed: isTimed(region),
        isAnimated: isAnimated(region),
      },
    ]),
  );
}

/** What is lost of regions where that goes with the times that it counts from, as notices call it. */
export const LOST_IN_REGIONS = `${MOVING} of regions`;

/** When both are there. */
export const common = (a: Interval, b: Interval): Interval => ({
  begin: Math.max(a.begin, b.begin),
  end: Math.min(a.end, b.end),
});

/**
 * A head whose regions are there at all times: the times of what stands in them are those that both have, and may be moved. What is to
 * change in a region that had times counts from its begin, and goes with it.
 */
export function withoutRegionTimes(element: TtElement): XmlNode {
  const { node, children } = element;
  const isRegion = element.name === 'region' && isTimed(element);
  return {
    ...node,
    attributes: isRegion ? untimed(node.attributes) : node.attributes,
    children: children
      .filter((child) => typeof child === 'string' || !isRegion || !isAnimation(child))
      .map((child) => (typeof child === 'string' ? child : withoutRegionTimes(child))),
  };
}

const isTimed = ({ attributes }: TtElement): boolean => TIMING.some((name) => attributes[name] !== undefined);

/** The same without what changes in regions: its times count from the start of the document, and paragraphs are moved. */
export function withStillRegions(document: TtmlDocument): TtmlDocument {
  if (!document.hasMovingRegions) return document;
  const still = (child: XmlNode | string): XmlNode | string => {
    if (typeof child === 'string') return child;
    return /(?:^|:)region$/.test(child.name)
      ? withoutAnimations(child)
      : { ...child, children: child.children.map(still) };
  };
  return {
    ...document,
    root: { ...document.root, children: document.root.children.map(still) },
    lost: [...document.lost, LOST_IN_REGIONS],
    hasMovingRegions: false,
  };
}
