/**
 * The matrix: `npm run test:matrix` proves every cell and prints the table; exit status 1 when one fails.
 *
 * `-- hevc vp9` takes the rows whose name, description or group has one of the words; `--markdown` prints Markdown; `--write`
 * keeps the table in test/README.md.
 */
import { parseArgs } from 'node:util';
import { keepInReadme } from '../helpers/commands/readme.ts';
import type { MatrixRow } from '../helpers/matrix/row.ts';
import { ROWS } from '../helpers/matrix/rows.ts';
import { ensureTools } from '../runner/tools.ts';
import { runMatrix } from './run-matrix.ts';
import { legend, markdownTable, terminalTable } from './table.ts';

const OPTIONS = { markdown: { type: 'boolean' }, write: { type: 'boolean' } } as const;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const rows = ROWS.filter((row) => matches(row, positionals));
  if (rows.length === 0) throw new Error(`No row has one of the words: ${positionals.join(', ')}`);
  if (values.write && rows.length < ROWS.length)
    throw new Error('--write keeps the whole table: leave the words out.');
  if ((await ensureTools()).length > 0) return 1;

  const result = await runMatrix(rows);
  const table = values.markdown ? markdownTable(result) : terminalTable(result);
  console.log(`\n${table}\n\n${legend(result)}`);
  for (const { row, column, error } of result.failures) {
    console.log(`\n${row.name}, ${column.name}: ${error.message}`);
  }
  const cells = rows.length * result.columns.length;
  console.log(
    `\n${cells} cells: ${cells - result.failures.length} as they must be, ${result.failures.length} failed`,
  );
  if (result.failures.length > 0) return 1;
  if (values.write) await keepInReadme('matrix', `${markdownTable(result)}\n\n${legend(result)}`);
  return 0;
}

const matches = ({ name, describe, group }: MatrixRow, words: readonly string[]): boolean =>
  words.length === 0 ||
  words.some((word) => `${name} ${describe} ${group}`.toLowerCase().includes(word.toLowerCase()));

process.exitCode = await main();
