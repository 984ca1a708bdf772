import * as assert from 'uvu/assert';
import type { Layout } from '../keyed/modes.ts';
import type { Asked } from '../matrix/assert-verified.ts';
import type { Cell } from '../matrix/cell.ts';
import type { MatrixRow } from '../matrix/row.ts';
import type { BesideColumn } from './column.ts';

/** The group of all of them in the table. */
export const BESIDE_GROUP = 'Beside the film';

/** A title with something beside its pictures and sound. */
export interface BesideRow extends Pick<MatrixRow, 'name' | 'describe' | 'group'> {
  /** As what a mode carries it; `undefined`: it has no such choice. */
  form(column: BesideColumn): string | undefined;
  /** Assert that it is there as that, complete and on time. @param asked our own commands */
  prove(column: BesideColumn, layout: Layout, asked: readonly Asked[]): Promise<void>;
}

/** Prove one cell, in both layouts. */
export async function proveBeside(
  row: BesideRow,
  column: BesideColumn,
  asked: readonly Asked[] = [],
): Promise<Cell> {
  const form = row.form(column);
  if (form === undefined) return { carried: '–' };
  for (const layout of ['single-file', 'segments'] as const) await row.prove(column, layout, asked);
  return { carried: form };
}

/** In seconds, to the thousandth that manifests have. */
export function assertTimes(found: readonly number[], wanted: readonly number[], what: string): void {
  const rounded = found.map((value) => Number(value.toFixed(3)));
  assert.equal(rounded, wanted, what);
}
