import { fail } from '../base/errors.ts';
import { draftTitle, type ResolvedConfig, type ResolveOptions } from './draft.ts';
import type { Config } from './types.ts';

/**
 * What the engine works with: presets, then the config, then the command line, with defaults for the rest.
 * A mode that no plugin provides is added as the plugin `mode-<name>` that a preset offers; of the command line also as the
 * built-in one.
 *
 * @throws PackagerError INVALID_CONFIG with all mistakes of the config, MISSING_OPTION when there is no input.
 */
export function resolveConfig(config: Config, options: ResolveOptions): ResolvedConfig {
  const { where = 'The config', inputsOptional = false } = options;
  const { title, plugins, complaints, overrideComplaints, rowComplaints } = draftTitle(config, options);
  if (overrideComplaints.length > 0) throw fail.invalidConfig('The command line', overrideComplaints);
  if (complaints.length > 0) throw fail.invalidConfig(where, complaints);
  if (options.row && rowComplaints.length > 0) throw fail.invalidConfig(options.row.where, rowComplaints);
  if (title.inputs.length === 0 && !inputsOptional) throw noInput();
  return { title, plugins };
}

export const noInput = () => fail.missingOption('There is no input.', 'List `inputs` in the config.');
