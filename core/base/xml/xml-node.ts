/** An element: name, attributes in writing order, then children (elements or text). */
export interface XmlNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
  readonly children: readonly (XmlNode | string)[];
  /** Where its tag stands in a document that was read `asWritten`, from 1. */
  readonly line?: number;
}

/**
 * Build an element. Attributes that are `undefined` are left out. A list of children is handed over as it is: as arguments,
 * the segments of a long title would be too many for the call stack.
 */
export const xml = (
  name: string,
  attributes: XmlNode['attributes'] = {},
  ...children: (XmlNode | string | readonly (XmlNode | string)[])[]
): XmlNode => ({ name, attributes, children: children.flat() });
