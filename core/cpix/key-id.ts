import { createHash } from 'node:crypto';
import { toUuid } from '../base/bytes.ts';

/**
 * The key id to propose for a purpose: a UUID of version 8 (RFC 9562, 5.8), cut from SHA-256. It is the same every time, so
 * that a server which keeps what is proposed has one key for a content and not one for each run.
 */
export function derivedKeyId(...purpose: readonly (string | number)[]): string {
  const id = new Uint8Array(createHash('sha256').update(JSON.stringify(purpose)).digest().subarray(0, 16));
  id[6] = (id[6]! & 0x0f) | 0x80;
  id[8] = (id[8]! & 0x3f) | 0x80;
  return toUuid(id);
}
