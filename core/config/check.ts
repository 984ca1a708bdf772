import { fail } from '../base/errors.ts';
import { Expansion } from './expand.ts';
import type { Builtins } from './types.ts';

/**
 * Check a title's config, or a list of them, whole: fields, presets, plugins and their options.
 *
 * @param where How messages name the config: the path of its file.
 * @throws PackagerError INVALID_CONFIG with a line for each mistake: its path, what was expected, what was given.
 */
export function checkConfig(value: unknown, where: string, builtins: Builtins): void {
  const expansion = new Expansion(builtins);
  if (!Array.isArray(value)) expansion.config(value);
  else if (value.length === 1) expansion.config(value[0]);
  else for (const [index, title] of value.entries()) expansion.config(title, `[${index}].`);
  const { complaints } = expansion;
  if (Array.isArray(value) && value.length === 0) complaints.push(NO_TITLE);
  if (complaints.length > 0) throw fail.invalidConfig(where, complaints);
}

/** What is said of an empty list. */
export const NO_TITLE = 'expected at least one title, got an empty list.';
