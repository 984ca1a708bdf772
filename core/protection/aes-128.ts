import { type Cipher, createCipheriv } from 'node:crypto';
import { fail } from '../base/errors.ts';
import type { ContentKey } from '../keys/content-key.ts';
import type { Protector } from './protector.ts';

export interface Aes128Options {
  readonly key: ContentKey;
  /** The IV of the `index`-th resource, 16 bytes. */
  readonly iv: (index: number) => Uint8Array;
}

/**
 * METHOD=AES-128 (RFC 8216, 4.3.2.4): whole resources in AES-128-CBC with PKCS#7 padding, which adds 1 to 16 bytes.
 * The chain starts again with every resource.
 * @throws PackagerError KEY_SIZE, from `protectResource`, when an IV has not 16 bytes.
 */
export const createAes128Protector = ({ key, iv }: Aes128Options): Protector => ({
  scheme: 'aes-128',
  protectResource(index) {
    const resourceIv = iv(index);
    if (resourceIv.length !== 16) throw fail.keySize('The IV', '16', resourceIv.length);
    const recipe = { algorithm: 'aes-128-cbc', key: key.reveal(), iv: resourceIv } as const;
    let cipher: Cipher | undefined;
    const own = (): Cipher => {
      cipher ??= createCipheriv(recipe.algorithm, recipe.key, recipe.iv);
      return cipher;
    };
    return {
      iv: resourceIv,
      update: (bytes) => own().update(bytes),
      final: () => own().final(),
      apart: { recipe },
    };
  },
});
