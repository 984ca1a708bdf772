import { parse, resolve } from 'node:path';
import { safeName } from '../base/safe-name.ts';
import type { Report } from '../contract/report.ts';
import { replaceFile } from '../io/atomic-file.ts';
import { outputError } from '../io/disk.ts';

/**
 * Write a report of a title, whole or not at all; an earlier one is replaced.
 *
 * `template` is a path relative to the output folder. `[content-id]` in it becomes the content id, with characters
 * that have no place in a file name replaced; `[name]` and `[ext]` are the first input's, as for all outputs.
 * @throws PackagerError, as `outputError` answers, when it cannot be written
 */
export async function writeReportFile(template: string, text: string, report: Report): Promise<void> {
  const path = reportPath(template, report);
  try {
    await replaceFile(path, text);
  } catch (cause) {
    throw outputError(path, cause);
  }
}

/** The absolute path that a template stands for. */
export function reportPath(
  template: string,
  { output, contentId, inputs }: Pick<Report, 'output' | 'contentId' | 'inputs'>,
): string {
  const { name, ext } = parse(inputs[0]?.name ?? '');
  const values: Readonly<Record<string, string>> = {
    'content-id': safeName(contentId) || 'unknown',
    name: name || 'unknown',
    ext: ext.slice(1),
  };
  const filled = template.replace(/\[([\w-]+)\]/g, (placeholder, key: string) => values[key] ?? placeholder);
  return resolve(output, filled);
}
