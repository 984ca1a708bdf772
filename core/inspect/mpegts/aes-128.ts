import { createDecipheriv } from 'node:crypto';

const BLOCK = 16;

/** Decrypts a resource that is encrypted as a whole (RFC 8216, 4.3.2.4): AES-128-CBC with padding after PKCS #7. */
export class WholeSegmentCipher {
  readonly #decipher: ReturnType<typeof createDecipheriv>;
  #bytes = 0;

  constructor(key: Uint8Array, iv: Uint8Array) {
    this.#decipher = createDecipheriv('aes-128-cbc', key, iv);
    // Whether the padding is right is a fact to be told, no reason to stop.
    this.#decipher.setAutoPadding(false);
  }

  /** The next part of the resource. @param isLast ends it: what is behind its last whole block is lost */
  update(bytes: Uint8Array, isLast: boolean): Buffer {
    this.#bytes += bytes.length;
    const clear = this.#decipher.update(bytes);
    if (isLast && this.#bytes % BLOCK === 0) this.#decipher.final();
    return clear;
  }

  /** Bytes behind the last whole block, so far. */
  get excess(): number {
    return this.#bytes % BLOCK;
  }
}

/** How many bytes of padding the end of a decrypted resource has; `undefined`: it is none. */
export function paddingOf(clear: Uint8Array): number | undefined {
  const count = clear.at(-1) ?? 0;
  if (count < 1 || count > BLOCK || count > clear.length) return undefined;
  return clear.subarray(-count).every((byte) => byte === count) ? count : undefined;
}

/** The IV of a resource whose key line gives none: its media sequence number (RFC 8216, 5.2). */
export function sequenceIv(number: number): Uint8Array {
  const iv = new Uint8Array(BLOCK);
  new DataView(iv.buffer).setBigUint64(8, BigInt(number));
  return iv;
}
