import { parse } from 'node:path';
import { fail } from '../base/errors.ts';
import type { InputInfo } from '../title/presentation.ts';

/** JSON Schema of the options that every mode with a folder and a manifest has. */
export const outputSchema = (manifestExtension: 'mpd' | 'm3u8') => ({
  folder: { type: 'string', minLength: 1, description: 'a name, with [name] and [ext]' },
  manifest: {
    type: 'string',
    pattern: `^[^/]+\\.${manifestExtension}$`,
    description: `a file name that ends in .${manifestExtension}`,
  },
});

/**
 * Fill in a template for an output's name: `[name]` and `[ext]` are the first input's file name and extension, so
 * `DASH_[name]_[ext]` makes `DASH_test_mp4` of `test.mp4`.
 */
export function outputName(template: string, inputs: readonly InputInfo[]): string {
  const { name, ext } = parse(inputs[0]?.name ?? '');
  const values: Readonly<Record<string, string>> = { name, ext: ext.slice(1) };
  const filled = template.replace(/\[(\w+)\]/g, (placeholder, key: string) => values[key] ?? placeholder);
  // Without an extension nothing is left behind its separator.
  const result = filled.replace(/[_.-]$/, '');
  if (result === '' || result.startsWith('.') || /[/\\\0]/.test(result)) {
    throw fail.invalidOption(
      `"${result}" is not a name for an output folder.`,
      'Use letters, digits, [name] and [ext].',
    );
  }
  return result;
}
