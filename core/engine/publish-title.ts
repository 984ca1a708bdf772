import { fail, PackagerError } from '../base/errors.ts';
import type { Report } from '../contract/report.ts';
import { shownReference } from '../io/reference.ts';
import { writeReceipts } from './receipt/write-receipt.ts';
import { requireUnchangedImages } from './thumbnails/copy-images.ts';
import type { TitleRun } from './title-run.ts';
import type { WrittenTitle } from './write-title.ts';

/**
 * The last step: look once more at inputs and files, make everything visible at once, and tell whoever waits for that
 * (`report`). The title is closed.
 * @throws PackagerError with the first failure. Where it says that the outputs are in place, they are: the report only has
 * failed. Otherwise nothing is left.
 */
export async function publishTitle(written: WrittenTitle): Promise<Report> {
  const { title, reports, files, receiptPlans } = written;
  const { packager, run, inputs } = title;
  await title.step(async () => {
    await inputs.requireUnchanged();
    await requireUnchangedImages(packager, run, title.thumbnails);
    run.throwIfCancelled();
    // Nobody may write any more when the files are looked at.
    if (run.title.verify) {
      await title.endWriting();
      await verified(written);
    }
    await title.leaveThreads();
    const last = receiptPlans ? await writeReceipts(written, receiptPlans, files) : [];
    await title.staging?.commit([...files, ...last]);
    title.staging = undefined;
    title.published = reports;
  });
  return tell(title);
}

/** What verifies is a third of all our code: titles that are not verified do without. */
async function verified(written: WrittenTitle): Promise<void> {
  const { verifyStaged } = await import('./verify/verify-staged.ts');
  await verifyStaged(written);
}

/**
 * Let go of the title, and tell plugins and listeners of it. A cancelled run goes through it as well: its outputs are in place, and
 * whoever is told of outputs must be told of these.
 * @throws PackagerError with the first failure, which says that the outputs are there all the same
 */
async function tell(title: TitleRun): Promise<Report> {
  const { packager, run } = title;
  try {
    await title.close();
    run.emit({ type: 'stage', stage: 'report', state: 'start' });
    const report = title.report();
    await packager.hooks.report.promise(report, run);
    title.isReported = true;
    run.emit({ type: 'stage', stage: 'report', state: 'end' });
    run.emit({ type: 'finished', report });
    return report;
  } catch (cause) {
    const error = PackagerError.from(cause);
    const where = `the outputs are complete and in place in ${shownReference(run.title.output)}`;
    if (error.code === 'CANCELLED') throw fail.cancelled(where);
    const message = `${error.message} (This was the report only: ${where}.)`;
    // Packaged once more, the title would be found there: nobody would be told, and nothing would seem wrong.
    throw new PackagerError({ ...error.toJSON(), message, transient: false }, { cause });
  }
}
