/**
 * The faults: `npm run test:faults` packages every title that once failed in every mode, decrypts what comes of it, and prints
 * faults and results as a table; exit status 1 when one is not as it must be.
 *
 * `-- rotation sidx` takes the rows whose name has one of the words; `--markdown` prints Markdown; `--write` keeps the table in
 * test/README.md.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { keepInReadme } from '../helpers/commands/readme.ts';
import { FAULTS_FOLDER, hasFault } from '../helpers/media/faults.ts';
import { ensureTools } from '../runner/tools.ts';
import { LIST_FAULT, proveList } from './list.ts';
import { filesOf, proveRow } from './prove.ts';
import { FAULT_ROWS } from './rows.ts';
import { type FaultResult, type FaultResults, markdownTables, terminalTables } from './table.ts';
import { askWitness, WITNESSES, type WitnessResult } from './witnesses.ts';

const OPTIONS = { markdown: { type: 'boolean' }, write: { type: 'boolean' } } as const;

async function main(): Promise<number> {
  const { values, positionals: words } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const isAsked = (name: string): boolean => words.length === 0 || words.some((word) => name.includes(word));
  const asked = FAULT_ROWS.filter(({ fault }) => isAsked(fault));
  const isAll = words.length === 0;
  if (asked.length === 0 && !isAsked(LIST_FAULT))
    throw new Error(`No row has one of the words: ${words.join(', ')}`);
  if (values.write && !(isAll && hasFault()))
    throw new Error('--write keeps the whole table: it takes no words, and all inputs.');
  if ((await ensureTools()).length > 0) return 1;
  if (!hasFault()) console.log(`${FAULTS_FOLDER} is not there: what can be made is tried in its place.`);

  const rows: FaultResult[] = [];
  for (const row of asked) {
    const files = await filesOf(row);
    const cells = files.length > 0 ? await proveRow(row, files) : [];
    rows.push({ row, isMade: files.length > 0 && !hasFault(row.fault), cells });
    for (const cell of cells)
      if ('error' in cell) console.log(`\n${row.fault}, ${cell.mode}: ${cell.error.stack}`);
  }
  const said = isAsked(LIST_FAULT) ? await proveList().catch((error: Error) => error) : undefined;
  const results: FaultResults = {
    rows,
    ...(said !== undefined && { list: { fault: LIST_FAULT, said } }),
    witnesses: isAll ? await askWitnesses() : [],
  };
  const markdown = markdownTables(results);
  console.log(`\n${values.markdown ? markdown : terminalTables(results)}`);

  const cells = rows.flatMap((row) => row.cells);
  const failed =
    cells.filter((cell) => 'error' in cell).length +
    (said instanceof Error ? 1 : 0) +
    results.witnesses.filter((witness) => witness.failed > 0).length;
  const samples = cells.reduce((sum, cell) => sum + ('samples' in cell ? cell.samples : 0), 0);
  console.log(
    `\n${cells.length} titles in a mode each, ${samples} samples decrypted and compared; ${failed} failed`,
  );
  if (failed > 0) return 1;
  if (values.write) await keepInReadme('faults', markdown);
  return 0;
}

/** One after the other, as `npm test` runs them. */
async function askWitnesses(): Promise<WitnessResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sealpack-test-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const env = { ...process.env, SEALPACK_TEST_FOLDER: folder, SEALPACK_SPOIL_MEMORY: '1' };
  const results: WitnessResult[] = [];
  for (const witness of WITNESSES) results.push(await askWitness(witness, env));
  return results;
}

process.exitCode = await main();
