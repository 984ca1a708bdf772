import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../errors.ts';
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
  try {
    await writeFile(path, STARTER_CONFIG, { flag: force ? 'w' : 'wx' });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw code === 'EEXIST' ? fail.configExists(path) : fail.outputNotWritable(path, message, cause);
  }
  stdout.write(NEXT);
}

const NEXT = `Wrote ${CONFIG_FILE}: all four modes, keys of the local key store.

Next:
  1. Name your files under \`inputs\` in ${CONFIG_FILE}.
  2. Run \`sealpack\`. The output is in the folder "out".
  3. For production, replace the preset \`local\` by your own source of keys.
`;
