import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Measurement, measure } from './measure.ts';

/** What is run: it writes into its working folder, which is empty. */
export interface Program {
  readonly program: string;
  readonly args: readonly string[];
  /** Its exit status when all is well. @default 0 */
  readonly status?: number;
}

/** The folder that programs work in, in that of the benchmark. */
export const OUTPUT = 'output';

/** Begins with a program, in its working folder, and answers how to end it. */
export type Beside = (output: string) => () => Promise<void>;

/**
 * Run all programs in turn, several rounds, so that a machine that slows down slows all of them, and every other round backwards: what
 * one leaves behind (memory that the system takes back, a disk that is still busy) is not always on the next one's account. Answers in their order.
 */
export async function measureInTurn(
  programs: readonly Program[],
  rounds: number,
  folder: string,
  beside?: Beside,
): Promise<Measurement[][]> {
  const measured: Measurement[][] = programs.map(() => []);
  for (let round = 0; round < rounds; round++) {
    const order = [...programs.keys()];
    for (const index of round % 2 === 0 ? order : order.reverse())
      measured[index]!.push(await runOnce(programs[index]!, folder, beside));
  }
  return measured;
}

async function runOnce(
  { program, args, status }: Program,
  folder: string,
  beside: Beside | undefined,
): Promise<Measurement> {
  const output = join(folder, OUTPUT);
  mkdirSync(output);
  const end = beside?.(output);
  try {
    return await measure(program, args, output, status);
  } finally {
    await end?.();
    rmSync(output, { recursive: true });
  }
}

export const medianSeconds = (rounds: readonly Measurement[]): number =>
  median(rounds.map(({ seconds }) => seconds));

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The greatest peak of memory; `undefined` where it cannot be measured. */
export function peakBytes(rounds: readonly Measurement[]): number | undefined {
  const peaks = rounds.flatMap(({ peakBytes }) => (peakBytes === undefined ? [] : [peakBytes]));
  return peaks.length === 0 ? undefined : Math.max(...peaks);
}
