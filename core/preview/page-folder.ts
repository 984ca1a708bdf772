import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where the built page is: in `dist` of the project, from wherever this file is read. */
export function pageFolder(folder = import.meta.dirname): string {
  if (existsSync(join(folder, 'package.json'))) return join(folder, 'dist/page');
  return pageFolder(dirname(folder));
}
