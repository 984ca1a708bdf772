import { type Cipher, createCipheriv } from 'node:crypto';

const BLOCK = 16;

/**
 * AES-128-CBC over many runs of blocks that all start from one IV, with a single cipher object: a new one costs
 * more than the encryption of a small run. The chain is cut by folding: a first block P goes in as
 * P ⊕ previous ciphertext ⊕ IV, so that the cipher's own chaining leaves P ⊕ IV.
 */
export class CbcRuns {
  readonly #cipher: Cipher;
  readonly #iv: Uint8Array;
  /** Previous ciphertext block ⊕ IV; zeros before the first run. */
  readonly #fold = new Uint8Array(BLOCK);

  constructor(key: Uint8Array, iv: Uint8Array) {
    this.#cipher = createCipheriv('aes-128-cbc', key, iv);
    this.#cipher.setAutoPadding(false);
    this.#iv = iv;
  }

  /** The ciphertext of one run. `blocks` holds whole blocks, at least one; its first block is overwritten. */
  encrypt(blocks: Uint8Array): Uint8Array {
    const fold = this.#fold;
    for (let i = 0; i < BLOCK; i++) blocks[i]! ^= fold[i]!;
    const ciphertext = this.#cipher.update(blocks);
    const last = ciphertext.length - BLOCK;
    for (let i = 0; i < BLOCK; i++) fold[i] = ciphertext[last + i]! ^ this.#iv[i]!;
    return ciphertext;
  }
}
