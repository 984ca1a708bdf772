import { join } from 'node:path';
import { command } from '../commands/command.ts';
import type { StuckLimits } from '../commands/stuck.ts';

/** What became of a file in one mode. */
export interface Attempt {
  readonly mode: string;
  readonly packaged: boolean;
  /** Of the error, unless it was packaged. */
  readonly code?: string;
  /** What is in the output folder, or was left there. */
  readonly files: readonly string[];
}

/** Only to end what hangs: all files together take seconds. */
const STUCK: StuckLimits = { busySeconds: 120, idleSeconds: 300, silentSeconds: 1800 };

/**
 * Try to package files in every mode, in another process: a crash, a hang or too much memory ends that alone.
 * @returns of each file, in order
 * @throws Error when the process does not come to an orderly end; its last line is the file that it was at
 */
export async function tryModes(paths: readonly string[]): Promise<readonly (readonly Attempt[])[]> {
  const script = join(import.meta.dirname, 'try-modes-child.ts');
  const args = ['--max-old-space-size=512', '--import', 'tsx', script, ...paths];
  const output = await command(process.execPath, args, { stuck: STUCK });
  const lines = output.toString().trim().split('\n');
  return lines.map((line) => JSON.parse(line) as readonly Attempt[]);
}
