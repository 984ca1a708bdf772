import { availableParallelism } from 'node:os';
import { type Cell, proveCell } from '../helpers/matrix/cell.ts';
import type { Column } from '../helpers/matrix/column.ts';
import { COLUMNS } from '../helpers/matrix/columns.ts';
import type { MatrixRow } from '../helpers/matrix/row.ts';

/** A cell that is not as it must be. */
export interface Failure {
  readonly row: MatrixRow;
  readonly column: Column;
  readonly error: Error;
}

/** Every cell of some rows. */
export interface MatrixResult {
  readonly rows: readonly MatrixRow[];
  readonly columns: readonly Column[];
  readonly failures: readonly Failure[];
  /** @throws RangeError for a cell that was not run */
  cell(row: MatrixRow, column: Column): Cell | Error;
}

/** Run every cell, as many rows at a time as there are processors. */
export async function runMatrix(rows: readonly MatrixRow[]): Promise<MatrixResult> {
  const cells = new Map<string, Cell | Error>();
  const failures: Failure[] = [];
  const waiting = [...rows];
  const work = async (): Promise<void> => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
      for (const column of COLUMNS) {
        try {
          cells.set(keyOf(row, column), await proveCell(row, column));
        } catch (cause) {
          const error = cause instanceof Error ? cause : new Error(String(cause));
          cells.set(keyOf(row, column), error);
          failures.push({ row, column, error });
        }
      }
      process.stderr.write('.');
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return {
    ...{ rows, columns: COLUMNS, failures },
    cell(row, column) {
      const cell = cells.get(keyOf(row, column));
      if (cell === undefined) throw new RangeError(`${row.name}, ${column.name} was not run`);
      return cell;
    },
  };
}

const keyOf = (row: MatrixRow, column: Column): string => `${column.name} ${row.name}`;
