import type { ModeDefinition } from '../contract/packager.ts';
import type { RenditionResult } from '../contract/rendition.ts';
import type { ModeReport } from '../contract/report.ts';
import { type FileTree, fileTree } from '../io/file-tree.ts';
import type { ModeKeys } from '../keys/mode-keys.ts';
import type { Presentation } from '../title/presentation.ts';
import { outputNames } from './plan.ts';
import type { UnitContext } from './unit-parts.ts';

export interface ManifestOptions extends UnitContext {
  readonly modes: readonly ModeDefinition[];
  readonly presentation: Presentation;
  /** By mode. */
  readonly keys: ReadonlyMap<string, ModeKeys>;
  readonly results: ReadonlyMap<string, RenditionResult[]>;
  /** The hidden folder. */
  readonly root: string;
}

/** Let every mode write its manifests, and note what it wrote in all. */
export async function emitManifests(options: ManifestOptions): Promise<ModeReport[]> {
  const { packager, run, modes, presentation, results, root } = options;
  const reports: ModeReport[] = [];
  for (const mode of modes) {
    const keys = options.keys.get(mode.name)!;
    const renditions = results.get(mode.name) ?? [];
    const output = fileTree(root, mode.folder?.(run.inputs));
    try {
      const job = { mode: mode.name, run, presentation, renditions, keys, output };
      await packager.hooks.emitManifest.for(mode.name).promise(job, run);
    } finally {
      await output.abandon();
    }
    const files = [...renditions.flatMap((rendition) => rendition.files), ...written(output)];
    reports.push({
      mode: mode.name,
      outputs: outputNames(mode, run.inputs),
      files,
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
      keyId: keys.all[0]!.key.uuid,
      renditions,
    });
  }
  return reports;
}

const written = ({ files }: FileTree): ModeReport['files'] =>
  files.map(({ path, position }) => ({ path, bytes: position }));
