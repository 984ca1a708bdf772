import type { XmlNode } from '../xml.ts';

/**
 * Move the namespace declarations (`xmlns:…`) of all elements to the root, each once, so that every part of a
 * document can declare what it uses and the whole stays readable. A prefix that means something else further
 * down stays declared there.
 */
export function hoistNamespaces(root: XmlNode): XmlNode {
  const declared: Record<string, string | number> = {};
  const children = root.children.map((child) => strip(child, declared));
  const { xmlns, ...attributes } = root.attributes;
  return { ...root, attributes: { xmlns, ...declared, ...attributes }, children };
}

function strip(node: XmlNode | string, declared: Record<string, string | number>): XmlNode | string {
  if (typeof node === 'string') return node;
  const attributes = Object.entries(node.attributes).filter(([name, value]) => {
    if (!name.startsWith('xmlns:') || value === undefined) return true;
    declared[name] ??= value;
    return declared[name] !== value;
  });
  const children = node.children.map((child) => strip(child, declared));
  return { ...node, attributes: Object.fromEntries(attributes), children };
}
