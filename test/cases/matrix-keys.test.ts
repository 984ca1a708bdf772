import { suite } from 'uvu';
import { oneIn } from '../helpers/commands/extent.ts';
import { lookAhead } from '../helpers/commands/look-ahead.ts';
import { KEYED_ROWS } from '../helpers/keyed/keyed-rows.ts';
import { KEYED_COLUMNS, type KeyedColumn } from '../helpers/keyed/modes.ts';
import { proveKeyed } from '../helpers/keyed/prove-keyed.ts';

const test = suite('matrix, keys');

/** One mode for each scheme: fragments are written by one piece of code, and Shaka Packager takes longer than all else here. */
const BY_SHAKA: ReadonlySet<string> = new Set(['dash-cenc', 'cmaf-cbcs']);

/** Our own verification reads these: of keys in fragments it is asked elsewhere. */
const VERIFIED: ReadonlySet<string> = new Set(['hls-aes-ts', 'hls-ncg']);

/** Of whole files, which have one key, there is nothing to prove but that they are refused. */
const isWhole = ({ layouts }: KeyedColumn): boolean => layouts.length === 0;
const WHOLE = KEYED_COLUMNS.filter(isWhole);
const OTHERS = KEYED_COLUMNS.filter((column) => !isWhole(column));

/** Each title in a quarter of the modes, each mode with a quarter of the titles: keys are told in one way whatever the title has of them. */
const cells = KEYED_ROWS.flatMap((row, index) =>
  [...oneIn(4, OTHERS, index), ...oneIn(2, WHOLE, index)].map((column) => ({ row, column })),
);

const prove = lookAhead(cells, ({ row, column }) =>
  proveKeyed(row, column, {
    byShaka: BY_SHAKA.has(column.name),
    asked: VERIFIED.has(column.name) ? ['verify'] : [],
  }),
);

for (const [index, { row, column }] of cells.entries()) {
  test(`${row.name}, ${column.name}: ${row.describe}`, async () => {
    await prove(index);
  });
}

test.run();
