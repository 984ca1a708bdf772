import type { XmlNode } from '../base/xml/xml-node.ts';

/**
 * Move the namespace declarations (`xmlns:…`) of all elements to the root, each once, so that every part of a
 * document can declare what it uses and the whole stays readable. A prefix that means something else further
 * down stays declared there.
 */
export function hoistNamespaces(root: XmlNode): XmlNode {
  const declared: Record<string, string | number> = {};
  const children = root.children.map((child) => strip(child, declared, new Set()));
  const { xmlns, ...attributes } = root.attributes;
  return { ...root, attributes: { xmlns, ...declared, ...attributes }, children };
}

/** @param hidden prefixes that an element around it declares as something else than the root */
function strip(
  node: XmlNode | string,
  declared: Record<string, string | number>,
  hidden: ReadonlySet<string>,
): XmlNode | string {
  if (typeof node === 'string') return node;
  const own = new Set(hidden);
  const attributes = Object.entries(node.attributes).filter(([name, value]) => {
    if (!name.startsWith('xmlns:') || value === undefined) return true;
    declared[name] ??= value;
    if (declared[name] === value && !hidden.has(name)) return false;
    own.add(name);
    return true;
  });
  const children = node.children.map((child) => strip(child, declared, own));
  return { ...node, attributes: Object.fromEntries(attributes), children };
}
