/** Titles that once failed, or others of the same kind, in every mode: as `npm run test:faults` tries them, without the long ones. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LIST_FAULT, proveList } from '../faults/list.ts';
import { filesOf, proveRow } from '../faults/prove.ts';
import { FAULT_ROWS } from '../faults/rows.ts';
import { hasFault } from '../helpers/media/faults.ts';

const test = suite('faults');

for (const row of FAULT_ROWS.filter(({ isLong }) => !isLong)) {
  const where = hasFault(row.fault) ? row.files.join(', ') : row.made ? 'made' : 'not there';
  test(`${row.fault} (${where}): ${row.was}`, async () => {
    const files = await filesOf(row);
    if (files.length === 0) return;
    for (const cell of await proveRow(row, files)) {
      if ('error' in cell) throw new Error(`${cell.mode}: ${cell.error.message}`, { cause: cell.error });
    }
  });
}

test(LIST_FAULT, async () => {
  assert.ok(await proveList());
});

test.run();
