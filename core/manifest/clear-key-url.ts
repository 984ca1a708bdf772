import type { XmlNode } from '../base/xml/xml-node.ts';
import { CLEARKEY_ID } from '../drm/clearkey.ts';
import { COMMON_ID } from '../drm/common.ts';

/**
 * The descriptors of a set, in which that of the common system names the licence server of ClearKey too. shaka-player takes both
 * for ClearKey, and asks the server that the first one names, or none. Only the common system's says all keys where they change:
 * in ClearKey's own a `cenc:pssh` is none that dash.js can read.
 */
export function withClearKeyUrl(descriptors: readonly XmlNode[]): XmlNode[] {
  const isOf = (id: string, { attributes }: XmlNode): boolean =>
    attributes['schemeIdUri'] === `urn:uuid:${id}`;
  const clearKey = descriptors.find((one) => isOf(CLEARKEY_ID, one));
  const urls =
    clearKey?.children.filter((child) => typeof child === 'object' && child.name === 'dashif:Laurl') ?? [];
  return descriptors.map((one) =>
    isOf(COMMON_ID, one) ? { ...one, children: [...one.children, ...urls] } : one,
  );
}
