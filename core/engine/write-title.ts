import type { ModeReport } from '../contract/report.ts';
import { emitManifests } from './emit-manifests.ts';
import type { OpenTitle } from './open-title.ts';
import { stage } from './stage.ts';
import { planUnits } from './unit-works.ts';
import { writeUnits } from './write-units.ts';

/** A title that is written whole, in a folder that nobody sees yet. */
export interface WrittenTitle extends OpenTitle {
  readonly reports: readonly ModeReport[];
}

/**
 * The third step: write all units (`encrypt` and `segment`: each segment is encrypted, then written; the two run side by
 * side), then the manifests (`emit-manifest`).
 * @param opened to be written
 * @throws PackagerError with the first failure; nothing is left then
 */
export async function writeTitle(opened: OpenTitle): Promise<WrittenTitle> {
  const { title } = opened;
  return title.step(async () => {
    const { run, packager, inputs, staging, threads } = title;
    if (!staging) throw new Error('This title was opened to be looked at, not to be written.');
    const units = planUnits(opened, run);
    const options = { ...opened, packager, run, inputs, units, threads, root: staging.folder };
    const results = await stage(run, 'encrypt', () => stage(run, 'segment', () => writeUnits(options)));
    const reports = await stage(run, 'emit-manifest', () => emitManifests({ ...options, results }));
    return { ...opened, reports };
  });
}
