import { EXIT } from '../base/errors.ts';
import { type Display, SILENT } from './display.ts';
import { exitStatus, isCancelled } from './errors.ts';
import { findTitles } from './find-titles.ts';
import type { TitleParts } from './parts.ts';
import type { RunFlags } from './program.ts';
import { RETRIES } from './retry.ts';
import { isInteractive, paintFor, type Shell } from './shell.ts';
import { wholeNumber } from './whole-number.ts';

/** Package the titles of a config, of a manifest or of the command line; answers the exit status. Prints errors through `onError`. */
export async function runCommand(
  inputs: readonly string[],
  flags: RunFlags,
  shell: Shell,
  parts: () => Promise<TitleParts>,
  onError: (error: unknown, title?: string) => void,
): Promise<number> {
  const display = await chooseDisplay(flags, shell);
  try {
    const atOnce =
      flags.concurrency === undefined
        ? wholeNumber('--titles', flags.titles, [1, 64])
        : wholeNumber('--concurrency', flags.concurrency, [1, 64]);
    const most = wholeNumber('--retries', flags.retries, [0, 20]);
    const { failFast, report } = flags;
    if (report !== undefined) await (await import('./list-report.ts')).requireReportPlace(report, shell);
    const [titles, { packageTitle }, { runTitles }] = await Promise.all([
      findTitles(inputs, flags, shell, await parts()),
      import('../engine/package-title.ts'),
      import('./run-titles.ts'),
    ]);
    const { signal } = shell;
    const retries = { most: most ?? (titles.length > 1 ? RETRIES : 0) };
    let isToldCancelled = false;
    const results = await runTitles({
      titles,
      packageTitle,
      display,
      signal,
      atOnce,
      failFast,
      retries,
      resume: flags.resume === true,
      onError: (error, title) => {
        isToldCancelled ||= isCancelled(error);
        onError(error, title);
      },
    });
    if (report !== undefined) {
      const { writeListReport } = await import('./list-report.ts');
      await writeListReport(report, titles.length, results, shell);
    }
    // A title before that may have failed, or have waited for its next try.
    if (signal.aborted && isToldCancelled) return EXIT.cancelled;
    const failed = results.find(({ outcome }) => 'error' in outcome)?.outcome;
    return failed && 'error' in failed ? exitStatus(failed.error) : 0;
  } catch (error) {
    display.refuse?.(error);
    throw error;
  }
}

/** Libraries that draw are loaded only to draw. */
async function chooseDisplay({ json, quiet }: RunFlags, shell: Shell): Promise<Display> {
  const { stdout, cwd: folder, now } = shell;
  const write = (text: string): void => void stdout.write(text);
  if (quiet) return SILENT;
  if (json) return (await import('./json.ts')).jsonDisplay({ write, now });
  if (!isInteractive(stdout, shell)) return (await import('./plain.ts')).plainDisplay({ write, now, folder });
  const size = () => ({ columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 });
  const { terminalDisplay } = await import('./terminal.ts');
  return terminalDisplay({ write, now, size, folder, paint: paintFor(stdout, shell) });
}
