import { fromBase64 } from '../../../core/kit.ts';

/** The bytes of Base64; `undefined` for what is none, or is empty. No error that could carry the text along. */
export function decodeBase64(text: string): Uint8Array | undefined {
  try {
    return text === '' ? undefined : fromBase64(text);
  } catch {
    return undefined;
  }
}
