import type { PackageOptions } from '../engine/api.ts';

/** The titles of a command, each made when it is asked for. An array of them is one. */
export interface Titles {
  readonly length: number;
  /** @param index from 0 */
  at(index: number): PackageOptions | undefined;
  /** Their indexes as they are to be begun. @default one after the other */
  readonly order?: readonly number[];
}

/** Of titles that say nothing: some go before all others, and some after them. */
export const PRIORITY = 1000;

/** Indexes of titles by their priorities; of equal ones as they stand. */
export function orderOf(priorities: readonly (number | undefined)[]): number[] {
  const of = (index: number) => priorities[index] ?? PRIORITY;
  return priorities.map((_, index) => index).sort((one, other) => of(one) - of(other) || one - other);
}

/** From so many on a list is a batch: a title has a line and no more, and failures are told in a table of their own. */
const BATCH = 21;

export const isBatch = ({ of }: { readonly of: number }): boolean => of >= BATCH;
