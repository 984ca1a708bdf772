import { stripVTControlCharacters } from 'node:util';

/** Tests counted. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** How a process of tests ended. */
export interface Ending {
  /** Exit status; `null`: killed by a signal. */
  readonly status: number | null;
  /** What it printed. */
  readonly output: string;
  /** Of the process and all that it started. */
  readonly processorSeconds: number;
}

/**
 * Count the tests of one uvu process from its own words. Nothing that goes wrong is lost: a test that was skipped, a
 * file that could not be imported and a process that crashed count as failed.
 */
export function tally({ status, output }: Omit<Ending, 'processorSeconds'>): Tally {
  const text = stripVTControlCharacters(output);
  const total = lastNumber(text, /^ +Total: +(\d+)$/gm);
  const passed = lastNumber(text, /^ +Passed: +(\d+)$/gm);
  const skipped = lastNumber(text, /^ +Skipped: +(\d+)$/gm);
  if (total === undefined || passed === undefined || skipped === undefined) return unfinished(text);
  const failed = total - passed + skipped;
  const silent = failed === 0 && (status !== 0 || total === 0);
  return { passed, failed: silent ? 1 : failed };
}

/** No closing summary: the process ended early. What its suites had counted until then stays counted. */
function unfinished(text: string): Tally {
  let [passed, failed] = [0, 1];
  for (const [, done, total] of text.matchAll(/ {2}\((\d+) \/ (\d+)\)$/gm)) {
    passed += Number(done);
    failed += Number(total) - Number(done);
  }
  return { passed, failed };
}

function lastNumber(text: string, pattern: RegExp): number | undefined {
  const found = [...text.matchAll(pattern)].at(-1)?.[1];
  return found === undefined ? undefined : Number(found);
}

export const sum = (tallies: readonly Tally[]): Tally => ({
  passed: tallies.reduce((passed, one) => passed + one.passed, 0),
  failed: tallies.reduce((failed, one) => failed + one.failed, 0),
});
