import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PackagerError } from '../../core/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { filesBelow } from '../helpers/titles/package.ts';
import { type Facts, INPUT } from './record.ts';

/** A title whose outputs are recorded. */
export interface RecordedTitle {
  /** Unique in its group. */
  readonly name: string;
  /** Paths of the inputs; made on first use. */
  inputs(): Promise<readonly string[]>;
  /** Ways to package it, by name. What differs between two runs of the same work must not be in the output. */
  readonly cells: Readonly<Record<string, (output: string) => Promise<unknown>>>;
}

/** Titles that share a record. */
export interface RecordedGroup {
  readonly name: string;
  readonly titles: readonly RecordedTitle[];
  /** Its inputs are in the repository, so that every machine compares them. */
  readonly isCommitted?: boolean;
  /** `npm test` tries each title in one of so many of its cells, in other ones the next, where there are as many; `npm run test:recorded` in all. @default 1 */
  readonly every?: number;
  /** Its inputs are not everywhere: without them, what is recorded stays as it is. */
  readonly isOptional?: boolean;
}

/** Bytes of SHA-256 that are kept: enough against chance, which is all that a changed file is. */
const HASH_BYTES = 8;

const hash = (bytes: string | Uint8Array): string =>
  createHash('sha256')
    .update(bytes)
    .digest('hex')
    .slice(0, 2 * HASH_BYTES);

/** The hash of an output. JSON reports say where the inputs lie, which is elsewhere on each machine: their names count. */
async function outputHash(path: string, inputs: readonly string[]): Promise<string> {
  if (!path.endsWith('.json')) return hash(await readFile(path));
  let text = await readFile(path, 'utf8');
  for (const input of inputs) text = text.replaceAll(JSON.stringify(input), JSON.stringify(basename(input)));
  return hash(text);
}

/** The hashes of a title's inputs. */
export async function inputFacts({ inputs }: RecordedTitle): Promise<Facts> {
  const facts = new Map<string, string>();
  for (const path of await inputs()) facts.set(INPUT + basename(path), hash(await readFile(path)));
  return facts;
}

/** Package a title in every way, and answer the hashes of all that was written. */
export async function outputFacts({ inputs, cells }: RecordedTitle): Promise<Facts> {
  const paths = await inputs();
  const facts = new Map<string, string>();
  for (const [cell, packageInto] of Object.entries(cells)) {
    const output = join(temporaryFolder('recorded'), 'out');
    const refusal = await packageInto(output).then(
      () => undefined,
      (error: unknown) => {
        if (PackagerError.is(error)) return error.code;
        throw error;
      },
    );
    if (refusal !== undefined) facts.set(cell, refusal);
    for (const file of await filesBelow(output))
      facts.set(`${cell}/${file}`, await outputHash(join(output, file), paths));
    await rm(dirname(output), { recursive: true });
  }
  return facts;
}
