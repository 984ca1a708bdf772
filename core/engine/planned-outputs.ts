import type { ModeDefinition, Packager, Plugin } from '../contract/packager.ts';
import type { Run } from '../contract/run.ts';
import { shownReference, within } from '../io/reference.ts';
import { outputNames } from './mode-outputs.ts';
import { reportPath, requireFilesTaken } from './report-file.ts';

/** Something that a title makes visible: a folder or a file. */
export interface PlannedOutput {
  /** Absolute; or where it is in a store, without credentials. */
  readonly path: string;
  /** Relative to the output folder; of a file beside it, the template. */
  readonly name: string;
  /** `mode acme`, `plugin report-acme`. */
  readonly by: string;
  /** A file that is written beside what the modes write, and replaces what was there. */
  readonly isReport: boolean;
}

/** All that a title will write, as far as it is known before anybody is asked. */
export async function plannedOutputs(
  modes: readonly ModeDefinition[],
  packager: Packager,
  run: Run,
  plugins: readonly Plugin[],
): Promise<PlannedOutput[]> {
  requireFilesTaken(plugins, packager.stores.of(run.title.output, run.signal), run.title.output);
  const output = shownReference(run.title.output);
  const own = modes.flatMap((mode) =>
    outputNames(mode, run.inputs).map((name) => ({
      path: within(output, name),
      name,
      by: `mode ${mode.name}`,
      isReport: false,
    })),
  );
  const needsId = plugins.some(({ files = [] }) => files.some(namesContent));
  const contentId = needsId ? await foreseenContentId(packager, run) : undefined;
  const beside = plugins.flatMap(({ name, files = [] }) =>
    files
      .filter((template) => contentId !== undefined || !namesContent(template))
      .map((template) => ({
        name: template,
        path: reportPath(template, { output, inputs: run.inputs, contentId: contentId ?? '' }),
        by: `plugin ${name}`,
        isReport: true,
      })),
  );
  return [...own, ...beside];
}

const namesContent = (template: string): boolean => template.includes('[content-id]');

/** Where only plugins name the content that answer at once: nobody far away is asked for the sake of a name. */
async function foreseenContentId({ hooks }: Packager, run: Run): Promise<string | undefined> {
  if (run.title.contentId !== undefined) return run.title.contentId;
  const isPlain = hooks.resolveCid.taps.every(({ type }) => type === 'sync');
  return isPlain ? hooks.resolveCid.promise(run).catch(() => undefined) : undefined;
}
