import { suite, type Test } from 'uvu';
import { oneIn } from '../commands/extent.ts';
import { lookAhead } from '../commands/look-ahead.ts';
import { ASKED } from './assert-verified.ts';
import { proveCell } from './cell.ts';
import type { Column } from './column.ts';
import { COLUMNS } from './columns.ts';
import { REAL_ROWS } from './real-rows.ts';
import type { MatrixRow } from './row.ts';
import { ROWS } from './rows.ts';

/** One row in so many, where other columns prove what it is made of. */
const EVERY = 16;
/** Of columns that prove what no other has. */
const EVERY_OF: Readonly<Record<string, number>> = { 'hls-aes-ts': 12 };
/** With this one to begin with, all codecs and containers are met by columns that do not refuse them (`column-suite.test.ts`). */
const FIRST = 14;

/** Made media. The real files are in `cases/real-media.test.ts`. */
export const MADE_ROWS: readonly MatrixRow[] = ROWS.filter((row) => !REAL_ROWS.includes(row));

/** The rows that `npm test` proves of a column, few of which it proves of another; all with `npm run test:long`. */
export function someRows({ name }: Column): readonly MatrixRow[] {
  const every = EVERY_OF[name] ?? EVERY;
  const index = COLUMNS.findIndex((column) => column.name === name);
  return oneIn(every, MADE_ROWS, FIRST + Math.floor((every * index) / COLUMNS.length));
}

/**
 * A test for each cell of a column that is tried.
 * @param isVerified our own verification proves it too: where other columns have the same files and manifests, there
 */
export function columnSuite(column: Column, isVerified = true): Test {
  const test = suite(`matrix, ${column.name}`);
  const rows = someRows(column);
  // Columns run side by side: each begins with other rows, so that no two make the same media at the same time.
  const first = Math.floor((rows.length * COLUMNS.indexOf(column)) / COLUMNS.length);
  const some = [...rows.slice(first), ...rows.slice(0, first)];
  // Whole files cost little.
  const asked = column.name === 'ncg' ? ASKED : isVerified ? (['verify'] as const) : [];
  const prove = lookAhead(some, (row) => proveCell(row, column, asked));
  for (const [index, row] of some.entries()) {
    test(`${row.name}: ${row.describe}`, async () => {
      await prove(index);
    });
  }
  return test;
}
