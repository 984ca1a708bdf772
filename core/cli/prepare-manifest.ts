import { basename } from 'node:path';
import type { Draft } from '../config/draft.ts';
import { readManifest } from '../config/manifest-file.ts';
import type { PlacedRow } from '../config/types.ts';
import type { PackageOptions } from '../engine/api.ts';
import { checkRows } from './check-rows.ts';
import { CountProgress } from './count-progress.ts';
import { printableName } from './format.ts';
import type { TitleParts } from './parts.ts';
import type { RunFlags } from './program.ts';
import type { Shell } from './shell.ts';
import { loadTemplate, type TitleTemplate, titleOfRow } from './title-template.ts';
import { orderOf, type TitleNames, type Titles } from './titles.ts';

/**
 * The titles of a manifest. What is wrong with rows, and what they would write over each other, is found here, before any of them
 * runs; whether their inputs are there shows when each of them does. How far it is, is told on standard error.
 * @throws PackagerError with all mistakes, each with its line; CANCELLED
 */
export async function prepareManifest(
  file: string,
  inputs: readonly string[],
  flags: RunFlags,
  shell: Pick<Shell, 'cwd' | 'env'> & Partial<Pick<Shell, 'signal' | 'stderr'>>,
  parts: TitleParts,
): Promise<Titles> {
  const { signal, stderr } = shell;
  const template = await loadTemplate({ ...flags, input: [...inputs, ...(flags.input ?? [])] }, shell, parts);
  const progress = new CountProgress(
    flags.quiet || flags.json ? undefined : stderr,
    `checking ${printableName(basename(file))}`,
  );
  const isOptional = parts.inputs === 'optional';
  try {
    const all = await readManifest(file, shell.cwd);
    const { builtins } = parts;
    const options = { template, builtins, only: flags.only, inputsOptional: isOptional, signal, progress };
    const { rows, priorities, draftOf } = await checkRows(all, options);
    return new RowTitles({ rows, order: orderOf(priorities), template, parts, isOptional, draftOf });
  } finally {
    progress.end();
  }
}

interface RowTitlesParts {
  readonly rows: readonly PlacedRow[];
  readonly order: readonly number[];
  readonly template: TitleTemplate;
  readonly parts: TitleParts;
  /** Of a row that was checked, with plugins that others have too. */
  draftOf(row: PlacedRow): Draft;
  /** Titles without an input do. */
  readonly isOptional: boolean;
}

/** Made when they are asked for: a batch has thousands, and each has plugins of its own. */
class RowTitles implements Titles {
  readonly #by: RowTitlesParts;

  constructor(by: RowTitlesParts) {
    this.#by = by;
  }

  get length(): number {
    return this.#by.rows.length;
  }

  get order(): readonly number[] {
    return this.#by.order;
  }

  at(index: number): PackageOptions | undefined {
    const { rows, template, parts, isOptional } = this.#by;
    const row = rows[index];
    return row && titleOfRow(row, template, parts, { checked: true, inputsOptional: isOptional });
  }

  look(index: number): Draft | undefined {
    const row = this.#by.rows[index];
    return row && this.#by.draftOf(row);
  }

  /** What it has for inputs may need its template; its place is what the user can look up. */
  nameOf(index: number): TitleNames {
    const { row: { contentId } = {}, where } = this.#by.rows[index] ?? {};
    return {
      contentId: typeof contentId === 'string' ? contentId : undefined,
      inputs: where === undefined ? [] : [where],
    };
  }
}
