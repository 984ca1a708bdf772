import type { XmlNode } from './xml-node.ts';

const XMLNS = 'http://www.w3.org/2000/xmlns/';
const XML = 'http://www.w3.org/XML/1998/namespace';

const NAME_START =
  'A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}\\u{200D}' +
  '\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}';
const NC_NAME = `[${NAME_START}][${NAME_START}.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}\\u{2040}-]*`;

/** The pattern of a QName (Namespaces in XML 1.0, 4), for patterns with the flag `u`. */
export const QNAME_PATTERN = `${NC_NAME}(?::${NC_NAME})?`;
const QNAME = new RegExp(`^${QNAME_PATTERN}$`, 'u');

/** Characters that XML 1.0 has no place for, not even as references (2.2): control characters, halves of characters. */
const FOREIGN = '[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\u{10000}-\\u{10FFFF}]';
const ANY_FOREIGN = new RegExp(FOREIGN, 'u');
const EVERY_FOREIGN = new RegExp(FOREIGN, 'gu');

/** Whether XML 1.0 can hold a text. */
export const isXmlText = (text: string): boolean => !ANY_FOREIGN.test(text);

/** A text as a document can show it: what XML has no place for is U+FFFD. */
export const xmlText = (text: string): string => text.replace(EVERY_FOREIGN, '\uFFFD');

/** An element in which `xmlText` has gone over all texts. */
export const printableXml = (node: XmlNode): XmlNode => ({
  name: node.name,
  attributes: Object.fromEntries(
    Object.entries(node.attributes).map(([name, value]) => [
      name,
      typeof value === 'string' ? xmlText(value) : value,
    ]),
  ),
  children: node.children.map((child) => (typeof child === 'string' ? xmlText(child) : printableXml(child))),
});

/**
 * The namespaces that an element declares, by prefix, the default one under `''`; and those in force around it. Not one table of all:
 * a document of thousands of declarations and thousands of elements with one each would be copied for days.
 */
interface Scope {
  readonly own: ReadonlyMap<string, string>;
  readonly outer?: Scope;
}

const OUTERMOST: Scope = {
  own: new Map([
    ['xml', XML],
    ['xmlns', XMLNS],
  ]),
};

/**
 * Whether an element with all in it can be written as XML 1.0 that keeps to Namespaces in XML 1.0: names, declarations,
 * attributes that are there once, characters.
 * @throws RangeError with a reason that quotes nothing but prefixes and names that are some
 */
export const checkXml = (root: XmlNode): void => checkElement(root, OUTERMOST);

function checkElement(node: XmlNode, outer: Scope): void {
  const attributes = Object.entries(node.attributes).filter(([, value]) => value !== undefined);
  for (const name of [node.name, ...attributes.map(([key]) => key)]) {
    if (!QNAME.test(name)) throw new RangeError('it has a name that is none');
  }
  const scope = declarations(attributes, outer);
  if (namespaceOf(node.name, scope) === XMLNS) throw new RangeError('it has an element of the prefix xmlns');
  const expanded = new Set<string>();
  for (const [name, value] of attributes) {
    if (!isXmlText(String(value))) throw new RangeError('an attribute has a character that XML cannot hold');
    // The default namespace is none of attributes (Namespaces in XML 1.0, 6.2).
    const unique = name.includes(':') ? `${namespaceOf(name, scope)} ${localPart(name)}` : name;
    if (expanded.has(unique)) throw new RangeError('an element has an attribute twice');
    expanded.add(unique);
  }
  for (const child of node.children) {
    if (typeof child !== 'string') checkElement(child, scope);
    else if (!isXmlText(child)) throw new RangeError('a text has a character that XML cannot hold');
  }
}

function declarations(attributes: readonly (readonly [string, unknown])[], outer: Scope): Scope {
  const own = attributes.filter(([name]) => name === 'xmlns' || name.startsWith('xmlns:'));
  if (own.length === 0) return outer;
  const declared = new Map<string, string>();
  for (const [name, value] of own) {
    const [prefix, namespace] = [name.slice('xmlns:'.length), String(value)];
    if (prefix !== '' && namespace === '') throw new RangeError('it takes the namespace of a prefix away');
    // Each of the two is bound for good, and nothing else to its namespace (Namespaces in XML 1.0, 3).
    if (prefix === 'xmlns' || namespace === XMLNS || (prefix === 'xml') !== (namespace === XML)) {
      throw new RangeError('it declares what only XML itself may');
    }
    declared.set(prefix, namespace);
  }
  return { own: declared, outer };
}

function namespaceOf(name: string, scope: Scope): string {
  const colon = name.indexOf(':');
  const namespace = namespaceFor(colon < 0 ? '' : name.slice(0, colon), scope);
  if (namespace === undefined && colon >= 0) {
    throw new RangeError('it uses a namespace prefix that it does not declare');
  }
  return namespace ?? '';
}

function namespaceFor(prefix: string, innermost: Scope): string | undefined {
  for (let scope: Scope | undefined = innermost; scope; scope = scope.outer) {
    const namespace = scope.own.get(prefix);
    if (namespace !== undefined) return namespace;
  }
  return undefined;
}

const localPart = (name: string): string => name.slice(name.indexOf(':') + 1);
