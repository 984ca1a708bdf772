import type { Preset } from '../core/index.ts';
import { CONTENT_ID_SCHEMA } from '../core/kit.ts';
import { allModes, offeredModes } from './modes.ts';

/** Options of the preset `manual`. */
export interface ManualOptions {
  /** Base64 or hexadecimal of 16 bytes (the key), or of 32 (the key, then the IV); DASH-CENC alone does without the IV. */
  readonly key: string;
  /** Base64, hexadecimal or UUID of 16 bytes; DASH-CENC needs it. */
  readonly keyId?: string;
  /** Where players ask for licences: written into PlayReady and NCG headers. @default not written */
  readonly licenseUrl?: string;
  /** @default the name of the first input, without its extension */
  readonly contentId?: string;
}

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['key'],
  properties: {
    key: { type: 'string', description: 'a key in Base64 or hexadecimal: 16 bytes, or 32 (key, then IV)' },
    keyId: { type: 'string', description: 'a key id of 16 bytes in Base64, hexadecimal or UUID form' },
    licenseUrl: { type: 'string', minLength: 1, description: 'a URL' },
    contentId: CONTENT_ID_SCHEMA,
  },
};

/**
 * All four modes with a key that the config gives. The key belongs in the environment:
 * `manual({ key: required('CONTENT_KEY') })`. With a key of 16 bytes, or without a key id, choose `modes`.
 */
export function manual(options: ManualOptions): Preset {
  const { key, keyId, licenseUrl, contentId } = options;
  return {
    name: 'manual',
    options: { ...options },
    schema,
    contentId,
    plugins: [
      'demux-mp4',
      'demux-mkv-ts',
      ['key-manual', { key, keyId }],
      'cid-file-name',
      ...allModes({ licenseUrl }),
    ],
    offers: offeredModes({ licenseUrl }),
  };
}
