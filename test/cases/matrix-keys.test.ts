import { suite } from 'uvu';
import { KEYED_ROWS } from '../helpers/keyed/keyed-rows.ts';
import { KEYED_COLUMNS } from '../helpers/keyed/modes.ts';
import { proveKeyed } from '../helpers/keyed/prove-keyed.ts';

const test = suite('matrix, keys');

/** One mode for each scheme: fragments are written by one piece of code, and Shaka Packager takes longer than all else here. */
const BY_SHAKA: ReadonlySet<string> = new Set(['dash-cenc', 'cmaf-cbcs']);

for (const row of KEYED_ROWS) {
  for (const column of KEYED_COLUMNS) {
    test(`${row.name}, ${column.name}: ${row.describe}`, async () => {
      await proveKeyed(row, column, { byShaka: BY_SHAKA.has(column.name) });
    });
  }
}

test.run();
