import type { Measurement } from './measure.ts';
import { median, medianSeconds, type Program, peakBytes } from './rounds.ts';
import { markdownTable, mebibytes, speed } from './table.ts';

/** One step of something that grows. */
export interface Step {
  readonly name: string;
  /** Bytes of all inputs. */
  readonly bytes: number;
  readonly run: Program;
}

/** What was measured of a step. */
export interface MeasuredStep extends Step {
  readonly seconds: number;
  readonly rounds: readonly Measurement[];
}

/** Steps with their rounds, which are in the order of the steps. */
export const measuredSteps = (
  steps: readonly Step[],
  rounds: readonly (readonly Measurement[])[],
): readonly MeasuredStep[] =>
  steps.map((step, n) => ({ ...step, seconds: medianSeconds(rounds[n]!), rounds: rounds[n]! }));

/** A row for each step. */
export function tableOfSteps(measured: readonly MeasuredStep[]): string {
  const [first] = measured;
  const rows = measured.map(({ name, bytes, seconds, rounds }) => {
    const cpu = rounds.flatMap(({ cpuSeconds }) => cpuSeconds ?? []);
    return [
      name,
      (bytes / 1e6).toFixed(0),
      seconds.toFixed(2),
      cpu.length > 0 ? median(cpu).toFixed(2) : '?',
      speed(bytes, seconds),
      (seconds / first!.seconds).toFixed(2),
      mebibytes(peakBytes(rounds)),
      '',
    ];
  });
  return markdownTable(['', 'MB', 'seconds', 'CPU s', 'MB/s', 'time ÷ first', 'peak MiB', ''], rows);
}
