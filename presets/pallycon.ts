import type { Preset } from '../core/index.ts';
import type { KeyCloudKmsOptions } from '../plugins/index.ts';
import { INPUTS } from './inputs.ts';
import {
  offeredPallyconModes,
  PALLYCON_PROPERTIES,
  type PallyconModeOptions,
  pallyconModes,
} from './modes.ts';

/** Options of the preset `pallycon`. */
export interface PallyconOptions extends Omit<PallyconModeOptions, 'dash'> {
  /**
   * Keys from the service's CPIX API: options of `key-cloud-kms`; `{}` takes the token from the environment variable
   * SEALPACK_KMS_TOKEN. @default no key source
   */
  readonly kms?: KeyCloudKmsOptions;
}

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: { ...PALLYCON_PROPERTIES, kms: { type: 'object', description: 'options of key-cloud-kms' } },
};

/**
 * The four modes as PallyCon's players and licence servers expect them, and the result as XML. Keys come from the service
 * with `kms`; without it there is no key source: add one to `plugins`.
 */
export function pallycon(options: PallyconOptions = {}): Preset {
  const { kms, ...modes } = options;
  const keys = kms ? [['key-cloud-kms', { ...kms }] as const] : [];
  return {
    name: 'pallycon',
    options: { ...options },
    schema,
    plugins: [...INPUTS, ...keys, 'cid-file-name', ...pallyconModes(modes), 'report-xml'],
    offers: offeredPallyconModes(modes),
  };
}
