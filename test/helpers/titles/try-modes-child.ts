/** Started by `try-modes.ts` with the path of a file: prints what becomes of it in every mode, as JSON. */

import { dirname } from 'node:path';
import { PackagerError } from '../../../core/index.ts';
import { COLUMNS } from '../matrix/columns.ts';
import { filesBelow, packageWith, titleOptions } from './package.ts';
import type { Attempt } from './try-modes.ts';

const [path = ''] = process.argv.slice(2);
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
process.stdout.write(JSON.stringify(attempts));
