import { FOOTNOTES, type FootnoteName } from '../helpers/matrix/footnotes.ts';
import type { MatrixResult, TableColumn, TableRow } from './run-matrix.ts';

const NOTES = Object.keys(FOOTNOTES) as FootnoteName[];

/** `[1]` for the first footnote. */
const mark = (note: FootnoteName): string => `[${NOTES.indexOf(note) + 1}]`;

/** `F S`, `I [1]`, `refused: no standard` or `FAILED`. */
export function cellText(result: MatrixResult, row: TableRow, column: TableColumn): string {
  const cell = result.cell(row, column);
  if (cell instanceof Error) return 'FAILED';
  if ('refused' in cell) return `refused: ${cell.refused}`;
  if ('carried' in cell) return cell.carried;
  return [...cell.oracles, ...cell.footnotes.map(mark)].join(' ');
}

function lines(result: MatrixResult): string[][] {
  const { rows, columns } = result;
  const head = ['', ...columns.map(({ title }) => title), ''];
  const body = rows.map((row) => [
    row.name,
    ...columns.map((column) => cellText(result, row, column)),
    row.describe,
  ]);
  return [head, ...body];
}

/** Columns one below the other, a blank line and a head before each group. */
export function terminalTable(result: MatrixResult): string {
  const table = lines(result);
  const widths = (table[0] ?? []).map((_, index) =>
    Math.max(...table.map((line) => line[index]?.length ?? 0)),
  );
  const print = (line: readonly string[]): string =>
    line
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  const [head = [], ...body] = table;
  const groups = withGroups(result, body);
  return [print(head), ...groups.flatMap(([group, list]) => ['', group, ...list.map(print)])].join('\n');
}

/** A Markdown table for each group. */
export function markdownTable(result: MatrixResult): string {
  const [head = [], ...body] = lines(result);
  const print = (line: readonly string[]): string => `| ${line.join(' | ')} |`;
  return withGroups(result, body)
    .map(([group, list]) => {
      const named = [group, ...head.slice(1)];
      return [print(named), print(named.map(() => '---')), ...list.map(print)].join('\n');
    })
    .join('\n\n');
}

/** The lines of each group, in order. */
function withGroups({ rows }: MatrixResult, body: readonly string[][]): [group: string, lines: string[][]][] {
  const groups = new Map<string, string[][]>();
  for (const [index, { group }] of rows.entries()) {
    groups.set(group, [...(groups.get(group) ?? []), body[index] ?? []]);
  }
  return [...groups];
}

/** What the letters mean, and the footnotes that occur. */
export function legend(results: readonly MatrixResult[]): string {
  const used = new Set<FootnoteName>();
  for (const result of results) {
    for (const row of result.rows) {
      for (const column of result.columns) {
        const cell = result.cell(row, column);
        if (!(cell instanceof Error) && 'footnotes' in cell)
          for (const note of cell.footnotes) used.add(note);
      }
    }
  }
  const notes = NOTES.filter((note) => used.has(note)).map((note) => `${mark(note)} ${FOOTNOTES[note]}`);
  return [LEGEND, ...notes].join('\n\n');
}

const LEGEND = [
  'Every coded sample of every track is the source’s after decryption by: F ffmpeg, S Shaka Packager, O OpenSSL, I an',
  'independent implementation in test/. A wrong key gives something else. Titles with several keys: each sample is tried with all of',
  'them, and only that of its label and crypto period gives the source’s; those of a clear lead, and no others, are as in the source.',
  '`refused`: before any byte is written, with a hint what to choose instead; `whole files`: NCG has one key for all of a file.',
  'Beside the film: as what a mode has it. Readers in test/ find all of it in what manifests name, and on time, in both layouts;',
  '`–`: the mode has no such choice.',
].join('\n');
