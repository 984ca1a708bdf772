import { fail } from '../base/errors.ts';
import type { Plugin } from '../contract/packager.ts';
import type { TitleOptions } from '../contract/title-options.ts';
import { validate } from './validate.ts';
import { show } from './wording.ts';

/** Plugins whose options a config was checked with. */
const checked = new WeakSet<Plugin>();

/** Nobody need look at the options of a plugin again. */
export const markChecked = (plugin: Plugin): void => void checked.add(plugin);

/** Numbers of a title: what is expected, and whether it is that. */
const NUMBERS = {
  segmentDuration: ['seconds, more than 0', (value: number) => value > 0 && Number.isFinite(value)],
  keyRotation: ['seconds, more than 0', (value: number) => value > 0 && Number.isFinite(value)],
  clearLead: ['seconds, 0 or more', (value: number) => value >= 0 && Number.isFinite(value)],
  workers: ['a whole number, 0 or more', (value: number) => value >= 0 && Number.isSafeInteger(value)],
} as const satisfies Partial<Record<keyof TitleOptions, readonly [string, (value: number) => boolean]>>;

/**
 * Check what came by no config: the options of plugins, each by its schema, once, and the numbers of the title. Its other fields are
 * taken as their types say.
 * @throws PackagerError INVALID_CONFIG with a line for each mistake
 */
export function requireChecked(title: TitleOptions, plugins: readonly Plugin[]): void {
  const numbers = Object.entries(NUMBERS).flatMap(([name, [expected, isRight]]) => {
    const value: unknown = title[name as keyof typeof NUMBERS];
    if (value === undefined && name !== 'segmentDuration') return [];
    return typeof value === 'number' && isRight(value)
      ? []
      : [`${name}: expected ${expected}, got ${show(value)}.`];
  });
  const options = plugins.flatMap((plugin, index) => {
    const { name, schema, options: given = {} } = plugin;
    if (!schema || checked.has(plugin)) return [];
    const found = validate(given, schema, { where: `plugins[${index}] (${name})`, secret: true });
    if (found.length === 0) markChecked(plugin);
    return found;
  });
  if (numbers.length + options.length > 0) throw fail.invalidConfig('The title', [...numbers, ...options]);
}
