import { PackagerError } from '../base/errors.ts';
import type { Report } from '../contract/report.ts';
import { keepPoolAwake } from '../io/wake-pool.ts';
import type { PackageOptions } from './api.ts';
import { openTitle } from './open-title.ts';
import { publishTitle } from './publish-title.ts';
import { TitleRun } from './title-run.ts';
import { writeTitle } from './write-title.ts';

/**
 * Package one title, from its inputs to its report: open, write, publish. Either everything is written and moved into place,
 * or nothing is left behind; the plugins' `report` is told in both cases.
 * @throws PackagerError with the first failure.
 */
export async function packageTitle(options: PackageOptions): Promise<Report> {
  const title = new TitleRun(options);
  const { run, packager } = title;
  const letPoolSleep = keepPoolAwake();
  try {
    return await publishTitle(await writeTitle(await openTitle(options, { title })));
  } catch (cause) {
    const error = PackagerError.from(cause);
    const report = title.report(error);
    // The first failure is the one to tell: neither a report that cannot be written nor a listener must hide it.
    try {
      if (!title.isReported)
        await packager.hooks.report.promise(report, run).catch((problem: Error) => run.warn(problem.message));
      run.emit({ type: 'finished', report });
    } catch {}
    throw error;
  } finally {
    letPoolSleep();
  }
}
