import type { PackageOptions } from '../engine/api.ts';

/** The titles of a command, each made when it is asked for. An array of them is one. */
export interface Titles {
  readonly length: number;
  /** @param index from 0 */
  at(index: number): PackageOptions | undefined;
}

/** From so many on a list is a batch: a title has a line and no more, and failures are told in a table of their own. */
const BATCH = 21;

export const isBatch = ({ of }: { readonly of: number }): boolean => of >= BATCH;
