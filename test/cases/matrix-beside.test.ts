/** Text, markers and thumbnails in every mode that writes manifests. */
import { suite } from 'uvu';
import { BESIDE_COLUMNS } from '../helpers/beside/column.ts';
import { proveBeside } from '../helpers/beside/row.ts';
import { BESIDE_ROWS } from '../helpers/beside/rows.ts';
import { oneIn } from '../helpers/commands/extent.ts';

/** Text and images beside a clock of its own; `npm run test:matrix` asks of every mode. */
const VERIFIED: readonly string[] = ['hls-aes-ts'];

const test = suite('matrix, beside the film');

// Each row in a third of the modes, each mode with a third of the rows.
for (const [index, row] of BESIDE_ROWS.entries()) {
  for (const column of oneIn(3, BESIDE_COLUMNS, index)) {
    test(`${row.name}, ${column.name}: ${row.describe}`, async () => {
      await proveBeside(row, column, VERIFIED.includes(column.name) ? ['verify'] : []);
    });
  }
}

test.run();
