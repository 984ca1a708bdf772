import { createCipheriv, createDecipheriv } from 'node:crypto';
import { fail } from '../../core/index.ts';
import { fromBase64 } from '../../core/kit.ts';

/** The protocol's own and the same for every message: what keeps messages apart is their nonce. */
const IV = Buffer.from('0123456789abcdef', 'latin1');
const ALGORITHM = 'aes-256-cbc';

/**
 * A site key: 32 ASCII characters, which are the 32 bytes of an AES-256 key as they stand.
 * @throws PackagerError KEY_SIZE for another number of bytes, INVALID_KEY for other characters; neither repeats the
 * text
 */
export function checkSiteKey(text: string): string {
  const bytes = Buffer.byteLength(text);
  if (bytes !== 32) {
    throw fail.keySize('The site key', '32', bytes, 'Copy it from the console whole: it has 32 characters.');
  }
  if (!/^[\x20-\x7e]+$/.test(text)) throw fail.invalidKey('The site key has characters other than ASCII.');
  return text;
}

/** A document as it travels: AES-256-CBC with PKCS#7 padding, then Base64. */
export function sealDocument(document: string, siteKey: string): string {
  const cipher = createCipheriv(ALGORITHM, siteKey, IV);
  return cipher.update(document, 'utf8', 'base64') + cipher.final('base64');
}

/**
 * The document in the answer of a page, as bytes: pages of the field do not always write UTF-8.
 * @throws RangeError that says what it is not, without its text
 */
export function openDocument(data: string, siteKey: string): Uint8Array {
  const bytes = decode(data.replace(/\s+/g, ''));
  if (bytes.length === 0) throw new RangeError('is empty');
  try {
    const decipher = createDecipheriv(ALGORITHM, siteKey, IV);
    return Buffer.concat([decipher.update(bytes), decipher.final()]);
  } catch {
    throw new RangeError('cannot be decrypted with the site key');
  }
}

function decode(text: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch {
    throw new RangeError('is not Base64');
  }
}
