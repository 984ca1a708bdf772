import { join } from 'node:path';

/** The page that lists all packages. */
export const SECURITY = join(import.meta.dirname, '../../SECURITY.md');
