import { resolve } from 'node:path';
import { fail } from '../errors.ts';
import type { TrackChoice } from '../media/track-choice.ts';
import type { Plugin } from '../packager.ts';
import { Expansion, type Layer } from './expand.ts';
import { defined, mergeLayers } from './merge.ts';
import { OVERRIDES_SCHEMA } from './schema.ts';
import type { Builtins, Config, ConfigOverrides, InputOptions, TitleOptions } from './types.ts';
import { validate } from './validate.ts';

export interface ResolveOptions {
  readonly builtins: Builtins;
  /** Where relative paths of the config start: its folder. */
  readonly base: string;
  /** How messages name the config. @default 'The config' */
  readonly where?: string;
  readonly overrides?: ConfigOverrides;
  /** In a worker thread: the main thread has checked this config. @default false */
  readonly checked?: boolean;
  /** A command that packages nothing needs none. @default false */
  readonly inputsOptional?: boolean;
  /** Where relative paths of the overrides start. @default the working directory */
  readonly cwd?: string;
}

export interface ResolvedConfig {
  readonly title: TitleOptions;
  readonly plugins: readonly Plugin[];
}

/**
 * What the engine works with: presets, then the config, then the command line, with defaults for the rest.
 * A mode of the command line that no plugin provides is added as the built-in plugin `mode-<name>`.
 *
 * @throws PackagerError 1102 with all mistakes of the config, 1103 when there is no input.
 */
export function resolveConfig(config: Config, options: ResolveOptions): ResolvedConfig {
  const {
    builtins,
    base,
    where = 'The config',
    overrides = {},
    cwd = process.cwd(),
    checked = false,
    inputsOptional = false,
  } = options;
  const { preset: presets, ...given } = overrides;
  if (!checked) {
    complain('The command line', validate(overrides, OVERRIDES_SCHEMA, { where: '', secret: false }));
    if (presets) complain('The command line', expand({ preset: presets }, builtins).complaints);
  }
  const expanded = presets ? { ...config, preset: presets } : config;
  const { layers, complaints } = expand(expanded, builtins, checked);
  complain(where, complaints);
  const { fields, plugins } = mergeLayers([
    ...layers.map((layer) => absolute(layer, base)),
    absolute({ fields: given, plugins: [] }, cwd),
  ]);
  const { inputs = [] } = fields;
  if (inputs.length === 0 && !inputsOptional)
    throw fail.missingOption('There is no input.', 'List `inputs` in the config, or pass --input.');
  return {
    title: {
      contentId: fields.contentId,
      inputs: inputs.map((input) => (typeof input === 'string' ? input : input.file)),
      choices: inputs.map((input) => (typeof input === 'string' ? undefined : choiceOf(input))),
      output: fields.output ?? resolve(base, 'out'),
      modes: fields.modes,
      segmentDuration: fields.segmentDuration ?? 6,
      clear: fields.clear ?? [],
      overwrite: fields.overwrite ?? false,
      workers: fields.workers,
      reproducible: fields.reproducible,
    },
    plugins: [...plugins, ...askedModes(given.modes ?? [], plugins, builtins)],
  };
}

function expand(config: Config, builtins: Builtins, checked = false) {
  const expansion = new Expansion(builtins, checked);
  return { layers: expansion.config(config), complaints: expansion.complaints };
}

function complain(where: string, complaints: readonly string[]): void {
  if (complaints.length > 0) throw fail.invalidConfig(where, complaints);
}

function absolute(layer: Layer, base: string): Layer {
  const { inputs, output } = layer.fields;
  const paths = {
    inputs: inputs?.map((input) =>
      typeof input === 'string' ? resolve(base, input) : { ...input, file: resolve(base, input.file) },
    ),
    output: output === undefined ? undefined : resolve(base, output),
  };
  return { ...layer, fields: { ...layer.fields, ...defined(paths) } };
}

function choiceOf({ video, audio, language }: InputOptions): TrackChoice {
  const picks = typeof audio === 'string' || typeof audio === 'number' ? [audio] : audio;
  return { video, audio: picks, language };
}

/** Names that no built-in plugin has either are left to the engine: a plugin may provide them under another name. */
function askedModes(modes: readonly string[], plugins: readonly Plugin[], builtins: Builtins): Plugin[] {
  const present = new Set(plugins.map(({ name }) => name));
  return [...new Set(modes.map((mode) => `mode-${mode}`))]
    .filter((name) => !present.has(name) && Object.hasOwn(builtins.plugins, name))
    .map((name) => (builtins.plugins[name] as (options: object) => Plugin)({}));
}
