import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { ContentKey } from '../../core/index.ts';
import { type Protector, type ResourceCipher, toHex } from '../../core/kit.ts';
import { type NcgHeader, type NcgHeaderOptions, verifyNcgKey, writeNcgHeader } from './header.ts';

const BLOCK = 16;

/**
 * Encrypts one file: the header, then the payload in AES-128-CTR. The first counter block is IV ⊕ nonce, so that many
 * files can share KEY and IV and none shares keystream with another.
 */
export function createNcgProtector(options: NcgHeaderOptions): Protector {
  let started = false;
  return {
    scheme: 'ncg',
    protectResource(index) {
      // A second resource would repeat the keystream of the first.
      if (started || index !== 0) throw new RangeError('an NCG protector encrypts one file, once');
      started = true;
      return encryption(options);
    },
  };
}

function encryption(options: NcgHeaderOptions): ResourceCipher {
  const { key, nonce, payloadBytes } = options;
  const cipher = createCipheriv('aes-128-ctr', key.reveal(), counterBlock(key, nonce, 0));
  let left = payloadBytes;
  return {
    header: writeNcgHeader(options),
    update(bytes) {
      left -= bytes.length;
      return cipher.update(bytes);
    },
    final() {
      if (left !== 0)
        throw new RangeError(`the payload has ${payloadBytes - left} bytes, the header says ${payloadBytes}`);
      return cipher.final();
    },
  };
}

/** Decrypts any part of an NCG file's payload. */
export interface NcgDecryptor {
  /** Clear bytes of the ciphertext that begins at byte `position` of the payload. */
  decryptRange(position: number, bytes: Uint8Array): Uint8Array;
}

/** @throws PackagerError INVALID_KEY when the key is not that of the file */
export function createNcgDecryptor(header: NcgHeader, key: ContentKey): NcgDecryptor {
  verifyNcgKey(header, key);
  const { nonce, payloadBytes } = header;
  return {
    decryptRange(position, bytes) {
      if (!(position >= 0 && position + bytes.length <= payloadBytes)) {
        throw new RangeError(
          `bytes ${position} to ${position + bytes.length} of a payload of ${payloadBytes}`,
        );
      }
      const inBlock = position % BLOCK;
      const counter = counterBlock(key, nonce, (position - inBlock) / BLOCK);
      const decipher = createDecipheriv('aes-128-ctr', key.reveal(), counter);
      decipher.update(new Uint8Array(inBlock)); // keystream of the block that is before the range
      return decipher.update(bytes);
    },
  };
}

/** The counter block of the `index`-th block of the payload: IV ⊕ nonce, plus `index`, modulo 2¹²⁸, big-endian. */
function counterBlock(key: ContentKey, nonce: Uint8Array, index: number): Uint8Array {
  const first = BigInt(`0x${toHex(key.requireIv('ncg'))}`) ^ BigInt(`0x${toHex(nonce)}`);
  const counter = BigInt.asUintN(8 * BLOCK, first + BigInt(index));
  return Buffer.from(counter.toString(16).padStart(2 * BLOCK, '0'), 'hex');
}
