import { fail } from '../errors.ts';
import { localName, readXml } from '../read-xml.ts';
import type { XmlNode } from '../xml.ts';

/** Prefixes that key servers use without declaring them. */
const NAMESPACES: Readonly<Record<string, string>> = {
  cenc: 'urn:mpeg:cenc:2013',
  mspr: 'urn:microsoft:playready',
  dashif: 'https://dashif.org/CPS',
  ck: 'http://dashif.org/guidelines/clearKey',
};

/**
 * The children of a `ContentProtection` element as a key server gives them (CPIX, `ContentProtectionData`); a server
 * that sends the element itself is understood as well. Every prefix in them ends up declared.
 * @throws PackagerError 2002
 */
export function parseProtectionXml(text: string): XmlNode[] {
  const root = read(text.replace(/^\s*<\?xml[^>]*\?>/, ''));
  const [first, ...others] = root.children;
  const isElement =
    typeof first === 'object' && localName(first) === 'ContentProtection' && others.length === 0;
  return (isElement ? first.children : root.children).map((child) => {
    if (typeof child === 'string') throw fail.keyDocument('its ContentProtectionData is not XML elements.');
    return declared(child);
  });
}

function read(text: string): XmlNode {
  try {
    return readXml(`<ContentProtectionData>${text}</ContentProtectionData>`);
  } catch (cause) {
    if (cause instanceof RangeError) throw fail.keyDocument(`its ContentProtectionData: ${cause.message}.`);
    throw cause;
  }
}

/** The element with declarations of all prefixes that it uses and nobody in it declares. */
function declared(node: XmlNode): XmlNode {
  const missing = Object.fromEntries(
    [...undeclared(node, new Set())].map((prefix) => {
      const namespace = Object.hasOwn(NAMESPACES, prefix) ? NAMESPACES[prefix] : undefined;
      if (namespace === undefined) {
        throw fail.keyDocument('its ContentProtectionData uses a namespace prefix that it does not declare.');
      }
      return [`xmlns:${prefix}`, namespace];
    }),
  );
  return { ...node, attributes: { ...missing, ...node.attributes } };
}

function undeclared(node: XmlNode, outer: ReadonlySet<string>): Set<string> {
  const names = Object.keys(node.attributes);
  const known = new Set([...outer, ...names.flatMap((name) => /^xmlns:(.+)$/.exec(name)?.[1] ?? [])]);
  const used = [node.name, ...names].flatMap((name) => /^([^:]+):/.exec(name)?.[1] ?? []);
  const missing = new Set(
    used.filter((prefix) => prefix !== 'xmlns' && prefix !== 'xml' && !known.has(prefix)),
  );
  for (const child of node.children) {
    if (typeof child === 'object') for (const prefix of undeclared(child, known)) missing.add(prefix);
  }
  return missing;
}
