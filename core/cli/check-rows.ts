import { relative } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { fail } from '../base/errors.ts';
import { type Draft, titleDrafter } from '../config/draft.ts';
import type { PlacedRow } from '../config/types.ts';
import type { Plugin } from '../contract/packager.ts';
import { Clashes } from '../engine/clashes.ts';
import { previewer } from '../engine/preview.ts';
import type { CountProgress } from './count-progress.ts';
import { chosen } from './only.ts';
import type { Parts } from './parts.ts';
import { RowMistakes } from './row-mistakes.ts';
import type { TitleTemplate } from './title-template.ts';

/** Rows that are looked at in one go: then others have their turn, the user above all. */
const AT_ONCE = 100;

export interface CheckOptions {
  readonly template: TitleTemplate;
  readonly builtins: Parts['builtins'];
  /** Patterns of the titles that are meant. @default all */
  readonly only?: readonly string[] | undefined;
  /** A command that packages nothing needs no inputs, and writes nothing over anything. */
  readonly inputsOptional: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly progress: CountProgress;
}

/** Rows in which nothing is wrong. */
export interface CheckedRows {
  readonly rows: readonly PlacedRow[];
  /** Of each of them. */
  readonly priorities: readonly (number | undefined)[];
  /** Of a row once more, with plugins that it has in common with others. */
  draftOf(row: PlacedRow): Draft;
}

/**
 * Look through the rows of a manifest: at what is wrong with them, and what they would write over each other. What all have in common is
 * made and checked once, and of each no more is kept than has to be.
 * @throws PackagerError with all mistakes, each with its line
 */
export async function checkRows(all: readonly PlacedRow[], options: CheckOptions): Promise<CheckedRows> {
  const { template, builtins, only, inputsOptional, signal, progress } = options;
  const { config, path, cwd } = template;
  const draftOf = titleDrafter(config, { ...template, builtins, isTemplate: true });
  const pace = async (done: number, of: number): Promise<void> => {
    progress.at(done, of);
    if (done % AT_ONCE !== 0) return;
    await turn();
    if (signal?.aborted) throw fail.cancelled();
  };
  const rows = only ? await onlyRows(all, only, draftOf, pace) : all;
  const mistakes = new RowMistakes(path === undefined ? 'The command line' : relative(cwd, path));
  const previewOf = previewers();
  const clashes = new Clashes({ nameOf: (title) => places[title] ?? '' });
  const places: string[] = [];
  const priorities: (number | undefined)[] = [];
  for (const [index, row] of rows.entries()) {
    await pace(index, rows.length);
    const { where } = row;
    const { title, plugins, complaints, overrideComplaints, rowComplaints } = draftOf(row);
    priorities.push(title.priority);
    // A row that sets a field itself may not have what is wrong with that of the template.
    for (const complaint of [...overrideComplaints, ...complaints]) mistakes.ofTemplate(complaint);
    for (const complaint of rowComplaints) mistakes.ofRow(complaint, where);
    const isWhole = complaints.length + overrideComplaints.length + rowComplaints.length === 0;
    if (!isWhole) continue;
    if (title.inputs.length === 0) {
      if (!inputsOptional) mistakes.add(fail.missingOption('There is no input.', 'Give it `inputs`.'), where);
      continue;
    }
    const preview = await previewOf(plugins)(title);
    for (const { error } of preview.mistakes) mistakes.add(error, where);
    if (inputsOptional) continue;
    places.push(where);
    await clashes.add(preview);
  }
  for (const clash of clashes.found()) mistakes.addWhole(clash);
  mistakes.refuse(rows.length);
  return { rows, priorities, draftOf };
}

/** Previews of titles: rows of the same plugins, which most have in common, share one. */
function previewers(): (plugins: readonly Plugin[]) => ReturnType<typeof previewer> {
  let last: { readonly plugins: readonly Plugin[]; readonly of: ReturnType<typeof previewer> } | undefined;
  return (plugins) => {
    const isSame =
      last?.plugins.length === plugins.length && last.plugins.every((each, at) => each === plugins[at]);
    if (!last || !isSame) last = { plugins, of: previewer(plugins, { needsInputs: false }) };
    return last.of;
  };
}

/** By the names of their titles, as far as these can be made out: what is wrong with one that is not chosen is of no account. */
async function onlyRows(
  rows: readonly PlacedRow[],
  patterns: readonly string[],
  draftOf: (row: PlacedRow) => Draft,
  pace: (done: number, of: number) => Promise<void>,
): Promise<PlacedRow[]> {
  const named: Pick<Draft['title'], 'contentId' | 'inputs'>[] = [];
  for (const [index, row] of rows.entries()) {
    await pace(index, rows.length);
    const { contentId, inputs } = draftOf(row).title;
    named.push({ contentId, inputs });
  }
  return chosen(named, patterns).map((index) => rows[index]!);
}
