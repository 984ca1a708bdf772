import { readFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import type { SchemaObject } from 'ajv';
import { fail } from '../base/errors.ts';
import { missingPath } from '../base/key-like.ts';
import { CsvFault, type CsvRow, csvRows } from './csv.ts';
import { withoutQuotation } from './data.ts';
import { ROW_FIELDS } from './title-row.ts';
import type { PlacedRow, TitleRow } from './types.ts';
import { whyUnreadable } from './unreadable.ts';

/** A hundred thousand titles stay below this. */
const LARGEST = 64 * 2 ** 20;
const EXTENSIONS = ['.csv', '.jsonl', '.ndjson'];

/**
 * Read a file that lists titles, a row each: comma-separated values whose first line names the columns, or a JSON object a line.
 * @param file relative to `cwd`
 * @throws PackagerError CONFIG_NOT_LOADED that names the line, where the file cannot be read as what it is called
 */
export async function readManifest(file: string, cwd: string): Promise<readonly PlacedRow[]> {
  const path = resolve(cwd, file);
  const kind = extname(path).toLowerCase();
  if (!EXTENSIONS.includes(kind)) {
    throw fail.manifestNotRead(
      missingPath(path),
      'it is not known how titles are listed in it.',
      `Name a file that ends in ${EXTENSIONS.join(', ')}.`,
    );
  }
  const unreadable = await whyUnreadable(path, LARGEST);
  if (unreadable) throw fail.manifestNotRead(missingPath(path), unreadable.reason);
  const text = textOf(await readFile(path), path);
  const rows = [...(kind === '.csv' ? fromCsv(text, file) : fromJsonLines(text, file))];
  if (rows.length === 0) throw fail.manifestNotRead(path, 'there is no title in it.');
  const base = dirname(path);
  return rows.map(({ row, line }) => ({ row, base, where: `${file}, line ${line}` }));
}

interface ReadRow {
  readonly row: TitleRow;
  readonly line: number;
}

function textOf(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes); // a byte order mark is left out
  } catch {
    throw fail.manifestNotRead(path, 'it is not in UTF-8.', 'Save it again: spreadsheets offer CSV UTF-8.');
  }
}

function* fromJsonLines(text: string, file: string): Generator<ReadRow> {
  for (const [index, content] of text.split(/\r?\n/).entries()) {
    if (content.trim() === '') continue;
    const line = index + 1;
    const row = parsed(content, `${file}, line ${line}`);
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw fail.manifestNotRead(`${file}, line ${line}`, 'a title is an object, {…}.');
    yield { row: row as TitleRow, line };
  }
}

/** Lists of names may begin with one that looks like JSON. */
const NO_JSON = 'If it is the name of a file, put ./ in front of it.';

/** Nothing of the line is quoted. */
function parsed(json: string, where: string, hint?: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    const reason = `it is not valid JSON: ${withoutQuotation((cause as Error).message)}.`;
    throw fail.manifestNotRead(where, reason, hint);
  }
}

function* fromCsv(text: string, file: string): Generator<ReadRow> {
  let names: readonly string[] | undefined;
  for (const { line, cells } of rowsOf(text, file)) {
    const where = `${file}, line ${line}`;
    if (!names) {
      names = cells.map((cell) => cell.trim());
      requireNames(names, where);
      continue;
    }
    if (cells.length > names.length) {
      throw fail.manifestNotRead(
        `${where}, column ${names.length + 1}`,
        `it has ${cells.length} cells, and there are ${names.length} columns.`,
        'Put a text with commas into quotation marks.',
      );
    }
    const row = Object.fromEntries(
      names.flatMap((name, index) => {
        const cell = cells[index]?.trim() ?? '';
        const at = `${where}, column ${index + 1}`;
        return cell === '' ? [] : [[name, cellValue(cell, ROW_FIELDS[name], at)]];
      }),
    );
    yield { row, line };
  }
}

function* rowsOf(text: string, file: string): Generator<CsvRow> {
  try {
    yield* csvRows(text);
  } catch (cause) {
    if (!(cause instanceof CsvFault)) throw cause;
    throw fail.manifestNotRead(`${file}, line ${cause.line}, column ${cause.column}`, `${cause.message}.`);
  }
}

function requireNames(names: readonly string[], where: string): void {
  for (const [index, name] of names.entries()) {
    const at = `${where}, column ${index + 1}`;
    if (name === '') throw fail.manifestNotRead(at, 'it has no name.');
    if (names.indexOf(name) < index)
      throw fail.manifestNotRead(at, `it has the name of column ${names.indexOf(name) + 1}.`);
  }
}

/** A cell as the field wants it, as far as it is: what is wrong with it is found with everything else. */
function cellValue(cell: string, schema: SchemaObject | undefined, where: string): unknown {
  const type: unknown = schema?.['type'];
  if (!schema || type === 'string') return cell;
  if (type === 'number' || type === 'integer') return /^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : cell;
  if (/^(true|false)$/i.test(cell)) return cell.toLowerCase() === 'true';
  const isList = type === 'array';
  if (/^[[{]/.test(cell) && (!isList || /[\]}]$/.test(cell)))
    return parsed(cell, where, isList ? NO_JSON : undefined);
  if (!isList) return cell;
  return cell
    .split(';')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
