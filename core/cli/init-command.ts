import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../base/errors.ts';
import { fileError } from '../io/disk.ts';
import { replaceOutput } from '../io/local-store.ts';
import type { InitFlags } from './program.ts';
import type { Shell } from './shell.ts';
import { STARTER_CONFIG } from './starter-config.ts';

export const CONFIG_FILE = 'packager.config.ts';

/** Write a commented config to start from. @throws PackagerError when there is one already, unless forced. */
export async function initCommand(
  { force }: InitFlags,
  { cwd, stdout }: Pick<Shell, 'cwd' | 'stdout'>,
): Promise<void> {
  const path = join(cwd, CONFIG_FILE);
  if (force) await replaceOutput(path, STARTER_CONFIG);
  else await createFile(path);
  stdout.write(NEXT);
}

const NEXT = `Wrote ${CONFIG_FILE}: all four modes, keys of the local key store.

Next:
  1. Name your files under \`inputs\` in ${CONFIG_FILE}.
  2. Run \`sealpack\`. The output is in the folder "out".
  3. For production, replace the preset \`local\` by your own source of keys.
`;

/** On a full disk the new file is there, and empty: the next try would take it for the user's. */
async function createFile(path: string): Promise<void> {
  const file = await open(path, 'wx').catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'EEXIST'
      ? fail.configExists(path, 'Pass --force to replace it.')
      : fileError(path, cause);
  });
  try {
    await file.writeFile(STARTER_CONFIG);
    await file.close();
  } catch (cause) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
    throw fileError(path, cause);
  }
}
