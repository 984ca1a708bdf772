import { fail } from '../errors.ts';
import type { XmlNode } from './xml-node.ts';
import { checkXml } from './xml-rules.ts';

/** How a document is laid out. */
export interface XmlStyle {
  /** Line breaks and two spaces a level, but around text. @default true */
  readonly indent?: boolean;
  /** The `<?xml …?>` line. @default true */
  readonly declaration?: boolean;
  /** `<a/>` for elements without children; PlayReady headers forbid it. @default true */
  readonly selfClosing?: boolean;
}

/**
 * Serialise a document; text and attributes are escaped. What comes out is well-formed (XML 1.0, with namespaces), or
 * nothing does.
 * @throws PackagerError for a tree that is no XML: texts of people and servers are looked at where they come in
 */
export function writeXml(root: XmlNode, style: XmlStyle = {}): string {
  const { indent = true, declaration = true, selfClosing = true } = style;
  try {
    checkXml(root);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw fail.unexpected(`A document was to be written that is no XML: ${cause.message}.`);
  }
  const parts = declaration ? ['<?xml version="1.0" encoding="UTF-8"?>\n'] : [];
  append(root, indent ? '\n' : '', selfClosing, parts);
  if (indent) parts.push('\n');
  return parts.join('');
}

/** @param lineBreak with the spaces of the level; empty where white space would be text */
function append(node: XmlNode, lineBreak: string, selfClosing: boolean, parts: string[]): void {
  parts.push('<', node.name);
  for (const [name, value] of Object.entries(node.attributes)) {
    if (value !== undefined) parts.push(' ', name, '="', escaped(String(value), IN_ATTRIBUTE), '"');
  }
  if (node.children.length === 0 && selfClosing) {
    parts.push('/>');
    return;
  }
  parts.push('>');
  const hasText = node.children.some((child) => typeof child === 'string');
  const inner = hasText || lineBreak === '' ? '' : `${lineBreak}  `;
  for (const child of node.children) {
    if (typeof child === 'string') parts.push(escaped(child, IN_TEXT));
    else {
      parts.push(inner);
      append(child, inner, selfClosing, parts);
    }
  }
  if (inner !== '' && node.children.length > 0) parts.push(lineBreak);
  parts.push('</', node.name, '>');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // Readers make a line feed of it, and spaces of white space in attributes (XML 1.0, 2.11 and 3.3.3).
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};

const IN_TEXT = /[&<>"'\r]/g;
const IN_ATTRIBUTE = /[&<>"'\r\n\t]/g;

const escaped = (text: string, pattern: RegExp): string =>
  text.replace(pattern, (character) => ESCAPES[character]!);
