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

/** Only to end what hangs: the largest of the files takes a second. */
const STUCK: StuckLimits = { busySeconds: 120, idleSeconds: 300, silentSeconds: 1800 };

/**
 * Try to package a file in every mode, in a process of its own: a crash, a hang or too much memory ends that alone.
 * @throws Error when the process does not come to an orderly end
 */
export async function tryModes(path: string): Promise<readonly Attempt[]> {
  const script = join(import.meta.dirname, 'try-modes-child.ts');
  const args = ['--max-old-space-size=512', '--import', 'tsx', script, path];
  const output = await command(process.execPath, args, { stuck: STUCK });
  return JSON.parse(output.toString());
}
