import { toHex } from '../bytes.ts';
import type { HlsKey } from '../drm/drm-system.ts';
import { fail } from '../errors.ts';
import { largest } from '../largest.ts';

/** A quoted-string (RFC 8216, 4.2), which has no escapes: quotes and line breaks are refused. */
export function quoted(text: string): string {
  if (/["\p{Cc}]/u.test(text)) {
    throw fail.invalidOption('A playlist attribute has a quote, a line break or a control character in it.');
  }
  return `"${text}"`;
}

/** `#TAG:NAME=value,…`; attributes that are `undefined` are left out. */
export const attributeTag = (
  tag: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
): string => {
  const list = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return `#${tag}:${list.map(([name, value]) => `${name}=${value}`).join(',')}`;
};

/** EXT-X-KEY and EXT-X-SESSION-KEY lines: equal attribute for attribute, or clients fetch keys twice. */
export const keyTags = (tag: 'EXT-X-KEY' | 'EXT-X-SESSION-KEY', keys: readonly HlsKey[]): string[] =>
  keys.map(({ method, uri, iv, keyId, keyFormat, keyFormatVersions, given }) => {
    if (given) return `#${tag}:${tag === 'EXT-X-KEY' ? given.media : given.session}`;
    return attributeTag(tag, {
      METHOD: method,
      URI: quoted(uri),
      IV: iv && `0x${toHex(iv)}`,
      KEYID: keyId && `0x${toHex(keyId)}`,
      KEYFORMAT: keyFormat && quoted(keyFormat),
      KEYFORMATVERSIONS: keyFormatVersions && quoted(keyFormatVersions),
    });
  });

/** The EXT-X-VERSION that the attributes of keys need (RFC 8216, 7). */
export function keysVersion(keys: readonly HlsKey[]): number {
  const version = ({ method, keyFormat, keyFormatVersions, iv }: HlsKey): number => {
    if (method !== 'AES-128' || keyFormat || keyFormatVersions) return 5;
    return iv ? 2 : 1;
  };
  return Math.max(1, largest(keys, version));
}
