import { fail, PackagerError } from '../base/errors.ts';
import { readManifest } from '../config/manifest-file.ts';
import type { PlacedRow } from '../config/types.ts';
import type { PackageOptions } from '../engine/api.ts';
import { findClashes } from '../engine/clashes.ts';
import { type Preview, previewTitle } from '../engine/preview.ts';
import { chosen } from './only.ts';
import type { Parts } from './parts.ts';
import type { RunFlags } from './program.ts';
import type { Shell } from './shell.ts';
import { loadTemplate, type TitleTemplate, titleOfRow } from './title-template.ts';
import { orderOf, type TitleNames, type Titles } from './titles.ts';

/** So many mistakes are told: who has made more has most often made one. */
const MOST_TOLD = 50;

/**
 * The titles of a manifest. What is wrong with rows, and what they would write over each other, is found here, before any of them
 * runs; whether their inputs are there shows when each of them does.
 * @throws PackagerError with all mistakes, each with its line
 */
export async function prepareManifest(
  file: string,
  inputs: readonly string[],
  flags: RunFlags,
  shell: Pick<Shell, 'cwd' | 'env'>,
  parts: Parts,
): Promise<Titles> {
  const template = await loadTemplate({ ...flags, input: [...inputs, ...(flags.input ?? [])] }, shell, parts);
  const rows = await readManifest(file, shell.cwd);
  const { titles, mistakes } = await lookThrough(rows, flags, template, parts);
  refuse([...mistakes, ...(await findClashes(titles))]);
  const order = orderOf(titles.map(({ title }) => title.priority));
  return new RowTitles({ rows: titles.map(({ row }) => row), order, template, parts });
}

/** A row with what its title writes: its plugins are made again when it runs. */
interface Looked extends Pick<Preview, 'title' | 'outputs'> {
  readonly row: PlacedRow;
}

async function lookThrough(
  all: readonly PlacedRow[],
  { only }: Pick<RunFlags, 'only'>,
  template: TitleTemplate,
  parts: Parts,
): Promise<{ titles: readonly Looked[]; mistakes: PackagerError[] }> {
  const titles: Looked[] = [];
  const mistakes: PackagerError[] = [];
  const rows = only ? onlyRows(all, only, template, parts) : all;
  for (const row of rows) {
    try {
      const { title, plugins } = titleOfRow(row, template, parts);
      const preview = await previewTitle({ title, plugins }, { needsInputs: false });
      mistakes.push(...preview.mistakes.map(({ error }) => atRow(error, row)));
      titles.push({ row, title, outputs: preview.outputs });
    } catch (cause) {
      if (!PackagerError.is(cause)) throw cause;
      mistakes.push(cause);
    }
  }
  return { titles, mistakes };
}

/** By the names of their titles, as far as these can be made out: what is wrong with one that is not chosen is of no account. */
function onlyRows(
  rows: readonly PlacedRow[],
  patterns: readonly string[],
  template: TitleTemplate,
  parts: Parts,
): PlacedRow[] {
  const named = rows.map((row) => {
    try {
      return titleOfRow(row, template, parts, { checked: true }).title;
    } catch {
      return { contentId: undefined, inputs: [] };
    }
  });
  return chosen(named, patterns).map((index) => rows[index]!);
}

const atRow = (error: PackagerError, { where }: PlacedRow): PackagerError =>
  new PackagerError({ ...error.toJSON(), message: `${where}: ${error.message}` }, { cause: error.cause });

function refuse(mistakes: readonly PackagerError[]): void {
  const [first] = mistakes;
  if (!first) return;
  if (mistakes.length === 1) throw first;
  const lines = [...new Set(mistakes.flatMap(linesOf))];
  const more = lines.length - MOST_TOLD;
  const told = more > 0 ? [...lines.slice(0, MOST_TOLD), `and ${more} more`] : lines;
  throw fail.several('Nothing was packaged:', told, first);
}

/** A sentence each; those of a row that is not valid have a head of their own. */
function linesOf({ message, hint, code }: PackagerError): string[] {
  const [head = '', ...below] = message.split('\n');
  if (code === 'INVALID_CONFIG' && below.length > 0) return below.map((line) => line.trim());
  return [hint ? `${head} ${hint}` : head];
}

interface RowTitlesParts {
  readonly rows: readonly PlacedRow[];
  readonly order: readonly number[];
  readonly template: TitleTemplate;
  readonly parts: Parts;
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
    const { rows, template, parts } = this.#by;
    const row = rows[index];
    return row && titleOfRow(row, template, parts, { checked: true });
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
