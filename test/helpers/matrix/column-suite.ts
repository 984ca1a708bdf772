import { suite, type Test } from 'uvu';
import { proveCell } from './cell.ts';
import type { Column } from './column.ts';
import { COLUMNS } from './columns.ts';
import { REAL_ROWS } from './real-rows.ts';
import { ROWS } from './rows.ts';

/** A test for each cell of a column, on made media; the real files' are in `cases/real-media.test.ts`. */
export function columnSuite(column: Column): Test {
  const test = suite(`matrix, ${column.name}`);
  const rows = ROWS.filter((row) => !REAL_ROWS.includes(row));
  // Columns run side by side: each begins with other rows, so that no two make the same media at the same time.
  const first = Math.floor((rows.length * COLUMNS.indexOf(column)) / COLUMNS.length);
  for (const row of [...rows.slice(first), ...rows.slice(0, first)]) {
    test(`${row.name}: ${row.describe}`, async () => {
      await proveCell(row, column);
    });
  }
  return test;
}
