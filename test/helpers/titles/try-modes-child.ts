/**
 * Started by `try-modes.ts` with paths of files: prints what becomes of each in every mode, a line of JSON each. Which one it is at is
 * the last line of standard error: whoever ends early has named the file.
 */

import { dirname } from 'node:path';
import { PackagerError } from '../../../core/index.ts';
import { COLUMNS } from '../matrix/columns.ts';
import { filesBelow, packageWith, titleOptions } from './package.ts';
import type { Attempt } from './try-modes.ts';

async function attemptsAt(path: string): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  for (const { name: mode, mode: plugin } of COLUMNS) {
    const title = titleOptions({ inputs: [path] });
    const code = await packageWith([plugin()], title).then(
      () => undefined,
      (error: unknown) => {
        if (PackagerError.is(error)) return error.code;
        throw error;
      },
    );
    const files = await filesBelow(dirname(title.output));
    attempts.push({ mode, packaged: code === undefined, files, ...(code !== undefined && { code }) });
  }
  return attempts;
}

for (const path of process.argv.slice(2)) {
  process.stderr.write(`${path}\n`);
  process.stdout.write(`${JSON.stringify(await attemptsAt(path))}\n`);
}
