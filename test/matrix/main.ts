/**
 * The matrix: `npm run test:matrix` proves every cell and prints the table; exit status 1 when one fails.
 *
 * `-- hevc vp9` takes the rows whose name, description or group has one of the words; `--markdown` prints Markdown; `--write`
 * keeps the table in test/README.md.
 */
import { parseArgs } from 'node:util';
import { BESIDE_COLUMNS } from '../helpers/beside/column.ts';
import { proveBeside } from '../helpers/beside/row.ts';
import { BESIDE_ROWS } from '../helpers/beside/rows.ts';
import { keepInReadme } from '../helpers/commands/readme.ts';
import { KEYED_ROWS } from '../helpers/keyed/keyed-rows.ts';
import { KEYED_COLUMNS } from '../helpers/keyed/modes.ts';
import { proveKeyed } from '../helpers/keyed/prove-keyed.ts';
import { ASKED } from '../helpers/matrix/assert-verified.ts';
import { proveCell } from '../helpers/matrix/cell.ts';
import { COLUMNS } from '../helpers/matrix/columns.ts';
import { ROWS } from '../helpers/matrix/rows.ts';
import { ensureTools } from '../runner/tools.ts';
import { type MatrixResult, runMatrix, type TableRow } from './run-matrix.ts';
import { legend, markdownTable, terminalTable } from './table.ts';

const OPTIONS = { markdown: { type: 'boolean' }, write: { type: 'boolean' } } as const;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const rows = ROWS.filter((row) => matches(row, positionals));
  const keyed = KEYED_ROWS.filter((row) => matches(row, positionals));
  const beside = BESIDE_ROWS.filter((row) => matches(row, positionals));
  if (rows.length + keyed.length + beside.length === 0)
    throw new Error(`No row has one of the words: ${positionals.join(', ')}`);
  if (values.write && positionals.length > 0)
    throw new Error('--write keeps the whole table: leave the words out.');
  if ((await ensureTools()).length > 0) return 1;

  const results = [
    await runMatrix({ rows, columns: COLUMNS, prove: proveCell }),
    await runMatrix({
      rows: keyed,
      columns: KEYED_COLUMNS,
      prove: (row, column) => proveKeyed(row, column, { asked: ASKED }),
    }),
    await runMatrix({
      rows: beside,
      columns: BESIDE_COLUMNS,
      prove: (row, column) => proveBeside(row, column, ASKED),
    }),
  ].filter((result) => result.rows.length > 0);
  const tables = (print: (result: MatrixResult) => string): string =>
    [...results.map(print), legend(results)].join('\n\n');
  console.log(`\n${tables(values.markdown ? markdownTable : terminalTable)}`);
  const failures = results.flatMap((result) => result.failures);
  for (const { row, column, error } of failures) {
    console.log(`\n${row.name}, ${column.name}: ${error.message}`);
  }
  const cells = results.reduce((sum, result) => sum + result.rows.length * result.columns.length, 0);
  console.log(`\n${cells} cells: ${cells - failures.length} as they must be, ${failures.length} failed`);
  if (failures.length > 0) return 1;
  if (values.write) await keepInReadme('matrix', tables(markdownTable));
  return 0;
}

const matches = ({ name, describe, group }: TableRow, words: readonly string[]): boolean =>
  words.length === 0 ||
  words.some((word) => `${name} ${describe} ${group}`.toLowerCase().includes(word.toLowerCase()));

process.exitCode = await main();
