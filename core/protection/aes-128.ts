import { type Cipher, createCipheriv, createSecretKey } from 'node:crypto';
import { copyBytes, view } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';
import type { ContentKey } from '../keys/content-key.ts';
import { type Protector, withApart } from './protector.ts';

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
export function createAes128Protector({ key, iv }: Aes128Options): Protector {
  const secret = createSecretKey(view(key.reveal()));
  return {
    scheme: 'aes-128',
    protectResource(index) {
      const resourceIv = copyBytes(iv(index));
      if (resourceIv.length !== 16) throw fail.keySize('The IV', '16', resourceIv.length);
      const recipe = { algorithm: 'aes-128-cbc', key: secret, iv: resourceIv } as const;
      let cipher: Cipher | undefined; // of many segments another thread makes it
      const own = (): Cipher => {
        cipher ??= createCipheriv(recipe.algorithm, secret, resourceIv);
        return cipher;
      };
      return withApart(
        {
          iv: resourceIv,
          update: (bytes) => own().update(bytes),
          final: () => own().final(),
        },
        { recipe },
      );
    },
  };
}
