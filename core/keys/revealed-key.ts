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

/** A key, or the same in the byte order of GUIDs, as it may be written. */
interface Spelled {
  readonly bytes: Buffer;
  readonly latin1: string;
  readonly hex: string;
}

class KeySearch {
  readonly #keys: readonly Spelled[];
  #left = MOST_BYTES;

  constructor(key: Uint8Array) {
    const guid = Buffer.from(key);
    guid.subarray(0, 4).reverse();
    guid.subarray(4, 6).reverse();
    guid.subarray(6, 8).reverse();
    this.#keys = [Buffer.from(key), guid].map((bytes) => ({
      bytes,
      latin1: bytes.toString('latin1'),
      hex: bytes.toString('hex'),
    }));
  }

  isIn(bytes: Buffer, depth: number): boolean {
    if (this.#keys.some((key) => bytes.includes(key.bytes))) return true;
    this.#left -= bytes.length;
    if (this.#left < 0) return true; // more than can be looked at is more than anybody signals
    const text = bytes.toString('latin1').replaceAll('\0', '');
    if (this.#isSpelled(text, depth)) return true;
    const decoded = text.replace(REFERENCES, byteOf);
    return decoded !== text && this.#isSpelled(decoded, depth);
  }

  #isSpelled(text: string, depth: number): boolean {
    if (this.#keys.some(({ latin1 }) => text.includes(latin1))) return true;
    const digits = hexDigits(text);
    if (this.#keys.some(({ hex }) => digits.includes(hex))) return true;
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

const [ZERO, X] = [0x30, 0x78];
/** Of a character: itself where it is a hexadecimal digit, small; 0 otherwise. */
const DIGITS = Uint8Array.from({ length: 256 }, (_, code) =>
  /[\da-f]/i.test(String.fromCharCode(code)) ? String.fromCharCode(code).toLowerCase().charCodeAt(0) : 0,
);

/** The hexadecimal digits of a text, small, without anything between them, `0x` included. */
function hexDigits(text: string): string {
  const digits = Buffer.allocUnsafe(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === ZERO && (text.charCodeAt(at + 1) | 0x20) === X) continue;
    const digit = DIGITS[code];
    if (digit) digits[length++] = digit;
  }
  return digits.toString('latin1', 0, length);
}

function byteOf(reference: string, hex?: string, decimal?: string, percent?: string): string {
  const code = decimal === undefined ? Number.parseInt(hex ?? percent ?? '', 16) : Number(decimal);
  return code <= 0xff ? String.fromCharCode(code) : reference;
}
