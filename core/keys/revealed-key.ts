import { view } from '../base/bytes.ts';

/** Encodings in encodings that are looked into: a key in a box, in Base64, in XML, in a `data:` URI. */
const DEEPEST = 4;
/** Bytes that are looked at in all: far more than signalling has. */
const MOST_BYTES = 16 * 2 ** 20;

/** Base64 of 16 bytes has 22 characters, both alphabets (RFC 4648); in what white space is taken out of. */
const BASE64_RUN = /[\w+/-]{22,}/g;
const REFERENCES = /&#x([\da-f]{1,6});|&#(\d{1,7});|%([\da-f]{2})/gi;

/**
 * Whether a key stands in what everybody may read: as bytes, as hexadecimal digits with whatever between them, in Base64
 * of either alphabet, alone or among other bytes, percent-encoded, in character references, in UTF-16, in the byte order
 * of GUIDs; and one of these within another.
 */
export function revealsKey(content: string | Uint8Array, key: Uint8Array): boolean {
  const search = new KeySearch(key);
  return search.isIn(typeof content === 'string' ? Buffer.from(content) : view(content), 0);
}

class KeySearch {
  readonly #keys: readonly Buffer[];
  #left = MOST_BYTES;

  constructor(key: Uint8Array) {
    const guid = Buffer.from(key);
    guid.subarray(0, 4).reverse();
    guid.subarray(4, 6).reverse();
    guid.subarray(6, 8).reverse();
    this.#keys = [Buffer.from(key), guid];
  }

  isIn(bytes: Buffer, depth: number): boolean {
    if (this.#keys.some((key) => bytes.includes(key))) return true;
    this.#left -= bytes.length;
    if (this.#left < 0) return true; // more than can be looked at is more than anybody signals
    const text = bytes.toString('latin1').replaceAll('\0', '');
    const decoded = text.replace(REFERENCES, byteOf);
    return [...new Set([text, decoded])].some((spelled) => this.#isSpelled(spelled, depth));
  }

  #isSpelled(text: string, depth: number): boolean {
    if (this.#keys.some((key) => text.includes(key.toString('latin1')))) return true;
    const digits = text.replace(/0x|[^\da-f]/gi, '').toLowerCase();
    if (this.#keys.some((key) => digits.includes(key.toString('hex')))) return true;
    if (depth === DEEPEST) return false;
    for (const [run] of text.replace(/\s+/g, '').matchAll(BASE64_RUN)) {
      // What stands in front of it may have been taken for a part of it.
      for (let from = 0; from < 4; from++) {
        if (this.isIn(Buffer.from(run.slice(from), 'base64'), depth + 1)) return true;
      }
    }
    return false;
  }
}

function byteOf(reference: string, hex?: string, decimal?: string, percent?: string): string {
  const code = decimal === undefined ? Number.parseInt(hex ?? percent ?? '', 16) : Number(decimal);
  return code <= 0xff ? String.fromCharCode(code) : reference;
}
