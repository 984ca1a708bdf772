import {
  type ModeReport,
  openTitle,
  type PackageOptions,
  packageTitle,
  planTitle,
} from '../../core/index.ts';

/** A file as it was planned and as it was written. */
export interface Foreseen {
  readonly mode: string;
  readonly path: string;
  readonly planned: number | undefined;
  readonly written: number | undefined;
}

/** Plan a title, then package it, and put both side by side. */
export async function foresee(options: PackageOptions): Promise<readonly Foreseen[]> {
  const opened = await openTitle(options, { writes: false });
  const plan = await planTitle(opened).finally(() => opened.title.close());
  const report = await packageTitle(options);
  return plan.modes.flatMap(({ mode, units, manifests }) => {
    const planned = sizesOf([...units.flatMap(({ files }) => files), ...manifests]);
    const written = sizesOf(report.modes.find((one) => one.mode === mode)?.files ?? []);
    const paths = new Set([...planned.keys(), ...written.keys()]);
    return [...paths].map((path) => ({ mode, path, planned: planned.get(path), written: written.get(path) }));
  });
}

const sizesOf = (files: ModeReport['files']): Map<string, number> =>
  new Map(files.map(({ path, bytes }) => [path, bytes]));
