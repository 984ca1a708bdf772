import { fromBase64, fromHex } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';
import { ContentKey } from './content-key.ts';

/**
 * Bytes as people and programs write them. Hexadecimal where it can be: Base64 of 16 or 32 bytes practically never has
 * hexadecimal digits alone.
 *
 * @param what how messages call it
 * @throws PackagerError INVALID_KEY, without the text
 */
export function keyBytes(what: string, text: string): Uint8Array {
  const trimmed = text.trim();
  try {
    return /^([0-9a-f]{2})+$/i.test(trimmed) ? fromHex(trimmed) : fromBase64(trimmed);
  } catch {
    // The cause would add nothing, and must not carry the text along.
    throw fail.invalidKey(`${what} is neither Base64 nor hexadecimal.`);
  }
}

/** The 16 bytes of a key id: hexadecimal, Base64, or a UUID. @throws PackagerError INVALID_KEY, KEY_SIZE */
export function keyIdBytes(what: string, text: string): Uint8Array {
  const uuid = /^\{?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}?$/i.exec(
    text.trim(),
  );
  const bytes = keyBytes(what, uuid ? uuid.slice(1).join('') : text);
  if (bytes.length !== 16) throw fail.keySize(what, '16', bytes.length);
  return bytes;
}

/**
 * The key of which a store or a program gives the parts as text: `keyId`, `key` and, if need be, `iv`.
 *
 * @param where how messages call what gave it: `the secret films/one`
 * @throws PackagerError KEY_DOCUMENT for another shape, INVALID_KEY, KEY_SIZE; never with a value
 */
export function keyFromText(where: string, parts: Readonly<Record<string, unknown>>): ContentKey {
  const text = (name: string): string => {
    const value = parts[name];
    if (typeof value === 'string') return value;
    throw fail.keyDocument(
      `${where} has no text \`${name}\`.`,
      'It needs `keyId` and `key`, and may have `iv`: 16 bytes each, in hexadecimal or Base64.',
    );
  };
  const sized = (name: string): Uint8Array => {
    const what = `\`${name}\` of ${where}`;
    const bytes = keyBytes(what, text(name));
    if (bytes.length !== 16) throw fail.keySize(what, '16', bytes.length);
    return bytes;
  };
  return new ContentKey({
    id: keyIdBytes(`\`keyId\` of ${where}`, text('keyId')),
    key: sized('key'),
    iv: parts['iv'] === undefined ? undefined : sized('iv'),
  });
}
