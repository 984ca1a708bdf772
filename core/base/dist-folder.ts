import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What was built: `dist` of the project, from wherever this file is read. */
export function distFolder(folder = import.meta.dirname): string {
  return existsSync(join(folder, 'package.json')) ? join(folder, 'dist') : distFolder(dirname(folder));
}
