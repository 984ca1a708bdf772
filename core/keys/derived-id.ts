import { createHash } from 'node:crypto';

/** A UUID of version 8 (RFC 9562, 5.8), as bytes: SHA-256 of a text, cut. The same text gives the same one, every time. */
export function derivedId(text: string): Uint8Array {
  const id = new Uint8Array(createHash('sha256').update(text).digest().subarray(0, 16));
  id[6] = (id[6]! & 0x0f) | 0x80;
  id[8] = (id[8]! & 0x3f) | 0x80;
  return id;
}
