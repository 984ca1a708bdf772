import { XMLBuilder } from 'fast-xml-parser';

/** An element: name, attributes in writing order, then children (elements or text). */
export interface XmlNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
  readonly children: readonly (XmlNode | string)[];
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

export interface XmlStyle {
  /** Line breaks and two spaces a level. @default true */
  readonly indent?: boolean;
  /** The `<?xml …?>` line. @default true */
  readonly declaration?: boolean;
  /** `<a/>` for elements without children; PlayReady headers forbid it. @default true */
  readonly selfClosing?: boolean;
}

type Ordered = { readonly [key: string]: unknown };

const ordered = (node: XmlNode | string): Ordered => {
  if (typeof node === 'string') return { '#text': node };
  const attributes = Object.entries(node.attributes).filter(([, value]) => value !== undefined);
  return {
    [node.name]: node.children.map(ordered),
    ':@': Object.fromEntries(attributes.map(([key, value]) => [`@${key}`, String(value)])),
  };
};

/** Serialise a document; text and attributes are escaped. */
export function writeXml(root: XmlNode, style: XmlStyle = {}): string {
  const { indent = true, declaration = true, selfClosing = true } = style;
  const builder = new XMLBuilder({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    format: indent,
    indentBy: '  ',
    suppressEmptyNode: selfClosing,
    suppressBooleanAttributes: false,
    processEntities: true,
  });
  const body = builder.build([ordered(root)]).trim();
  const head = declaration ? '<?xml version="1.0" encoding="UTF-8"?>\n' : '';
  return `${head}${body}${indent ? '\n' : ''}`;
}
