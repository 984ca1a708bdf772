import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../commands/command.ts';
import { isExecutable } from '../commands/executable.ts';
import { temporaryFolder } from '../commands/folders.ts';

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
 * version 3.4.2 does not end once in some hundred times.
 */
const SMALL_CACHE = ['--io_cache_size', '1048576'];

/** Run Shaka Packager: an encryptor and a decryptor that share no code with ours. */
export async function shakaPackager(args: readonly string[], cwd?: string): Promise<void> {
  await command(shakaPackagerPath(), [...args, ...SMALL_CACHE, '--quiet'], cwd === undefined ? {} : { cwd });
}

function executableCopy(path: string): string {
  const copy = join(temporaryFolder('shaka'), 'packager');
  copyFileSync(path, copy);
  chmodSync(copy, 0o755);
  return copy;
}
