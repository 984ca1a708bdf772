import { createHash } from 'node:crypto';
import { canonical, nameOfReference, secretsOf, shownReference } from '../../core/cli/executable.ts';
import {
  type Builtins,
  fail,
  type Input,
  type TargetReference,
  type TitleOptions,
  type TitleRow,
} from '../../core/index.ts';
import type { JobData } from './job.ts';

/** Of a title's options: what a row says, and what is said of it elsewhere. */
const IN_THE_ROW: ReadonlySet<string> = new Set([
  ...['contentId', 'inputs', 'choices', 'output', 'modes', 'segmentDuration', 'clear', 'targets'],
  ...['overwrite', 'verify', 'workers', 'priority'],
]);

/**
 * The row of a title of a config: all that options of a command can say.
 * @throws PackagerError INVALID_OPTION when a target is none that a worker has by name
 */
export function rowOf(title: TitleOptions, targets: Builtins['targets'] = {}): TitleRow {
  const {
    contentId,
    choices = [],
    output,
    modes,
    segmentDuration,
    clear,
    overwrite,
    verify,
    workers,
  } = title;
  const inputs = title.inputs.map((file, index): Input => {
    const choice = choices[index];
    return choice ? { file, ...choice } : file;
  });
  const named = title.targets?.map(({ name }): TargetReference => {
    if (Object.hasOwn(targets, name)) return name;
    throw fail.invalidOption(
      `The target ${name} is not built in, and a job holds names alone.`,
      'Put it into the config of the workers.',
    );
  });
  return plain({
    contentId,
    inputs,
    output,
    modes,
    segmentDuration,
    clear: clear.length > 0 ? clear : undefined,
    targets: named,
    overwrite: overwrite || undefined,
    verify,
    workers,
  });
}

/** What a title says beyond its row, by field: hashes, which tell nothing but whether two are equal. */
export function beyondRow(title: TitleOptions): Record<string, string> {
  const said = Object.entries(title).filter(([name, value]) => !IN_THE_ROW.has(name) && value !== undefined);
  return Object.fromEntries(
    said.map(([name, value]) => [
      name,
      createHash('sha256').update(canonical(value)).digest('hex').slice(0, 16),
    ]),
  );
}

/**
 * What the submitter's config says, the worker's has to say as well: it is that one which counts.
 * @throws PackagerError INVALID_CONFIG with the fields that differ
 */
export function refuseOtherOptions({ beyond }: Pick<JobData, 'beyond'>, title: TitleOptions): void {
  const own = beyondRow(title);
  const others = Object.keys(beyond).filter((name) => beyond[name] !== own[name]);
  if (others.length === 0) return;
  throw fail.invalidConfig(
    "The worker's config",
    others.map((name) => `${name}: the config that the title was submitted with says something else.`),
  );
}

/**
 * Whoever may look into the queue sees rows.
 * @throws PackagerError INVALID_OPTION when an input or the output holds what nobody may see
 */
export function refuseSecrets({ inputs = [], output }: TitleRow): void {
  const references = [...inputs.map(fileOf), ...(output === undefined ? [] : [output])];
  const secret = references.find((reference) => secretsOf(reference).length > 0 || hasUser(reference));
  if (secret === undefined) return;
  throw fail.invalidOption(
    `${shownReference(secret)} holds a user name, a query or a fragment, and a job may hold no secrets.`,
    'Give the reference without them, and let the config of the workers say who they are.',
  );
}

/** Credentials too short for `secretsOf` to look for in texts are credentials all the same. */
const hasUser = (reference: string): boolean => shownReference(reference) !== reference;

/** How lists call a title. */
export const nameOfRow = ({ contentId, inputs = [] }: TitleRow): string =>
  contentId ?? (inputs[0] === undefined ? 'title' : nameOfReference(fileOf(inputs[0])));

export const fileOf = (input: Input): string =>
  String(typeof input === 'string' || input instanceof URL ? input : input.file);

/** As JSON has it. */
export const plain = (row: TitleRow): TitleRow => JSON.parse(JSON.stringify(row));
