import { fail, PackagerError } from '../base/errors.ts';
import type { Packager } from '../contract/packager.ts';
import type { Report } from '../contract/report.ts';
import type { Run } from '../contract/run.ts';
import { writeReceipt } from './receipt/write-receipt.ts';
import { requireUnchangedImages } from './thumbnails/copy-images.ts';
import type { WrittenTitle } from './write-title.ts';

/**
 * The last step: look once more at inputs and files, make everything visible at once, and tell whoever waits for that
 * (`report`). The title is closed.
 * @throws PackagerError with the first failure. Where it says that the outputs are in place, they are: the report only has
 * failed. Otherwise nothing is left.
 */
export async function publishTitle(written: WrittenTitle): Promise<Report> {
  const { title, reports, files, receiptPlan } = written;
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
    const last = receiptPlan === undefined ? [] : [await writeReceipt(written, receiptPlan, files)];
    await title.staging?.commit([...files, ...last]);
    title.staging = undefined;
    title.published = reports;
  });
  await title.close();
  const report = title.report();
  await tellPlugins(packager, run, report);
  run.emit({ type: 'finished', report });
  return report;
}

/** What verifies is a third of all our code: titles that are not verified do without. */
async function verified(written: WrittenTitle): Promise<void> {
  const { verifyStaged } = await import('./verify/verify-staged.ts');
  await verifyStaged(written);
}

/**
 * A cancelled run goes through it as well: its outputs are in place, and whoever is told of outputs must be told of these.
 * @throws PackagerError with the first failure, which says that the outputs are there all the same
 */
async function tellPlugins(packager: Packager, run: Run, report: Report): Promise<void> {
  run.emit({ type: 'stage', stage: 'report', state: 'start' });
  try {
    await packager.hooks.report.promise(report, run);
  } catch (cause) {
    const error = PackagerError.from(cause);
    const where = `the outputs are complete and in place in ${report.output}`;
    if (error.code === 'CANCELLED') throw fail.cancelled(where);
    const message = `${error.message} (This was the report only: ${where}.)`;
    // Packaged once more, the title would be found there: nobody would be told, and nothing would seem wrong.
    throw new PackagerError({ ...error.toJSON(), message, transient: false }, { cause });
  }
  run.emit({ type: 'stage', stage: 'report', state: 'end' });
}
