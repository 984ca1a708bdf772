import { dirname } from 'node:path';
import { fail, type PackagerError } from '../base/errors.ts';
import { canonicalReference, schemeOf, shownReference } from '../io/reference.ts';
import { canonicalPath } from '../io/same-path.ts';
import { filesOf } from './inputs.ts';
import type { PlannedOutput } from './planned-outputs.ts';
import type { Preview } from './preview.ts';

type Looked = Pick<Preview, 'title' | 'outputs'>;

interface Owned extends PlannedOutput {
  /** From 0. */
  readonly title: number;
}

/** Makes names comparable; `canonicalName`, unless a test has a file system of its own. */
type Canonical = (path: string) => Promise<string>;

/** In a store nobody can look behind names. */
const canonicalName: Canonical = async (name) =>
  schemeOf(name) === undefined ? canonicalPath(name) : canonicalReference(name);

/**
 * What titles of one run would write over each other, or over their inputs: a line for each pair of titles.
 * Paths are compared as the file system would.
 */
export async function findClashes(
  titles: readonly Looked[],
  canonical: Canonical = canonicalName,
): Promise<PackagerError[]> {
  const owned: [path: string, output: Owned][] = [];
  for (const [title, { outputs }] of titles.entries()) {
    for (const output of outputs) owned.push([await canonical(output.path), { ...output, title }]);
  }
  const clashes = new Map<string, { error: () => PackagerError }>();
  const note = (one: number, other: number, error: () => PackagerError) => {
    const pair = `${Math.min(one, other)}/${Math.max(one, other)}`;
    if (!clashes.has(pair)) clashes.set(pair, { error });
  };

  const byPath = new Map<string, Owned>();
  for (const [path, output] of owned) {
    const first = byPath.get(path);
    if (first) note(first.title, output.title, () => sameOutput(first, output, titles.length));
    else byPath.set(path, output);
  }
  for (const [path, output] of owned) {
    for (const above of foldersAbove(path)) {
      const outer = byPath.get(above);
      // A report may lie in its own title's folder: it is written when that is in its place.
      if (!outer || (outer.title === output.title && output.isReport)) continue;
      note(outer.title, output.title, () => insideOutput(output, outer, titles.length));
    }
  }
  for (const [title, { title: options }] of titles.entries()) {
    for (const input of filesOf(options)) {
      const path = await canonical(input);
      const over = [path, ...foldersAbove(path)].flatMap((place) => byPath.get(place) ?? [])[0];
      if (over) note(over.title, title, () => overInput(over, shownReference(input), title, titles.length));
    }
  }
  return [...clashes.values()].map(({ error }) => error());
}

function* foldersAbove(path: string): Generator<string> {
  for (let [at, above] = [path, dirname(path)]; above !== at; [at, above] = [above, dirname(above)])
    yield above;
}

/** `Title 2`, or nothing to say where there is one alone. */
const named = (title: number, of: number): string => (of > 1 ? `Title ${title + 1}` : 'The title');

function sameOutput(one: Owned, other: Owned, of: number): PackagerError {
  const isOne = one.title === other.title;
  const who = isOne
    ? `${of > 1 ? `Title ${one.title + 1}: ` : ''}${one.by === other.by ? `two inputs (${one.by})` : `${one.by} and ${other.by}`}`
    : `Titles ${one.title + 1} and ${other.title + 1} (${one.by === other.by ? one.by : `${one.by} and ${other.by}`})`;
  return fail.outputsClash(`${who} would both write ${other.path}.`, advice(one, other));
}

function insideOutput(inner: Owned, outer: Owned, of: number): PackagerError {
  const whose = outer.title === inner.title ? 'its own' : named(outer.title, of).toLowerCase();
  return fail.outputsClash(
    `${named(inner.title, of)} (${inner.by}) would write ${inner.path}, which is inside ${outer.path} of ${whose} (${outer.by}).`,
    advice(inner, outer),
  );
}

const overInput = (output: Owned, input: string, title: number, of: number): PackagerError =>
  fail.outputsClash(
    `${named(output.title, of)} (${output.by}) would write ${output.path} over ${input}, an input of ${named(title, of).toLowerCase()}.`,
    'Choose another `output` folder.',
  );

function advice(one: Owned, other: Owned): string {
  if (one.isReport && other.isReport) {
    return "Give the report a name for each title: file: '[content-id].json' or '[name].xml', or choose other `output` folders.";
  }
  if (one.title !== other.title)
    return 'Give each title an `output` folder of its own, or rename the inputs.';
  return 'Give one of them another name (the option `folder`, or `file`), or package them as two titles.';
}
