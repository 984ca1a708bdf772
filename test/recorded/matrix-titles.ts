import { COLUMNS } from '../helpers/matrix/columns.ts';
import { LARGE_ROWS } from '../helpers/matrix/large-rows.ts';
import { REAL_ROWS } from '../helpers/matrix/real-rows.ts';
import type { MatrixRow } from '../helpers/matrix/row.ts';
import { ROWS } from '../helpers/matrix/rows.ts';
import { packageWith } from '../helpers/titles/package.ts';
import type { RecordedTitle } from './title.ts';

/** Of one mode under two schemes one is enough: what is told apart is what is around the bytes. */
const RECORDED = COLUMNS.filter(({ name }) => name !== 'cmaf-cenc');

const titleOf = (row: MatrixRow): RecordedTitle => ({
  name: row.name,
  inputs: row.inputs,
  cells: Object.fromEntries(
    RECORDED.map(({ name, mode }) => [
      name,
      async (output: string) => packageWith([mode()], { inputs: await row.inputs(), output }),
    ]),
  ),
});

const others = new Set([...LARGE_ROWS, ...REAL_ROWS]);

/** The small made titles of the matrix, in every column. */
export const MADE_TITLES = ROWS.filter((row) => !others.has(row)).map(titleOf);

/** Those above 4 MiB. */
export const LARGE_TITLES = LARGE_ROWS.map(titleOf);

/** The real files that are there. */
export const REAL_TITLES = REAL_ROWS.map(titleOf);
