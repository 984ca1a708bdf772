import { suite, type Test } from 'uvu';
import { oneIn } from '../commands/extent.ts';
import { lookAhead } from '../commands/look-ahead.ts';
import { ASKED } from './assert-verified.ts';
import { proveCell } from './cell.ts';
import type { Column } from './column.ts';
import { COLUMNS } from './columns.ts';
import { REAL_ROWS } from './real-rows.ts';
import { ROWS } from './rows.ts';

/**
 * A test for each cell of a column, on made media; the real files' are in `cases/real-media.test.ts`.
 * @param every one row in so many, where other columns prove what it is made of; `npm run test:long` and `npm run test:matrix` have all
 * @param isVerified our own verification proves it too: where other columns have the same files and manifests, there
 */
export function columnSuite(column: Column, every = 1, isVerified = true): Test {
  const test = suite(`matrix, ${column.name}`);
  const rows = ROWS.filter((row) => !REAL_ROWS.includes(row));
  // Columns run side by side: each begins with other rows, so that no two make the same media at the same time.
  const first = Math.floor((rows.length * COLUMNS.indexOf(column)) / COLUMNS.length);
  const some = oneIn(every, [...rows.slice(first), ...rows.slice(0, first)]);
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
