import type { XmlNode } from '../../base/xml/xml-node.ts';

/** A TTML document, its times resolved: a part of it can be taken out by itself, and means what it meant. */
export interface TtmlDocument {
  /** `tt` with all that stands before the body: head, styling, layout. */
  readonly root: XmlNode;
  /** By their starts. */
  readonly paragraphs: readonly TtmlParagraph[];
  /** What the source has and this has not, as `TextDocument.lost` says it. */
  readonly lost: readonly string[];
  /** Something in its regions changes at times that count from the start of the document. */
  readonly hasMovingRegions: boolean;
}

/** A `p`, or what it is between two changes of it. Times are in whole milliseconds; there are none in it but those of animations. */
export interface TtmlParagraph {
  readonly start: number;
  readonly end: number;
  /** With all in it, without its own times. */
  readonly node: XmlNode;
  /** Its place in the source, from 0. */
  readonly order: number;
  /** The innermost first; a document of no standard may have none. */
  readonly block: TtmlBlock | undefined;
}

/** A `body` or `div` without times. */
export interface TtmlBlock {
  readonly name: string;
  readonly attributes: XmlNode['attributes'];
  readonly parent: TtmlBlock | undefined;
}
