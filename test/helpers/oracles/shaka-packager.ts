import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandOptions, command } from '../commands/command.ts';
import { isExecutable } from '../commands/executable.ts';
import { temporaryFolder } from '../commands/folders.ts';
import type { StuckLimits } from '../commands/stuck.ts';

const BINARIES: Readonly<Record<string, string>> = {
  'linux-x64': 'packager-linux-x64',
  'linux-arm64': 'packager-linux-arm64',
  'darwin-x64': 'packager-osx-x64',
  'darwin-arm64': 'packager-osx-arm64',
};

let binary: string | undefined;

/**
 * The binary of the npm package. Not started through the package's own script, because that one always exits with 0.
 * @throws Error when the package has none for this machine.
 */
export function shakaPackagerPath(): string {
  if (binary === undefined) {
    const name = BINARIES[`${process.platform}-${process.arch}`];
    if (name === undefined)
      throw new Error(`shaka-packager has no binary for ${process.platform}-${process.arch}.`);
    const installed = join(import.meta.dirname, '../../../node_modules/shaka-packager/bin', name);
    binary = isExecutable(installed) ? installed : executableCopy(installed);
  }
  return binary;
}

/**
 * In place of the 32 MiB that it fills for each file, which takes longer than all else. It has to be a cache: with none,
 * version 3.4.2 does not end once in some hundred times, and with this once in some thousands.
 */
const SMALL_CACHE = ['--io_cache_size', '1048576'];

/** It takes seconds. What hangs uses no processor time. */
const STUCK: StuckLimits = { busySeconds: 300, idleSeconds: 30, silentSeconds: 1800 };

/** Run Shaka Packager: an encryptor and a decryptor that share no code with ours. Where it hangs it is run again, with its own caches. */
export async function shakaPackager(args: readonly string[], cwd?: string): Promise<void> {
  const options = cwd === undefined ? {} : { cwd };
  const run = (more: readonly string[], limits: CommandOptions) =>
    command(shakaPackagerPath(), [...args, ...more, '--quiet'], { ...options, ...limits });
  try {
    await run(SMALL_CACHE, { stuck: STUCK });
  } catch (error) {
    if (!(error instanceof Error && /ended with it did next to nothing/.test(error.message))) throw error;
    await run([], {});
  }
}

function executableCopy(path: string): string {
  const copy = join(temporaryFolder('shaka'), 'packager');
  copyFileSync(path, copy);
  chmodSync(copy, 0o755);
  return copy;
}
