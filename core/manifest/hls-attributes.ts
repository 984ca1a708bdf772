import { toHex } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';
import { largest } from '../base/largest.ts';
import { isPrintable, isQuotable } from '../base/printable.ts';
import type { HlsKey } from '../drm/drm-system.ts';

/** A quoted-string (RFC 8216, 4.2), which has no escapes: quotes, line breaks and the like are refused. */
export function quoted(text: string): string {
  if (!isQuotable(text)) {
    throw fail.invalidOption('A playlist attribute has a quote, a line break or a control character in it.');
  }
  return `"${text}"`;
}

/**
 * `#TAG:NAME=value,…`; attributes that are `undefined` are left out. What is no number, no word and not `quoted` would make
 * another list of it.
 */
export const attributeTag = (
  tag: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
): string => {
  const list = Object.entries(attributes).filter(([, value]) => value !== undefined);
  for (const [name, value] of list) {
    if (!VALUE.test(String(value))) throw fail.unexpected(`${tag} was to have a ${name} that cannot be one.`);
  }
  return `#${tag}:${list.map(([name, value]) => `${name}=${value}`).join(',')}`;
};

/** A quoted-string, or a word or number (RFC 8216, 4.2). */
const VALUE = /^(?:"[^"]*"|[\w./+-]+)$/;

/** EXT-X-KEY and EXT-X-SESSION-KEY lines: equal attribute for attribute, or clients fetch keys twice. */
export const keyTags = (tag: 'EXT-X-KEY' | 'EXT-X-SESSION-KEY', keys: readonly HlsKey[]): string[] =>
  keys.map(({ method, uri, iv, keyId, keyFormat, keyFormatVersions, given }) => {
    if (given) return givenTag(tag, tag === 'EXT-X-KEY' ? given.media : given.session);
    return attributeTag(tag, {
      METHOD: method,
      URI: quoted(uri),
      IV: iv && `0x${toHex(iv)}`,
      KEYID: keyId && `0x${toHex(keyId)}`,
      KEYFORMAT: keyFormat && quoted(keyFormat),
      KEYFORMATVERSIONS: keyFormatVersions && quoted(keyFormatVersions),
    });
  });

/** The list of a server, which `parseKeyLine` has read. */
function givenTag(tag: string, attributes: string): string {
  if (isPrintable(attributes)) return `#${tag}:${attributes}`;
  throw fail.keyDocument('a key line for HLS has a line break or a control character in it.');
}

/** The EXT-X-VERSION that the attributes of keys need (RFC 8216, 7). */
export function keysVersion(keys: readonly HlsKey[]): number {
  const version = ({ method, keyFormat, keyFormatVersions, iv }: HlsKey): number => {
    if (method !== 'AES-128' || keyFormat || keyFormatVersions) return 5;
    return iv ? 2 : 1;
  };
  return Math.max(1, largest(keys, version));
}
