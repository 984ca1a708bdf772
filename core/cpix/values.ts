import { fromBase64 } from '../bytes.ts';
import { fail } from '../errors.ts';

/** The bytes of a Base64 text, which may be broken into lines. @throws PackagerError 2005, without the text */
export function base64Value(what: string, text: string): Uint8Array {
  try {
    return fromBase64(text.replace(/\s+/g, ''));
  } catch {
    throw fail.invalidKey(`${what} is not Base64.`);
  }
}

/** The UTF-8 text in a Base64 text. @throws PackagerError 2005, without the text */
export function base64Text(what: string, text: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(base64Value(what, text));
  } catch {
    throw fail.invalidKey(`${what} is not text in Base64.`);
  }
}

/** A UUID in lower case. @throws PackagerError 2005 */
export function uuidValue(what: string, text: string | undefined): string {
  const trimmed = text?.trim().toLowerCase() ?? '';
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(trimmed)) {
    throw fail.invalidKey(`${what} is not a UUID.`);
  }
  return trimmed;
}
