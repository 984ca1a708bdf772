import { join } from 'node:path';
import type { DOORS } from './report.ts';

/** Where the report of a door is kept. */
export const reportPath = (door: keyof typeof DOORS): string =>
  join(import.meta.dirname, `${door.replace('/', '-')}.txt`);
