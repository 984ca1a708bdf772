import type { SampleProtection } from '../model/media-track.ts';
import type { KeyLookup } from '../model/track-reader.ts';
import { ChainDecryptor } from './decrypt-cbc.ts';
import { CounterDecryptor } from './decrypt-ctr.ts';
import type { EncryptedRows } from './encrypted-ranges.ts';
import { CLEAR } from './sample-rows.ts';

/** Decrypts samples under Common Encryption (ISO/IEC 23001-7, 9 and 10), many in one call. Its buffers are used again. */
export class SampleDecryptor {
  readonly #keys: KeyLookup | undefined;
  readonly #counter = new CounterDecryptor();
  readonly #chain = new ChainDecryptor();

  constructor(keys: KeyLookup | undefined) {
    this.#keys = keys;
  }

  /**
   * Decrypt in place.
   * @param samples the bytes of the samples as they are stored
   * @returns key ids that there is no key for: their samples are left as they are
   */
  decrypt(samples: Uint8Array, rows: EncryptedRows): string[] {
    const missing = new Set<string>();
    for (const [number, protection] of rows.protections.entries()) {
      if (!uses(rows, number)) continue;
      const key = this.#keyOf(protection);
      if (!key) missing.add(protection.kid ?? '');
      else if (protection.scheme === 'cbcs' || protection.scheme === 'cbc1')
        this.#chain.decrypt(samples, rows, { number, protection, key });
      else this.#counter.decrypt(samples, rows, { number, protection, key });
    }
    return [...missing];
  }

  #keyOf({ kid, scheme }: SampleProtection): Uint8Array | undefined {
    return this.#keys?.({ kid, scheme })?.reveal();
  }
}

/** Whether a protection has samples: whoever asks for keys asks for no more than those. */
function uses({ count, protectedBy, protectedBytes }: EncryptedRows, number: number): boolean {
  if (number === CLEAR) return false;
  for (let row = 0; row < count; row++)
    if (protectedBy[row] === number && protectedBytes[row]! > 0) return true;
  return false;
}
