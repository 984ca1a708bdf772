import { fromBase64 } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';
import { childrenOf } from '../base/xml/read-xml.ts';
import type { XmlNode } from '../base/xml/xml-node.ts';

/** The bytes of a Base64 text, which may be broken into lines. @throws PackagerError INVALID_KEY, without the text */
export function base64Value(what: string, text: string): Uint8Array {
  try {
    return fromBase64(text.replace(/\s+/g, ''));
  } catch {
    throw fail.invalidKey(`${what} is not Base64.`);
  }
}

/** The UTF-8 text in a Base64 text. @throws PackagerError INVALID_KEY, without the text */
export function base64Text(what: string, text: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(base64Value(what, text));
  } catch {
    throw fail.invalidKey(`${what} is not text in Base64.`);
  }
}

/** A UUID in lower case. @throws PackagerError INVALID_KEY */
export function uuidValue(what: string, text: string | undefined): string {
  const trimmed = text?.trim().toLowerCase() ?? '';
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(trimmed)) {
    throw fail.invalidKey(`${what} is not a UUID.`);
  }
  return trimmed;
}

/**
 * The child at the end of a path of names. Where CPIX has room for one, two of them are two meanings: which one counts is
 * not for us to guess.
 * @throws PackagerError KEY_DOCUMENT
 */
export function onlyChild(node: XmlNode | undefined, ...path: readonly string[]): XmlNode | undefined {
  return path.reduce<XmlNode | undefined>((parent, name) => {
    const [child, ...others] = childrenOf(parent, name);
    if (others.length > 0) throw fail.keyDocument(`it has ${name} more than once where one is allowed.`);
    return child;
  }, node);
}
