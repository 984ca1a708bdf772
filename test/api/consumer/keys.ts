import { ContentKey, type ContentKeyParts, type Packager, type Plugin, type Run } from 'sealpack';
import { contentKeyFrom, type createCencProtector, KIT_VERSION } from 'sealpack/kit';
import { type decryptNcgFile, wrapKey } from 'sealpack/plugins';

/** A key server that has one answer: a plugin, as users write them. */
export function fixedKeys(digit: string): Plugin {
  const bytes = (filler: string): Uint8Array => Buffer.alloc(16, `${digit}${filler}`);
  const parts: ContentKeyParts = { id: bytes('id'), key: bytes('key'), iv: bytes('iv') };
  return {
    name: 'key-fixed',
    apply({ hooks }: Packager): void {
      hooks.acquireKey.tap('key-fixed', () => new ContentKey(parts));
    },
  };
}

// A class with private members is one class behind all doors, or these do not compile.
export const parsed: (...args: Parameters<typeof contentKeyFrom>) => ContentKey = contentKeyFrom;
export const wrapped = (key: ContentKey, run: Run): Uint8Array =>
  wrapKey(key, { source: `kit ${KIT_VERSION}` }, run);
export const taken = (key: ContentKey): Partial<Parameters<typeof createCencProtector>[0]> => ({ key });
export const decrypted = (key: ContentKey): Parameters<typeof decryptNcgFile>[1] => key;
