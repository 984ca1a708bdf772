import type { ModeDefinition } from '../contract/packager.ts';
import type { RenditionResult } from '../contract/rendition.ts';
import type { ModeReport } from '../contract/report.ts';
import type { StagedFile, StagedTree } from '../io/store.ts';
import type { ModeKeys } from '../keys/mode-keys.ts';
import type { Presentation } from '../title/presentation.ts';
import { folderOf, outputNames } from './mode-outputs.ts';
import { stagedFiles } from './staged-files.ts';
import { forMode, imagesFor, writeThumbnailTracks } from './thumbnails/for-mode.ts';
import type { UnitContext } from './unit-parts.ts';

export interface ManifestOptions extends UnitContext {
  readonly modes: readonly ModeDefinition[];
  readonly presentation: Presentation;
  /** By mode. */
  readonly keys: ReadonlyMap<string, ModeKeys>;
  readonly results: ReadonlyMap<string, RenditionResult[]>;
  /** Of the staged output. */
  readonly place: unknown;
}

/** What became of the modes. */
export interface EmittedManifests {
  readonly reports: readonly ModeReport[];
  /** By paths in the output location, in the order in which they were written. */
  readonly files: readonly StagedFile[];
}

/** Let every mode write its manifests, and note what it wrote in all. */
export async function emitManifests(options: ManifestOptions): Promise<EmittedManifests> {
  const { packager, run, modes, presentation, results, place } = options;
  const store = packager.stores.of(run.title.output, run.signal);
  const staged: StagedFile[][] = [];
  const reports: ModeReport[] = [];
  for (const mode of modes) {
    const keys = options.keys.get(mode.name)!;
    const renditions = results.get(mode.name) ?? [];
    const folder = folderOf(mode, run.inputs);
    const output = store.tree(place, folder);
    try {
      const own = forMode(mode, presentation);
      const job = {
        mode: mode.name,
        run,
        presentation: own,
        renditions,
        keys,
        ...(folder && { folder }),
        output,
      };
      await packager.hooks.emitManifest.for(mode.name).promise(job, run);
      await writeThumbnailTracks(own, output);
      await output.settled?.();
    } finally {
      await output.abandon();
    }
    const manifests = written(output);
    staged.push(stagedFiles(mode, run, { declared: manifests, written: output.files, isManifest: true }));
    const images = imagesFor(mode, presentation);
    const hasSeveral = keys.distinct.length > 1;
    const files = [...renditions.flatMap((rendition) => rendition.files), ...images, ...manifests];
    reports.push({
      mode: mode.name,
      outputs: outputNames(mode, run.inputs),
      files,
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
      keyId: keys.all[0]!.key.uuid,
      ...(hasSeveral && { keyIds: keys.distinct.map(({ uuid }) => uuid) }),
      ...(hasSeveral && {
        keys: keys.all.map(({ label, period, key }) => ({ label, period, keyId: key.uuid })),
      }),
      renditions,
    });
  }
  return { reports, files: staged.flat() };
}

const written = ({ files }: StagedTree): ModeReport['files'] =>
  files.map(({ path, position }) => ({ path, bytes: position }));
