import { isAbsolute, normalize, parse, resolve } from 'node:path';
import { fail } from '../base/errors.ts';
import { safeName } from '../base/safe-name.ts';
import type { Plugin } from '../contract/packager.ts';
import type { Report } from '../contract/report.ts';
import type { Run } from '../contract/run.ts';
import { replaceOutput } from '../io/local-store.ts';
import { schemeOf, within } from '../io/reference.ts';
import type { StoreOf } from '../io/stores.ts';

/**
 * Write a report of a title, whole or not at all; an earlier one is replaced.
 *
 * `template` is a path relative to the output folder, or in the store that the outputs go to; or an absolute path. `[content-id]` in
 * it becomes the content id, with characters that have no place in a file name replaced; `[name]` and `[ext]` are the first
 * input's, as for all outputs.
 * @throws PackagerError, as `outputError` answers, when it cannot be written
 */
export async function writeReportFile(
  template: string,
  text: string,
  report: Report,
  run: Run,
): Promise<void> {
  const path = filledIn(template, report);
  if (schemeOf(report.output) === undefined || isAbsolute(path))
    return replaceOutput(resolve(report.output, path), text);
  // Of a title that never got so far as to have a store, nothing can be told there.
  await run.store?.put(inStore(path), text);
}

/** What a template stands for: an absolute path, or where it is in the store. */
export function reportPath(
  template: string,
  report: Pick<Report, 'output' | 'contentId' | 'inputs'>,
): string {
  const path = filledIn(template, report);
  const isLocal = schemeOf(report.output) === undefined || isAbsolute(path);
  return isLocal ? resolve(report.output, path) : within(report.output, inStore(path));
}

/**
 * @param output location of the title
 * @throws PackagerError INVALID_OPTION where a plugin would write beside or outside the outputs, and their store takes no such files
 */
export function requireFilesTaken(plugins: readonly Plugin[], store: StoreOf, output: string): void {
  if (schemeOf(output) === undefined) return;
  for (const { name, files = [] } of plugins) {
    for (const template of files) {
      if (isAbsolute(template)) continue;
      inStore(template);
      if (store.takesFiles) continue;
      throw fail.invalidOption(
        `Plugin ${name} would write ${template} beside the outputs, where no such files can be written: ${store.name}.`,
        'Give its file an absolute path, or leave the plugin out.',
      );
    }
  }
}

function filledIn(template: string, { contentId, inputs }: Pick<Report, 'contentId' | 'inputs'>): string {
  const { name, ext } = parse(inputs[0]?.name ?? '');
  const values: Readonly<Record<string, string>> = {
    'content-id': safeName(contentId) || 'unknown',
    name: name || 'unknown',
    ext: ext.slice(1),
  };
  return template.replace(/\[([\w-]+)\]/g, (placeholder, key: string) => values[key] ?? placeholder);
}

/** @throws PackagerError INVALID_OPTION for what is not inside the output location */
function inStore(path: string): string {
  const inside = normalize(path);
  if (!inside.startsWith('..')) return inside;
  throw fail.invalidOption(
    `${path} leads out of the output location.`,
    'Name a file inside it, or an absolute path.',
  );
}
