import { availableParallelism } from 'node:os';
import type { Cell } from '../helpers/matrix/cell.ts';
import type { Column } from '../helpers/matrix/column.ts';
import type { MatrixRow } from '../helpers/matrix/row.ts';

/** What a table has to know of a row. */
export type TableRow = Pick<MatrixRow, 'name' | 'describe' | 'group'>;

/** And of a column. */
export type TableColumn = Pick<Column, 'name' | 'title'>;

/** Rows, columns, and how a cell of theirs is proven. */
export interface Matrix<Row extends TableRow, Of extends TableColumn> {
  readonly rows: readonly Row[];
  readonly columns: readonly Of[];
  prove(row: Row, column: Of): Promise<Cell>;
}

/** A cell that is not as it must be. */
export interface Failure {
  readonly row: TableRow;
  readonly column: TableColumn;
  readonly error: Error;
}

/** Every cell of some rows. */
export interface MatrixResult {
  readonly rows: readonly TableRow[];
  readonly columns: readonly TableColumn[];
  readonly failures: readonly Failure[];
  /** @throws RangeError for a cell that was not run */
  cell(row: TableRow, column: TableColumn): Cell | Error;
}

/** Rows at a time for each processor: while some wait for a tool, others ask for the same. */
const ROWS_AT_ONCE = 3;

/** Run every cell, some rows at a time. */
export async function runMatrix<Row extends TableRow, Of extends TableColumn>({
  rows,
  columns,
  prove,
}: Matrix<Row, Of>): Promise<MatrixResult> {
  const cells = new Map<string, Cell | Error>();
  const failures: Failure[] = [];
  const waiting = [...rows];
  const work = async (): Promise<void> => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
      for (const column of columns) {
        try {
          cells.set(keyOf(row, column), await prove(row, column));
        } catch (cause) {
          const error = cause instanceof Error ? cause : new Error(String(cause));
          cells.set(keyOf(row, column), error);
          failures.push({ row, column, error });
          // At once: all of it takes most of an hour.
          process.stderr.write(`\n${row.name}, ${column.name}: ${error.message}\n`);
        }
      }
      process.stderr.write('.');
    }
  };
  await Promise.all(Array.from({ length: ROWS_AT_ONCE * availableParallelism() }, work));
  return {
    ...{ rows, columns, failures },
    cell(row, column) {
      const cell = cells.get(keyOf(row, column));
      if (cell === undefined) throw new RangeError(`${row.name}, ${column.name} was not run`);
      return cell;
    },
  };
}

const keyOf = (row: TableRow, column: TableColumn): string => `${column.name} ${row.name}`;
