import { fail } from '../base/errors.ts';
import { localName, readXml } from '../base/xml/read-xml.ts';
import { type XmlNode, xml } from '../base/xml/xml-node.ts';
import { checkXml } from '../base/xml/xml-rules.ts';

/** Prefixes that key servers use without declaring them. */
const NAMESPACES: Readonly<Record<string, string>> = {
  cenc: 'urn:mpeg:cenc:2013',
  mspr: 'urn:microsoft:playready',
  dashif: 'https://dashif.org/CPS',
  ck: 'http://dashif.org/guidelines/clearKey',
  mas: 'urn:marlin:mas:1-0:services:schemas:mpd',
};

/** The namespace of the MPD that the elements go into; they are in others (ISO/IEC 23009-1, the schema). */
const DASH = 'urn:mpeg:dash:schema:mpd:2011';

/**
 * The children of a `ContentProtection` element as a key server gives them (CPIX, `ContentProtectionData`); a server
 * that sends the element itself is understood as well. Every prefix in them ends up declared, and what has no namespace
 * does not get that of the MPD.
 * @throws PackagerError KEY_DOCUMENT for what would not make a valid MPD
 */
export function parseProtectionXml(text: string): XmlNode[] {
  const root = read(text.replace(/^\s*<\?xml[^>]*\?>/, ''));
  const [first, ...others] = root.children;
  const isElement =
    typeof first === 'object' && localName(first) === 'ContentProtection' && others.length === 0;
  const outer = isElement ? first : root;
  const elements = outer.children.map((child) => {
    if (typeof child === 'string') throw refused('is not XML elements');
    return withoutDash(declared(child, outer), undefined);
  });
  reasoned(() => checkXml(xml('ContentProtection', {}, ...elements)));
  return elements;
}

const read = (text: string): XmlNode =>
  reasoned(() => readXml(`<ContentProtectionData>${text}</ContentProtectionData>`));

function reasoned<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof RangeError) throw fail.keyDocument(`its ContentProtectionData: ${cause.message}.`);
    throw cause;
  }
}

const refused = (what: string) => fail.keyDocument(`its ContentProtectionData ${what}.`);

/** The element with declarations of all prefixes that it uses and nobody in it declares. */
function declared(node: XmlNode, outer: XmlNode): XmlNode {
  const missing = Object.fromEntries(
    [...undeclared(node, () => false)].map((prefix) => {
      const name = `xmlns:${prefix}`;
      const known = Object.hasOwn(NAMESPACES, prefix) ? NAMESPACES[prefix] : undefined;
      const namespace = outer.attributes[name] ?? known;
      if (namespace === undefined) throw refused('uses a namespace prefix that it does not declare');
      return [name, namespace];
    }),
  );
  return { ...node, attributes: { ...missing, ...node.attributes } };
}

/**
 * The element, in no case in the namespace of the MPD around it.
 * @param around the default namespace; `undefined`: that of the MPD
 */
function withoutDash(node: XmlNode, around: string | undefined): XmlNode {
  const { xmlns } = node.attributes;
  const isTop = around === undefined;
  const namespace = String(xmlns ?? around ?? '');
  const isBare = !node.name.includes(':');
  if (isBare && isTop && namespace === '') throw refused('has an element without a namespace');
  const isDash = (value: unknown) => String(value).trim() === DASH;
  if (Object.entries(node.attributes).some(([name, value]) => name.startsWith('xmlns') && isDash(value))) {
    throw refused('has elements of the MPD itself');
  }
  return {
    ...node,
    attributes: isBare && !isTop && namespace === '' ? { xmlns: '', ...node.attributes } : node.attributes,
    children: node.children.map((child) =>
      typeof child === 'string' ? child : withoutDash(child, namespace),
    ),
  };
}

/** The prefixes that an element and those in it use, and nobody declares. @param isKnown of a prefix, around the element */
function undeclared(node: XmlNode, isKnown: (prefix: string) => boolean): Set<string> {
  const names = Object.keys(node.attributes);
  const own = new Set(['xmlns', 'xml', ...names.flatMap((name) => /^xmlns:(.+)$/.exec(name)?.[1] ?? [])]);
  const isKnownHere = (prefix: string): boolean => own.has(prefix) || isKnown(prefix);
  const used = [node.name, ...names].flatMap((name) => /^([^:]+):/.exec(name)?.[1] ?? []);
  const missing = new Set(used.filter((prefix) => !isKnownHere(prefix)));
  for (const child of node.children) {
    if (typeof child === 'object') for (const prefix of undeclared(child, isKnownHere)) missing.add(prefix);
  }
  return missing;
}
