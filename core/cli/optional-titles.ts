import { PackagerError } from '../base/errors.ts';
import type { PackageOptions } from '../engine/api.ts';
import type { Parts } from './parts.ts';
import type { RunFlags } from './program.ts';
import type { Shell } from './shell.ts';

/** The titles that a finished package may be of: none where nobody names a config, and none lies here. */
export async function optionalTitles(
  inputs: readonly string[],
  flags: RunFlags,
  shell: Shell,
  parts: () => Promise<Parts>,
): Promise<readonly PackageOptions[]> {
  const [composition, { prepareTitles }] = await Promise.all([parts(), import('./prepare-titles.ts')]);
  try {
    return await prepareTitles(inputs, flags, shell, { ...composition, inputs: 'optional' });
  } catch (error) {
    const isNamed = flags.config !== undefined || inputs.length > 0 || flags.contentId !== undefined;
    if (isNamed || !PackagerError.is(error) || error.code !== 'NO_CONFIG') throw error;
    return [];
  }
}
