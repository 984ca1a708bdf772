import type { TitleOptions } from '../contract/title-options.ts';
import type { PackageOptions } from '../engine/api.ts';
import { nameOfReference } from '../io/reference.ts';
import type { TitleHeading } from './display.ts';

/** How a title is called. */
export type TitleNames = Pick<TitleHeading, 'contentId' | 'inputs'>;

export const namesOf = ({ contentId, inputs }: Pick<TitleOptions, 'contentId' | 'inputs'>): TitleNames => ({
  contentId,
  inputs: inputs.map(nameOfReference),
});

/** The titles of a command, each made when it is asked for. An array of them is one. */
export interface Titles {
  readonly length: number;
  /** @param index from 0 @throws whatever stands in the way of its plugins, though it was checked before */
  at(index: number): PackageOptions | undefined;
  /** The same for looking alone, sooner: it has its plugins in common with others. @default `at` */
  look?(index: number): Pick<PackageOptions, 'title' | 'plugins'> | undefined;
  /** How one is called that cannot be made. */
  nameOf?(index: number): TitleNames;
  /** Their indexes as they are to be begun. @default one after the other */
  readonly order?: readonly number[];
}

/** The folder of a title of several, in one that they would else share. @param index from 0 */
export const ownFolder = (index: number): string => String(index + 1);

/** Each of them, one after the other as they stand. */
export function* eachTitle(titles: Titles): Generator<PackageOptions> {
  for (let index = 0; index < titles.length; index++) {
    const title = titles.at(index);
    if (title) yield title;
  }
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
