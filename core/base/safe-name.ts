import { createHash } from 'node:crypto';

const HASH_DIGITS = 8;

/**
 * A name that is safe in every file system and URL path: letters, digits, `.`, `_` and `-`; no leading dot. Runs of
 * anything else become one `_`. What is longer than `maxBytes` of UTF-8 is cut at a character and ends in a short hash
 * of the whole, so that two long names stay apart.
 */
export function safeName(text: string, maxBytes = 200): string {
  const name = text
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '_')
    .replace(/^\.+/, '_');
  if (Buffer.byteLength(name) <= maxBytes) return name;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);
  return `${cut(name, maxBytes - HASH_DIGITS - 1)}-${hash}`;
}

function cut(text: string, maxBytes: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
