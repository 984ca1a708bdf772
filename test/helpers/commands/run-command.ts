import { Readable } from 'node:stream';
import { main } from '../../../core/cli/main.ts';
import type { Parts } from '../../../core/cli/parts.ts';
import type { Shell } from '../../../core/cli/shell.ts';
import * as core from '../../../core/index.ts';
import * as plugins from '../../../plugins/index.ts';
import { ncgCommand } from '../../../plugins/ncg/command.ts';
import { packagerMain } from '../../../plugins/pallycon/command/main.ts';
import { queueCommands } from '../../../plugins/queue-bullmq/command.ts';
import * as presets from '../../../presets/index.ts';
import { Sink } from './cli-runs.ts';

const parts: Parts = {
  builtins: { plugins: plugins.plugins, presets: presets.presets, targets: presets.targets },
  modules: { sealpack: core, 'sealpack/plugins': plugins, 'sealpack/presets': presets },
  entry: '',
};

type Command = (argv: readonly string[], shell: Shell) => Promise<number>;

export const sealpack: Command = (argv, shell) =>
  main(argv, shell, async () => parts, [ncgCommand, queueCommands]);
export const pallyconPackager: Command = (argv, shell) =>
  packagerMain(argv, shell, { builtins: async () => parts.builtins, entry: '' });

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
