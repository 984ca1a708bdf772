import type { XmlNode } from '../../base/xml/xml-node.ts';
import type { TtElement } from './elements.ts';
import type { Interval } from './timing.ts';

/** What a paragraph without its times says otherwise than the element of the source. */
export const TIMING = ['begin', 'end', 'dur', 'timeContainer'] as const;

/**
 * Paragraphs whose spans come and go, as they are between two changes: with the spans that are there, and no times. So each can be
 * moved and cut by itself, and a document of one paragraph is as many as people see.
 */
export class StillParagraph {
  readonly #element: TtElement;
  readonly #times: ReadonlyMap<TtElement, Interval>;
  readonly #isSplit: boolean;
  /** What does not change is one node in all of them. */
  readonly #known = new Map<TtElement, XmlNode | undefined>();

  /** @param isSplit it is several: they cannot all have its ids, nor can what moves in it be kept */
  constructor(element: TtElement, times: ReadonlyMap<TtElement, Interval>, isSplit: boolean) {
    this.#element = element;
    this.#times = times;
    this.#isSplit = isSplit;
  }

  /** @param at a time between its changes @param isFirst the one that has the id of the paragraph */
  at(at: number, isFirst: boolean): XmlNode {
    const node = this.#node(this.#element, at);
    const id = this.#element.node.attributes['xml:id'];
    return this.#isSplit && isFirst && id !== undefined
      ? { ...node, attributes: { 'xml:id': id, ...node.attributes } }
      : node;
  }

  #node(element: TtElement, at: number): XmlNode {
    const known = this.#still(element);
    if (known !== undefined) return known;
    const children = element.children.flatMap((child): (XmlNode | string)[] => {
      if (typeof child === 'string') return [child];
      if (this.#isSplit && isAnimation(child)) return [];
      const times = child.name === 'span' ? this.#times.get(child) : undefined;
      const isThere = times === undefined || (times.begin <= at && at < times.end);
      return isThere ? [this.#node(child, at)] : [];
    });
    return { ...element.node, attributes: this.#attributes(element), children };
  }

  /** The node of an element that is the same at all times; `undefined` for others. */
  #still(element: TtElement): XmlNode | undefined {
    if (this.#known.has(element)) return this.#known.get(element);
    const children: (XmlNode | string)[] = [];
    let isStill = element === this.#element || !TIMING.some((name) => element.attributes[name] !== undefined);
    for (const child of element.children) {
      if (typeof child === 'string') children.push(child);
      else if (isAnimation(child)) {
        if (!this.#isSplit) children.push(child.node);
      } else {
        const node = this.#still(child);
        if (node === undefined) isStill = false;
        else children.push(node);
      }
    }
    const still = isStill ? { ...element.node, attributes: this.#attributes(element), children } : undefined;
    this.#known.set(element, still);
    return still;
  }

  #attributes({ node }: TtElement): XmlNode['attributes'] {
    const attributes = untimed(node.attributes);
    if (!this.#isSplit) return attributes;
    const { 'xml:id': _, ...others } = attributes;
    return others;
  }
}

/** Attributes without the times, which are resolved for what they are of. */
export function untimed({
  begin,
  end,
  dur,
  timeContainer,
  ...attributes
}: XmlNode['attributes']): XmlNode['attributes'] {
  return attributes;
}

/** What moves, as notices call it. */
export const MOVING = 'animations (set, animate)';

export const isAnimation = ({ name }: TtElement): boolean => name === 'set' || name === 'animate';

/** Whether something within an element moves. */
export const isAnimated = (element: TtElement): boolean =>
  element.children.some((child) => typeof child !== 'string' && (isAnimation(child) || isAnimated(child)));

/** A paragraph without what moves in it: when that is to happen counts from a start that is no longer its own. */
export function withoutAnimations(node: XmlNode): XmlNode {
  const children = node.children.flatMap((child): (XmlNode | string)[] => {
    if (typeof child === 'string') return [child];
    return /(?:^|:)(?:set|animate)$/.test(child.name) ? [] : [withoutAnimations(child)];
  });
  return { ...node, children };
}
