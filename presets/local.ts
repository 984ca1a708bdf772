import type { Preset } from '../core/index.ts';
import { INPUTS } from './inputs.ts';
import { allModes, offeredModes } from './modes.ts';

/** Options of the preset `local`. */
export interface LocalOptions {
  /** Where the keys are kept, relative to the working directory. @default '.sealpack/keys' */
  readonly folder?: string;
}

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: { folder: { type: 'string', minLength: 1, description: 'the path of a folder' } },
};

/**
 * Everything at once, without a server: all four modes, with keys from the embedded key store, which makes them the
 * first time a content id comes along. The content is named after its first input.
 */
export function local(options: LocalOptions = {}): Preset {
  return {
    name: 'local',
    options: { ...options },
    schema,
    plugins: [...INPUTS, ['key-local', { ...options }], 'cid-file-name', ...allModes()],
    offers: offeredModes(),
  };
}
