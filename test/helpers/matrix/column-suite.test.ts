/** What the rows of the columns meet together: adding a row moves which of them are tried. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MADE_ROWS, someRows } from './column-suite.ts';
import { COLUMNS } from './columns.ts';
import type { MatrixRow } from './row.ts';

const test = suite('rows of columns');

/** `large.mp4`, `fragmented MP4`, `.webm`: how a title comes, as far as names tell. */
const shapeOf = ({ name, group }: MatrixRow): string =>
  `${group} ${/(-fragmented)?\.(mp4|mkv|webm|ts)$/.exec(name)?.[0] ?? ''}`;

const factsOf = (row: MatrixRow): string[] => [shapeOf(row), ...row.streams.map(({ codec }) => codec)];

test('each codec, each container and each group is met where it is not refused', () => {
  const met = new Set<string>();
  for (const column of COLUMNS) {
    const rows = someRows(column).filter(({ streams }) => !streams.some((stream) => column.refuses(stream)));
    assert.ok(rows.length >= 5, `${column.name} has ${rows.length}`);
    for (const fact of rows.flatMap(factsOf)) met.add(fact);
  }
  assert.equal(new Set(MADE_ROWS.flatMap(factsOf)), met);
});

test('of what a column refuses much, it is asked', () => {
  for (const column of COLUMNS) {
    const isRefused = ({ streams }: MatrixRow) => streams.some((stream) => column.refuses(stream));
    if (MADE_ROWS.filter(isRefused).length > 8) assert.ok(someRows(column).some(isRefused), column.name);
  }
});

test.run();
