import type { XmlNode } from '../../base/xml/xml-node.ts';

/** A TTML document (TTML2, 8.1.1). */
export interface TtmlDocument {
  /** `tt` with all in it, in the order and with the white space of the source. */
  readonly root: XmlNode;
}
