import type { FaultCell } from './prove.ts';
import { FAULT_MODES, type FaultRow } from './row.ts';
import type { WitnessResult } from './witnesses.ts';

/** A row that was tried; no cells: there was nothing to try it with. */
export interface FaultResult {
  readonly row: FaultRow;
  /** It was tried with files of the same kind, because those that once failed are not there. */
  readonly isMade: boolean;
  readonly cells: readonly FaultCell[];
}

/** What the table is made of. */
export interface FaultResults {
  readonly rows: readonly FaultResult[];
  /** Of the list of titles: what the command says, or what is wrong; absent: it was not asked for. */
  readonly list?: { readonly fault: string; readonly said: string | Error };
  readonly witnesses: readonly WitnessResult[];
}

function cellText(cell: FaultCell | undefined): string {
  if (!cell) return 'not there';
  if ('error' in cell) return 'FAILED';
  if ('omitted' in cell) return `not tried: ${cell.omitted}`;
  return 'code' in cell ? cell.code : `${cell.samples} samples`;
}

const firstLine = ({ message }: Error): string => message.split('\n')[0]!;

/** What was seen in all modes, with the modes where these differ. */
function seenText(cells: readonly FaultCell[]): string {
  const modes = new Map<string, string[]>();
  for (const cell of cells) {
    const seen = 'error' in cell ? firstLine(cell.error) : 'seen' in cell ? cell.seen : undefined;
    if (seen !== undefined) modes.set(seen, [...(modes.get(seen) ?? []), cell.mode]);
  }
  const said = cells.filter((cell) => 'seen' in cell && cell.seen !== undefined).length;
  return [...modes]
    .map(([seen, where]) => (where.length === said ? seen : `${seen} (${where.join(', ')})`))
    .join('; ');
}

function linesOf({ rows, list }: FaultResults): string[][] {
  const head = ['input', 'what once went wrong', ...FAULT_MODES, 'what is seen now'];
  const body = rows.map(({ row, isMade, cells }) => [
    isMade ? `${row.fault} (made)` : `${row.fault}/${row.files.join(', ')}`,
    row.was,
    ...FAULT_MODES.map((mode) => cellText(cells.find((cell) => cell.mode === mode))),
    seenText(cells),
  ]);
  if (!list) return [head, ...body];
  const said = list.said instanceof Error ? `FAILED: ${firstLine(list.said)}` : list.said;
  const others = FAULT_MODES.slice(1).map(() => '');
  const refused = list.said instanceof Error ? 'FAILED' : 'refused before anything runs';
  return [head, ...body, [list.fault, 'two titles wrote one folder', refused, ...others, said]];
}

const witnessLines = ({ witnesses }: FaultResults): string[][] => [
  ['faults that no file holds', 'tests', 'passed', 'failed'],
  ...witnesses.map(({ what, files, passed, failed }) => [what, files.join(', '), `${passed}`, `${failed}`]),
];

/** Two tables: titles that once failed, and what no file can hold. */
export function markdownTables(results: FaultResults): string {
  const print = (line: readonly string[]): string => `| ${line.join(' | ')} |`;
  return [linesOf(results), witnessLines(results)]
    .filter(([, ...body]) => body.length > 0)
    .map(([head = [], ...body]) => [print(head), print(head.map(() => '---')), ...body.map(print)].join('\n'))
    .join('\n\n');
}

/** The same for a terminal. */
export function terminalTables(results: FaultResults): string {
  return [linesOf(results), witnessLines(results)]
    .filter(([, ...body]) => body.length > 0)
    .map((lines) => {
      const widths = lines[0]!.map((_, column) =>
        lines.reduce((most, line) => Math.max(most, line[column]!.length), 0),
      );
      return lines
        .map((line) =>
          line
            .map((cell, column) => cell.padEnd(widths[column]!))
            .join('  ')
            .trimEnd(),
        )
        .join('\n');
    })
    .join('\n\n');
}
