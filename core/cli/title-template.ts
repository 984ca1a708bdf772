import { dirname } from 'node:path';
import { fail } from '../base/errors.ts';
import { draftTitle } from '../config/draft.ts';
import type { Config, ConfigOrigin, ConfigOverrides, PlacedRow } from '../config/types.ts';
import type { PackageOptions } from '../engine/api.ts';
import type { Parts } from './parts.ts';
import { load, overridesOf } from './prepare-titles.ts';
import type { RunFlags } from './program.ts';
import type { Shell } from './shell.ts';

/** What rows are laid over: a config of one title, or presets of the command line alone; and what the command line says, above all. */
export interface TitleTemplate {
  readonly config: Config;
  /** The config file; `undefined`: the command line alone. */
  readonly path: string | undefined;
  /** Where relative paths of the config start. */
  readonly base: string;
  readonly overrides: ConfigOverrides;
  /** Where relative paths of the command line start. */
  readonly cwd: string;
  /** As `LoadedConfig.scripts`. */
  readonly scripts: ReadonlyMap<string, string>;
}

/**
 * Load what rows are laid over. `--preset` without a config is a template too.
 * @throws PackagerError where it cannot be loaded, has several titles, or the command line gives what each row has to say itself
 */
export async function loadTemplate(
  flags: RunFlags,
  { cwd, env }: Pick<Shell, 'cwd' | 'env'>,
  { modules }: Pick<Parts, 'modules'>,
): Promise<TitleTemplate> {
  const overrides = overridesOf([], flags);
  if (overrides.inputs || overrides.contentId !== undefined) throw oneForAll(overrides);
  const isWhole = flags.config === undefined && overrides.preset !== undefined;
  if (isWhole) return { config: {}, path: undefined, base: cwd, overrides, cwd, scripts: new Map() };
  const { path, value, scripts } = await load({ file: flags.config, cwd, env, modules });
  const [config, ...others] = value;
  if (config === undefined || others.length > 0) {
    throw fail.invalidOption(
      `${path} has ${value.length} titles, and rows are laid over a config of one.`,
      'Name a config of one title with --config, or a preset.',
    );
  }
  return { config, path, base: dirname(path), overrides, cwd, scripts };
}

const oneForAll = ({ inputs }: ConfigOverrides) =>
  fail.invalidOption(
    `${inputs ? 'Inputs' : 'A content id'} cannot be given for all titles of a manifest.`,
    'Give the manifest a column for it.',
  );

/**
 * The title of a row, with plugins of its own; worker threads make the same ones.
 * @param checked this row was found right before
 * @throws PackagerError INVALID_CONFIG with all mistakes of the row and of its template; MISSING_OPTION where it has no input
 */
export function titleOfRow(
  row: PlacedRow,
  template: TitleTemplate,
  { builtins, entry }: Pick<Parts, 'builtins' | 'entry'>,
  { checked = false, inputsOptional = false } = {},
): PackageOptions {
  const { config, path, overrides, scripts } = template;
  const { title, plugins, ...draft } = draftTitle(config, { ...template, builtins, row, checked });
  const complaints = [
    ...draft.overrideComplaints,
    ...draft.complaints,
    ...draft.rowComplaints.map((what) => `${row.where}: ${what}`),
  ];
  if (complaints.length > 0) throw fail.invalidConfig(row.where, complaints);
  if (title.inputs.length === 0 && !inputsOptional)
    throw fail.missingOption(`${row.where}: there is no input.`, 'Give it `inputs`.');
  const data: ConfigOrigin = { path, index: 0, overrides, row, scripts };
  return { title, plugins, origin: { entry, data } };
}
