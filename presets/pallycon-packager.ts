import type { Preset } from '../core/index.ts';
import { INPUTS } from './inputs.ts';
import { PALLYCON_PROPERTIES, type PallyconModeOptions, pallyconModes } from './modes.ts';

/** Options of the preset `pallycon-packager`. */
export interface PallyconPackagerOptions extends Omit<PallyconModeOptions, 'dash'> {
  /** The DASH output: see the options of `mode-dash-cenc`. */
  readonly dash?: { readonly folder?: string | undefined; readonly layout?: 'single-file' | 'segments' };
}

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...PALLYCON_PROPERTIES,
    dash: {
      type: 'object',
      additionalProperties: false,
      properties: {
        folder: { type: 'string', minLength: 1, description: 'a template of a folder name' },
        layout: { enum: ['single-file', 'segments'] },
      },
    },
  },
};

/**
 * What the command `PallyConPackager` runs: the modes of `pallycon`, and nothing in the output folder that its guide
 * does not list. It names no content and has no key source.
 */
export function pallyconPackager(options: PallyconPackagerOptions = {}): Preset {
  return {
    name: 'pallycon-packager',
    options: { ...options },
    schema,
    plugins: [...INPUTS, ...pallyconModes(options)],
  };
}
