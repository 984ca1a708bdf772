import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { type XmlNode, xml } from './xml.ts';

/** More characters than any document of a key server or gateway has. */
const LONGEST = 1024 * 1024;
const DEEPEST = 32;

/**
 * Read a document from outside. Entities are never expanded: one with a DOCTYPE, or with any reference beyond XML's own
 * five and character numbers, is refused. Comments and processing instructions are skipped.
 *
 * @throws RangeError with a reason that quotes nothing of the text, which may hold secrets.
 */
export function readXml(text: string): XmlNode {
  if (text.length > LONGEST) throw new RangeError(`it is longer than ${LONGEST} characters`);
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) throw new RangeError('it declares a document type or entities');
  const verdict = XMLValidator.validate(text);
  if (verdict !== true) throw new RangeError(`it is not well-formed XML (line ${verdict.err.line})`);
  const roots = elementsOf(parse(text), 1).filter((node) => typeof node !== 'string');
  const [root, ...others] = roots;
  if (root === undefined || others.length > 0) throw new RangeError('it has not exactly one root element');
  return root;
}

/** The name without its namespace prefix: documents choose their prefixes freely. */
export const localName = ({ name }: XmlNode): string => name.slice(name.indexOf(':') + 1);

/** The child elements of a name, in order. */
export const childrenOf = (node: XmlNode | undefined, name: string): XmlNode[] =>
  (node?.children ?? []).filter(
    (child): child is XmlNode => typeof child !== 'string' && localName(child) === name,
  );

/** The first child element of a path of names. */
export const childOf = (node: XmlNode | undefined, ...path: readonly string[]): XmlNode | undefined =>
  path.reduce<XmlNode | undefined>((found, name) => childrenOf(found, name)[0], node);

/** All text directly in an element, without white space around it; `undefined` where there is none. */
export function textOf(node: XmlNode | undefined): string | undefined {
  const parts = (node?.children ?? []).filter((child) => typeof child === 'string');
  return parts.join('').trim() || undefined;
}

/** An attribute, by its name without prefix; `undefined` where it is missing or empty. */
export function attributeOf(node: XmlNode, name: string): string | undefined {
  const value = node.attributes[name];
  return value === undefined || value === '' ? undefined : String(value);
}

type Parsed = Readonly<Record<string, unknown>>;

function parse(text: string): readonly Parsed[] {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    processEntities: false,
    parseTagValue: false,
    parseAttributeValue: false,
    cdataPropName: CDATA,
    ignoreDeclaration: true,
    ignorePiTags: true,
  });
  try {
    return parser.parse(text) as readonly Parsed[];
  } catch {
    throw new RangeError('it is not XML that can be read'); // without the cause: it quotes names of the text
  }
}

const TEXT = '#text';
const CDATA = '#cdata';

function elementsOf(parsed: readonly Parsed[], depth: number): (XmlNode | string)[] {
  if (depth > DEEPEST) throw new RangeError(`its elements are more than ${DEEPEST} levels deep`);
  return parsed.map((entry) => {
    const [name = ''] = Object.keys(entry);
    const value = entry[name];
    if (name === TEXT) return decoded(String(value));
    if (name === CDATA) return (value as readonly Parsed[]).map((part) => String(part[TEXT])).join('');
    const attributes = Object.entries((entry[':@'] ?? {}) as Readonly<Record<string, string>>);
    return xml(
      name,
      Object.fromEntries(attributes.map(([key, text]) => [key, decoded(text)])),
      elementsOf(value as readonly Parsed[], depth + 1),
    );
  });
}

const PREDEFINED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Replace XML's own references. A text is read once, so what comes out is never read for references again. */
function decoded(text: string): string {
  return text.replace(/&([^;&\s]*);?/g, (reference, name: string) => {
    const known = Object.hasOwn(PREDEFINED, name) ? PREDEFINED[name] : character(name);
    if (known === undefined || !reference.endsWith(';')) throw new RangeError('it refers to an entity');
    return known;
  });
}

function character(name: string): string | undefined {
  const number = /^#(?:x([0-9a-f]{1,6})|([0-9]{1,7}))$/i.exec(name);
  const code = number && Number.parseInt(number[1] ?? number[2]!, number[1] ? 16 : 10);
  return code && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
