import type { SchemaObject } from 'ajv';
import { fail } from '../base/errors.ts';
import type { DrmSystem } from './drm-system.ts';
import { keyUri } from './key-uri.ts';

export interface FairPlayOptions {
  /**
   * What the player hands to the key system; placeholders as in `keyUri`: `{contentId}`, `{keyId}`, `{keyUuid}`,
   * `{keyIdBase64}`. @default 'skd://{keyId}'
   */
  readonly uri?: string;
  /** @default 'com.apple.streamingkeydelivery' */
  readonly keyFormat?: string;
  /** @default '1' */
  readonly keyFormatVersions?: string;
}

export const FAIRPLAY_SCHEMA: SchemaObject = {
  type: 'object',
  properties: {
    uri: { type: 'string' },
    keyFormat: { type: 'string' },
    keyFormatVersions: { type: 'string', pattern: '^\\d+(/\\d+)*$' },
  },
  additionalProperties: false,
};

/** As CPIX and DASH know it. */
const SYSTEM_ID = '94ce86fb-07ff-4f43-adb8-93d2fa968ca2';

/** FairPlay Streaming. Its playlists never state an IV: that comes with the key, inside the licence. */
export function fairplay(options: FairPlayOptions = {}): DrmSystem {
  const {
    uri = 'skd://{keyId}',
    keyFormat = 'com.apple.streamingkeydelivery',
    keyFormatVersions = '1',
  } = options;
  const expand = keyUri('fairplay: uri', uri);
  return {
    name: 'fairplay',
    systemId: SYSTEM_ID,
    uriFromServer: true,
    hlsKey: (context) => {
      if (context.scheme !== 'sample-aes' && context.scheme !== 'cbcs') {
        throw fail.invalidOption(
          `FairPlay plays SAMPLE-AES and cbcs only; this mode encrypts with ${context.scheme}.`,
        );
      }
      return { method: 'SAMPLE-AES', uri: expand(context), keyFormat, keyFormatVersions };
    },
  };
}
