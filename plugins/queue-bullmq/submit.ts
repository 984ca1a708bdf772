import {
  CountProgress,
  canonicalReference,
  type ExtensionSurroundings,
  findTitles,
  inTurns,
  overridesOf,
  printableName,
  RowMistakes,
  type RunFlags,
  type Shell,
  wholeNumber,
} from '../../core/cli/executable.ts';
import {
  fail,
  type PackageOptions,
  Packager,
  PackagerError,
  type Plugin,
  resolveConfig,
  type TitleRow,
} from '../../core/index.ts';
import { queuePlace } from './connection.ts';
import { howOf, type JobData, jobId } from './job.ts';
import { type NewJob, type Outcome, put, type Told } from './put.ts';
import { beyondRow, fileOf, nameOfRow, plain, refuseSecrets, rowOf } from './row.ts';
import { useQueue } from './use-queue.ts';

/** The options of `sealpack submit`. */
export interface SubmitFlags extends RunFlags {
  readonly connection?: string;
  readonly queue: string;
  readonly priority?: string;
  readonly attempts?: string;
  readonly again?: true;
}

/** A title, before it is a job. */
interface Submission {
  readonly row: TitleRow;
  readonly beyond: Readonly<Record<string, string>>;
  readonly priority?: number | undefined;
  /** What knows how to look at its inputs. */
  readonly plugins: readonly Plugin[];
}

/** Titles whose inputs are looked at, at a time: of a catalogue in a bucket each is a round trip. */
const LOOKS_AT_ONCE = 16;
/** Inputs that cannot be had, until no further ones are looked at. */
const ENOUGH = 20;

/** Put titles into a queue. @throws PackagerError before the first is in it, if anything is wrong with one of them */
export async function submit(
  inputs: readonly string[],
  flags: SubmitFlags,
  { shell, parts }: ExtensionSurroundings,
): Promise<void> {
  const place = queuePlace(flags, shell.env);
  const forAll = wholeNumber('--priority', flags.priority, [1, 1_000_000]);
  const attempts = wholeNumber('--attempts', flags.attempts, [1, 100]);
  const submissions = await submissionsOf(inputs, flags, { shell, parts });
  for (const { row } of submissions) refuseSecrets(row);
  const jobs = await jobsOf(submissions, flags, shell);

  await useQueue(place, flags.queue, async (queue) => {
    for (const [index, job] of jobs.entries()) {
      if (shell.signal.aborted) throw fail.cancelled(`${index} of ${jobs.length} titles were put in`);
      const wanted = { ...job, priority: forAll ?? job.priority, attempts };
      const told = await put(queue, wanted, flags.again === true);
      const { id, data } = job;
      shell.stdout.write(
        flags.json
          ? `${JSON.stringify({ id, name: data.name, ...told })}\n`
          : `${id}  ${printableName(data.name)}: ${wordsOf(told, data)}\n`,
      );
    }
  });
}

const WORDS: Readonly<Record<Outcome, string>> = {
  submitted: 'submitted',
  again: 'submitted once more',
  there: 'is in the queue already',
  moved: 'is in the queue already',
  changed: 'is in the queue already, to be packaged as it is asked for now',
  running: 'is being packaged now',
  published: 'was packaged already; --again --overwrite packages it once more',
  failed: 'has failed; --again, or `sealpack jobs retry`, tries it once more',
};

function wordsOf({ outcome, priority }: Told, { row }: JobData): string {
  if (priority !== undefined) return `${WORDS[outcome]}, with priority ${priority} now`;
  // Tried once more by `jobs retry` it would be written as it was asked for before.
  if (outcome === 'failed' && Object.keys(howOf(row)).length > 0)
    return 'has failed; --again tries it once more, as it is asked for now';
  return outcome === 'again' && !row.overwrite
    ? `${WORDS.again}; a package that is there is replaced with --overwrite alone`
    : WORDS[outcome];
}

/** The titles of a config, or of the command line alone, which needs no config: the workers have theirs. */
async function submissionsOf(
  inputs: readonly string[],
  flags: SubmitFlags,
  { shell, parts }: Pick<ExtensionSurroundings, 'shell' | 'parts'>,
): Promise<readonly Submission[]> {
  const composition = await parts();
  const { builtins } = composition;
  const overrides = overridesOf(inputs, flags);
  const { cwd } = shell;
  const submission = ({ title, plugins }: Pick<PackageOptions, 'title' | 'plugins'>): Submission => ({
    row: rowOf(title, builtins.targets),
    beyond: beyondRow(title),
    priority: title.priority,
    plugins,
  });
  const isList = flags.manifest !== undefined || flags.config !== undefined;
  if (isList || overrides.preset || overrides.inputs === undefined) {
    const titles = await findTitles(inputs, flags, shell, composition);
    const submissions: Submission[] = [];
    for (let index = 0; index < titles.length; index++) {
      const title = titles.look?.(index) ?? titles.at(index);
      if (title) submissions.push(submission(title));
    }
    return submissions;
  }
  // Plugins are the workers' own; here are those that look at inputs.
  const plugins = Object.keys(builtins.plugins).filter((name) => /^(source|store)-/.test(name));
  const resolved = resolveConfig({ plugins }, { builtins, base: cwd, cwd, overrides });
  const { title } = resolved;
  const inputsAsSeen = rowOf({ ...title, targets: [] }).inputs;
  const { preset: _, ...given } = overrides;
  const row = { ...given, inputs: inputsAsSeen, output: overrides.output && title.output };
  return [{ row: plain(row), beyond: {}, plugins: resolved.plugins }];
}

/** Look at the inputs of all titles. @throws PackagerError of each input that cannot be had; CANCELLED */
async function jobsOf(
  submissions: readonly Submission[],
  { quiet, json }: SubmitFlags,
  { signal, stderr }: Shell,
): Promise<NewJob[]> {
  const progress = new CountProgress(quiet || json ? undefined : stderr, 'looking at the inputs');
  const packagerOf = packagers();
  progress.at(0, submissions.length);
  const errors: { readonly index: number; readonly input: number; readonly error: PackagerError }[] = [];
  const isEnough = () => signal.aborted || errors.length >= ENOUGH;
  let done = 0;
  const look = async ({ plugins, ...submission }: Submission, index: number): Promise<NewJob | undefined> => {
    if (isEnough()) return undefined;
    const { sources } = packagerOf(plugins);
    // One that is named for several of its tracks is looked at once.
    const files = [...new Set((submission.row.inputs ?? []).map(fileOf))];
    const identities = await inTurns(files, async (file, input) => {
      if (isEnough()) return [];
      try {
        const { identity } = await sources.of(file).look({ signal });
        return [[file, identity] as const];
      } catch (cause) {
        errors.push({ index, input, error: PackagerError.from(cause) });
        return [];
      }
    });
    progress.at(++done, submissions.length);
    return jobOf(submission, new Map(identities.flat()));
  };
  const jobs = await inTurns(submissions, look, LOOKS_AT_ONCE).finally(() => progress.end());
  if (signal.aborted) throw fail.cancelled('no title was put in');
  const mistakes = new RowMistakes('The command line');
  errors.sort((one, other) => one.index - other.index || one.input - other.input);
  for (const { index, error } of errors)
    mistakes.add(error, submissions.length > 1 ? nameOfRow(submissions[index]!.row) : '');
  const end = errors.length >= ENOUGH ? 'No further input was looked at.' : undefined;
  mistakes.refuse(submissions.length, 'No title was put in:', end);
  return jobs.flatMap((job) => job ?? []);
}

/** Packagers of plugins, which most titles have in common. */
function packagers(): (plugins: readonly Plugin[]) => Packager {
  let last: { readonly plugins: readonly Plugin[]; readonly packager: Packager } | undefined;
  return (plugins) => {
    if (last?.plugins !== plugins) last = { plugins, packager: new Packager(plugins) };
    return last.packager;
  };
}

/** @param identities of its inputs */
function jobOf(
  { row, beyond, priority }: Omit<Submission, 'plugins'>,
  identities: ReadonlyMap<string, string>,
): NewJob {
  const files = (row.inputs ?? []).map(fileOf);
  // What names one thing in two ways is one thing.
  const seen = files.map((file) => `${canonicalReference(file)} ${identities.get(file)}`);
  const data: JobData = { version: 1, name: nameOfRow(row), row, beyond };
  return { id: jobId({ row, beyond }, seen), data, priority };
}
