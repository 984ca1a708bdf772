import type { XmlNode } from '../../base/xml/xml-node.ts';

/** An element whose names are read: what a document calls its namespaces is its own affair. */
export interface TtElement {
  /** `p` for elements of TTML, `smpte:image` for those of others; empty for those of nobody known. */
  readonly name: string;
  /** By names with the usual prefixes: `begin`, `tts:color`, `xml:id`. */
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly children: readonly (TtElement | string)[];
  readonly line: number;
  readonly node: XmlNode;
}

/** TTML 1 and 2, and the drafts that DFXP files are of. */
const TTML = /^http:\/\/www\.w3\.org\/(?:ns\/ttml|2006\/(?:04|10)\/ttaf1)(?:#([a-z]+))?$/;
const PREFIXES: Readonly<Record<string, string>> = {
  '': '',
  styling: 'tts:',
  style: 'tts:',
  parameter: 'ttp:',
  metadata: 'ttm:',
};
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^http:\/\/www\.w3\.org\/XML\/1998\/namespace$/, 'xml:'],
  [/^http:\/\/www\.w3\.org\/ns\/ttml\/profile\/imsc1#styling$/, 'itts:'],
  [/^http:\/\/www\.w3\.org\/ns\/ttml\/profile\/imsc1#parameter$/, 'ittp:'],
  [/^http:\/\/www\.smpte-ra\.org\/schemas\/2052-1\//, 'smpte:'],
  [/^urn:ebu:tt:style$/, 'ebutts:'],
];

/** What a prefix of the document is usually called, by that prefix. */
type Scope = ReadonlyMap<string, string>;

/** A tree with the usual names. */
export function readElements(node: XmlNode, outer: Scope = new Map([['xml', 'xml:']])): TtElement {
  const scope = scopeOf(node, outer);
  return {
    name: usualName(node.name, scope, scope.get('') ?? ''),
    attributes: Object.fromEntries(
      Object.entries(node.attributes).map(([name, value]) => [usualName(name, scope, ''), String(value)]),
    ),
    children: node.children.map((child) => (typeof child === 'string' ? child : readElements(child, scope))),
    line: node.line ?? 1,
    node,
  };
}

function scopeOf({ attributes }: XmlNode, outer: Scope): Scope {
  const own = Object.entries(attributes).filter(([name]) => name === 'xmlns' || name.startsWith('xmlns:'));
  if (own.length === 0) return outer;
  const scope = new Map(outer);
  for (const [name, namespace] of own) scope.set(name.slice('xmlns:'.length), usualPrefix(String(namespace)));
  return scope;
}

/** @returns `?:` for a namespace that nobody knows */
function usualPrefix(namespace: string): string {
  if (namespace === '') return '';
  const ttml = TTML.exec(namespace);
  if (ttml !== null) return PREFIXES[ttml[1] ?? ''] ?? '?:';
  return OTHERS.find(([pattern]) => pattern.test(namespace))?.[1] ?? '?:';
}

function usualName(name: string, scope: Scope, unprefixed: string): string {
  const colon = name.indexOf(':');
  const prefix = colon < 0 ? unprefixed : (scope.get(name.slice(0, colon)) ?? '?:');
  return prefix === '?:' ? '' : `${prefix}${name.slice(colon + 1)}`;
}

/** The child elements of a name. */
export const elementsOf = (parent: TtElement | undefined, name: string): TtElement[] =>
  (parent?.children ?? []).filter(
    (child): child is TtElement => typeof child !== 'string' && child.name === name,
  );
