/**
 * Titles that once failed, or others of the same kind: as `npm run test:faults` tries them in every mode, without the long ones. Each in
 * half of the modes, of DASH and of HLS, each mode with half of them.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LIST_FAULT, proveList } from '../faults/list.ts';
import { filesOf, proveRow } from '../faults/prove.ts';
import { FAULT_MODES } from '../faults/row.ts';
import { FAULT_ROWS } from '../faults/rows.ts';
import { oneIn } from '../helpers/commands/extent.ts';
import { hasFault } from '../helpers/media/faults.ts';

const test = suite('faults');

for (const [index, row] of FAULT_ROWS.filter(({ isLong }) => !isLong).entries()) {
  const where = hasFault(row.fault) ? row.files.join(', ') : row.made ? 'made' : 'not there';
  test(`${row.fault} (${where}): ${row.was}`, async () => {
    const files = await filesOf(row);
    if (files.length === 0) return;
    for (const cell of await proveRow(row, files, oneIn(2, FAULT_MODES, index))) {
      if ('error' in cell) throw new Error(`${cell.mode}: ${cell.error.message}`, { cause: cell.error });
    }
  });
}

test(LIST_FAULT, async () => {
  assert.ok(await proveList());
});

test.run();
