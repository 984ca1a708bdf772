import { Readable } from 'node:stream';
import { main } from '../../../core/cli/main.ts';
import type { Parts } from '../../../core/cli/parts.ts';
import type { Shell } from '../../../core/cli/shell.ts';
import { commands } from '../../../plugins/commands.ts';
import { Sink } from './cli-runs.ts';

export type Command = (argv: readonly string[], shell: Shell) => Promise<number>;

/** `sealpack` with these built in, and with the commands that `core/cli/bin.ts` adds. */
export const sealpackOf =
  (parts: Parts): Command =>
  (argv, shell) =>
    main(argv, shell, async () => parts, commands);

/** Run a command in this process, where it cannot have threads (`workers: 0`); all that it prints. */
export async function runCommand(
  command: Command,
  argv: readonly string[],
  cwd: string,
  env: Shell['env'] = {},
) {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const { signal } = new AbortController();
  const shell = { stdin: Readable.from([]), stdout, stderr, cwd, signal, now: () => performance.now() };
  const status = await command(argv, { ...shell, env });
  return { status, stdout: stdout.text, stderr: stderr.text };
}
