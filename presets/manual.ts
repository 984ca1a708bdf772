import type { Preset } from '../core/index.ts';
import { CONTENT_ID_SCHEMA } from '../core/kit.ts';
import type { ManualKeys } from '../plugins/index.ts';
import { INPUTS } from './inputs.ts';
import { allModes, offeredModes } from './modes.ts';

/** Options of the preset `manual`: one key for all tracks, or `keys` by label. */
export type ManualOptions = ManualFacts & (OneKey | KeysByLabel);

interface OneKey {
  /** Base64 or hexadecimal of 16 bytes (the key), or of 32 (the key, then the IV); DASH-CENC alone does without the IV. */
  readonly key: string;
  /** Base64, hexadecimal or UUID of 16 bytes; DASH-CENC needs it. */
  readonly keyId?: string;
  readonly keys?: undefined;
}

interface KeysByLabel {
  /** `{ AUDIO: { key, keyId }, HD: { key, keyId } }`; where the key changes, a list: one for each crypto period. */
  readonly keys: ManualKeys;
  readonly key?: undefined;
  readonly keyId?: undefined;
}

interface ManualFacts {
  /** Where players ask for licences: written into PlayReady and NCG headers. @default not written */
  readonly licenseUrl?: string;
  /** @default the name of the first input, without its extension */
  readonly contentId?: string;
}

const key = { type: 'string', description: 'a key in Base64 or hexadecimal: 16 bytes, or 32 (key, then IV)' };

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    key,
    keyId: { type: 'string', description: 'a key id of 16 bytes in Base64, hexadecimal or UUID form' },
    // What is in it is checked as the option of key-manual.
    keys: {
      type: 'object',
      description: 'keys by label, such as { AUDIO: { key, keyId }, HD: { key, keyId } }',
    },
    licenseUrl: { type: 'string', minLength: 1, description: 'a URL' },
    contentId: CONTENT_ID_SCHEMA,
  },
  if: { required: ['keys'] },
  else: { required: ['key'], properties: { key } },
};

/**
 * All four modes with a key that the config gives, or with `keys` by label. They belong in the environment:
 * `manual({ key: required('CONTENT_KEY') })`. With a key of 16 bytes, or without a key id, choose `modes`.
 */
export function manual(options: ManualOptions): Preset {
  const { key, keyId, keys, licenseUrl, contentId } = options;
  return {
    name: 'manual',
    options: { ...options },
    schema,
    contentId,
    plugins: [...INPUTS, ['key-manual', { key, keyId, keys }], 'cid-file-name', ...allModes({ licenseUrl })],
    offers: offeredModes({ licenseUrl }),
  };
}
