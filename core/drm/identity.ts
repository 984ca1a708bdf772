import type { SchemaObject } from 'ajv';
import { fail } from '../base/errors.ts';
import { firstKey, hlsMethod } from './context.ts';
import type { DrmSystem, HlsKey } from './drm-system.ts';
import { keyUri } from './key-uri.ts';

export interface IdentityOptions {
  /**
   * Where players fetch the 16 bytes of the key; placeholders as in `keyUri`: `{contentId}`, `{keyId}`, `{keyUuid}`,
   * `{keyIdBase64}`. Protect that address: whoever reaches it has the key.
   */
  readonly uri: string;
  /** @default what the mode's scheme calls for */
  readonly method?: HlsKey['method'];
}

export const IDENTITY_SCHEMA: SchemaObject = {
  type: 'object',
  properties: {
    uri: { type: 'string' },
    method: { enum: ['AES-128', 'SAMPLE-AES', 'SAMPLE-AES-CTR'] },
  },
  required: ['uri'],
  additionalProperties: false,
};

/** KEYFORMAT `identity`: the key itself at a URI. For AES-128, for tests, for players without DRM. */
export function identity({ uri, method }: IdentityOptions): DrmSystem {
  const expand = keyUri('identity: uri', uri);
  return {
    name: 'identity',
    mayRevealKey: true,
    hlsKey: (context) => {
      const { iv } = firstKey(context);
      if (iv === undefined) {
        throw fail.invalidKey(
          'An identity key needs an IV for its EXT-X-KEY, and the key source gave none.',
          'Use a key source that gives the IV with the key.',
        );
      }
      return { method: method ?? hlsMethod(context), uri: expand(context), iv };
    },
  };
}
