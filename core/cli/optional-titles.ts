import { PackagerError } from '../base/errors.ts';
import { findPossibleTitles } from './find-titles.ts';
import type { Parts } from './parts.ts';
import type { RunFlags } from './program.ts';
import type { Shell } from './shell.ts';
import type { Titles } from './titles.ts';

/** The titles that a finished package may be of: none where nobody names a config, and none lies here. */
export async function optionalTitles(
  inputs: readonly string[],
  flags: RunFlags,
  shell: Shell,
  parts: () => Promise<Parts>,
): Promise<Titles> {
  try {
    return await findPossibleTitles(flags, shell, parts, inputs);
  } catch (error) {
    const isNamed =
      flags.config !== undefined ||
      flags.manifest !== undefined ||
      inputs.length > 0 ||
      flags.contentId !== undefined;
    if (isNamed || !PackagerError.is(error) || error.code !== 'NO_CONFIG') throw error;
    return [];
  }
}
