import { dirname } from 'node:path';
import { fail, type PackagerError } from '../base/errors.ts';
import { canonicalReference, schemeOf, shownReference } from '../io/reference.ts';
import { canonicalPaths } from '../io/same-path.ts';
import { filesOf } from './inputs.ts';
import type { PlannedOutput } from './planned-outputs.ts';
import type { Preview } from './preview.ts';

type Looked = Pick<Preview, 'title' | 'outputs'>;

interface Owned extends PlannedOutput {
  /** From 0. */
  readonly title: number;
}

/** Makes names comparable. */
type Canonical = (path: string) => Promise<string>;

export interface ClashesOptions {
  /** @default `canonicalPaths`, unless a test has a file system of its own */
  readonly canonical?: Canonical;
  /** How a title is called, from 0. @default its number, where there are several */
  nameOf?(title: number): string;
}

/** What titles of one run would write over each other, or over their inputs: a line for each pair of titles. */
export async function findClashes(
  titles: Iterable<Looked>,
  options: ClashesOptions = {},
): Promise<PackagerError[]> {
  const clashes = new Clashes(options);
  for (const title of titles) await clashes.add(title);
  return clashes.found();
}

/** The same title by title: of each no more is kept than its names. Paths are compared as the file system would. */
export class Clashes {
  readonly #canonical: Canonical;
  readonly #nameOf: ((title: number) => string) | undefined;
  readonly #byPath = new Map<string, Owned>();
  /** What more than one title would write, by its path. */
  readonly #doubles = new Map<string, { readonly one: Owned; readonly other: Owned; more: number }>();
  readonly #pairs = new Set<string>();
  readonly #inputs: { readonly path: string; readonly input: string; readonly title: number }[] = [];
  #titles = 0;

  constructor({ canonical = canonicalPaths(), nameOf }: ClashesOptions = {}) {
    // In a store nobody can look behind names.
    this.#canonical = async (name) =>
      schemeOf(name) === undefined ? canonical(name) : canonicalReference(name);
    this.#nameOf = nameOf;
  }

  async add({ outputs, title: options }: Looked): Promise<void> {
    const title = this.#titles++;
    for (const output of outputs) {
      const path = await this.#canonical(output.path);
      const owned = { ...output, title };
      const first = this.#byPath.get(path);
      if (!first) this.#byPath.set(path, owned);
      else if (this.#isNew(first.title, title)) {
        const double = this.#doubles.get(path);
        if (double) double.more++;
        else this.#doubles.set(path, { one: first, other: owned, more: 0 });
      }
    }
    for (const input of filesOf(options))
      this.#inputs.push({ path: await this.#canonical(input), input, title });
  }

  /** Each pair of titles is told once. */
  #isNew(one: number, other: number): boolean {
    const pair = `${Math.min(one, other)}/${Math.max(one, other)}`;
    const { size } = this.#pairs;
    return this.#pairs.add(pair).size > size;
  }

  found(): PackagerError[] {
    const named = new Naming(this.#titles, this.#nameOf);
    const errors = [...this.#doubles.values()].map(({ one, other, more }) =>
      sameOutput(one, other, more, named),
    );
    for (const [path, output] of this.#byPath) {
      for (const above of foldersAbove(path)) {
        const outer = this.#byPath.get(above);
        // A report may lie in its own title's folder: it is written when that is in its place.
        if (!outer || (outer.title === output.title && output.isReport)) continue;
        if (this.#isNew(outer.title, output.title)) errors.push(insideOutput(output, outer, named));
      }
    }
    for (const { path, input, title } of this.#inputs) {
      const over = [path, ...foldersAbove(path)].flatMap((place) => this.#byPath.get(place) ?? [])[0];
      if (over && this.#isNew(over.title, title))
        errors.push(overInput(over, shownReference(input), title, named));
    }
    return errors;
  }
}

function* foldersAbove(path: string): Generator<string> {
  for (let [at, above] = [path, dirname(path)]; above !== at; [at, above] = [above, dirname(above)])
    yield above;
}

/** How sentences call titles: `Title 2`, or what a list has for it; where there is one alone, `The title`. */
class Naming {
  readonly #of: number;
  readonly #nameOf: ((title: number) => string) | undefined;

  constructor(of: number, nameOf: ((title: number) => string) | undefined) {
    this.#of = of;
    this.#nameOf = nameOf;
  }

  get isList(): boolean {
    return this.#of > 1;
  }

  one(title: number): string {
    return this.isList ? (this.#nameOf?.(title) ?? `Title ${title + 1}`) : 'The title';
  }

  /** In the middle of a sentence. */
  within(title: number): string {
    return this.isList && this.#nameOf ? this.#nameOf(title) : this.one(title).toLowerCase();
  }

  /** @param more how many there are besides */
  several(one: number, other: number, more: number): string {
    const names = this.#nameOf
      ? [this.#nameOf(one), this.#nameOf(other)]
      : [`Titles ${one + 1}`, `${other + 1}`];
    return more === 0 ? names.join(' and ') : `${names.join(', ')} and ${more} more`;
  }
}

function sameOutput(one: Owned, other: Owned, more: number, named: Naming): PackagerError {
  const both = more > 0 ? 'all' : 'both';
  const isOne = one.title === other.title;
  const who = isOne
    ? `${named.isList ? `${named.one(one.title)}: ` : ''}${one.by === other.by ? `two inputs (${one.by})` : `${one.by} and ${other.by}`}`
    : `${named.several(one.title, other.title, more)} (${one.by === other.by ? one.by : `${one.by} and ${other.by}`})`;
  return fail.outputsClash(`${who} would ${both} write ${other.path}.`, advice(one, other));
}

function insideOutput(inner: Owned, outer: Owned, named: Naming): PackagerError {
  const whose = outer.title === inner.title ? 'its own' : named.within(outer.title);
  return fail.outputsClash(
    `${named.one(inner.title)} (${inner.by}) would write ${inner.path}, which is inside ${outer.path} of ${whose} (${outer.by}).`,
    advice(inner, outer),
  );
}

const overInput = (output: Owned, input: string, title: number, named: Naming): PackagerError =>
  fail.outputsClash(
    `${named.one(output.title)} (${output.by}) would write ${output.path} over ${input}, an input of ${named.within(title)}.`,
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
