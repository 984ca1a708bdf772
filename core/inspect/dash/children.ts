import { localName } from '../../base/xml/read-xml.ts';
import type { XmlNode } from '../../base/xml/xml-node.ts';

const KNOWN = new WeakMap<XmlNode, ReadonlyMap<string, readonly XmlNode[]>>();
const NONE: readonly XmlNode[] = [];

/**
 * The child elements of a name. All of an element are sorted once: each Representation asks for those of its Adaptation Set, which
 * may have thousands.
 */
export function childrenOf(element: XmlNode, name: string): readonly XmlNode[] {
  let byName = KNOWN.get(element);
  if (!byName) {
    byName = sorted(element);
    KNOWN.set(element, byName);
  }
  return byName.get(name) ?? NONE;
}

function sorted({ children }: XmlNode): Map<string, XmlNode[]> {
  const byName = new Map<string, XmlNode[]>();
  for (const child of children) {
    if (typeof child === 'string') continue;
    const name = localName(child);
    const same = byName.get(name);
    if (same) same.push(child);
    else byName.set(name, [child]);
  }
  return byName;
}
