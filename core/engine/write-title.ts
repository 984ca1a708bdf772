import type { ModeReport } from '../contract/report.ts';
import type { StagedFile, StagedOutput } from '../io/store.ts';
import { emitManifests } from './emit-manifests.ts';
import { requirePlanned, requirePlannedFiles } from './hold-to-plan.ts';
import type { OpenTitle } from './open-title.ts';
import type { TitlePlan } from './plan-title.ts';
import { receiptPlans } from './receipt/write-receipt.ts';
import { stage } from './stage.ts';
import { copyThumbnails } from './thumbnails/copy-images.ts';
import { planUnits } from './unit-works.ts';
import { writeUnits } from './write-units.ts';

/** A title that is written whole, in a folder that nobody sees yet. */
export interface WrittenTitle extends OpenTitle {
  readonly reports: readonly ModeReport[];
  /** All its files, media first: as they are to appear. */
  readonly files: readonly StagedFile[];
  /** What its receipts say that was to be done, by mode; absent: it gets none. */
  readonly receiptPlans?: ReadonlyMap<string, string>;
}

/**
 * The third step: write all units (`encrypt` and `segment`: each segment is encrypted, then written; the two run side by
 * side), then the manifests (`emit-manifest`).
 * @param opened to be written
 * @param plan what is to be written, as it was looked at before: nothing else is
 * @throws PackagerError with the first failure, PLAN_OUTDATED where the title is not what the plan says; nothing is left then
 */
export async function writeTitle(opened: OpenTitle, plan?: TitlePlan): Promise<WrittenTitle> {
  const { title } = opened;
  if (title.isWritten) throw new Error('This title is written already: publish it, or open it again.');
  return title.step(async () => {
    title.isWritten = true;
    const { run, packager, inputs, staging, threads, mayStartThreads } = title;
    if (!staging) throw new Error('This title was opened to be looked at, not to be written.');
    const units = planUnits(opened, run);
    if (plan) requirePlanned(plan, opened, units);
    const wanted = await receiptPlans(opened);
    const context = { ...opened, packager, run, inputs };
    const write = () => writeUnits({ ...context, units, threads, mayStartThreads, staging });
    const { results, files } = await stage(run, 'encrypt', () => stage(run, 'segment', write));
    const images = await copyAll(opened, staging);
    const emit = () => emitManifests({ ...context, results, place: staging.place });
    const manifests = await stage(run, 'emit-manifest', emit);
    const { reports } = manifests;
    if (plan) requirePlannedFiles(plan, reports);
    const all = [...files, ...images, ...manifests.files];
    return { ...opened, reports, files: all, ...(wanted && { receiptPlans: wanted }) };
  });
}

/** Copy the thumbnails of the title for each mode that says where they are. */
async function copyAll(
  { title, modes, presentation }: OpenTitle,
  staging: StagedOutput,
): Promise<StagedFile[]> {
  const { thumbnails: sets = [] } = presentation;
  const { run, packager, thumbnails: found } = title;
  const staged: StagedFile[][] = [];
  for (const mode of modes.filter(({ thumbnails }) => thumbnails))
    staged.push(await copyThumbnails(mode, { packager, run, found, sets, staging }));
  return staged.flat();
}
