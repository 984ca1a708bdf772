import { fail } from '../base/errors.ts';
import { type Display, SILENT } from './display.ts';
import { exitStatus } from './errors.ts';
import type { Parts } from './parts.ts';
import type { RunFlags } from './program.ts';
import { isInteractive, paintFor, type Shell } from './shell.ts';

/** Package the titles of a config or of the command line; answers the exit status. Prints errors through `onError`. */
export async function runCommand(
  inputs: readonly string[],
  flags: RunFlags,
  shell: Shell,
  parts: () => Promise<Parts>,
  onError: (error: unknown, title?: string) => void,
): Promise<number> {
  const display = await chooseDisplay(flags, shell);
  try {
    const atOnce = titlesAtOnce(flags);
    const [composition, { prepareTitles }, { packageTitle }, { runTitles }] = await Promise.all([
      parts(),
      import('./prepare-titles.ts'),
      import('../engine/package-title.ts'),
      import('./run-titles.ts'),
    ]);
    const titles = await prepareTitles(inputs, flags, shell, composition);
    const { signal } = shell;
    const results = await runTitles({
      ...{ titles, packageTitle, display, signal, atOnce, onError },
      resume: flags.resume === true,
    });
    const failed = results.find(({ outcome }) => 'error' in outcome)?.outcome;
    return failed && 'error' in failed ? exitStatus(failed.error) : 0;
  } catch (error) {
    display.refuse?.(error);
    throw error;
  }
}

const MOST_TITLES = 64;

function titlesAtOnce({ titles }: RunFlags): number | undefined {
  if (titles === undefined) return undefined;
  if (typeof titles === 'number' && Number.isInteger(titles) && titles >= 1 && titles <= MOST_TITLES)
    return titles;
  throw fail.invalidOption(
    `--titles: expected a whole number from 1 to ${MOST_TITLES}.`,
    'Leave it out for as many as pay.',
  );
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
