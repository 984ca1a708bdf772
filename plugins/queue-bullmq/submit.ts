import {
  canonicalReference,
  type ExtensionSurroundings,
  overridesOf,
  PRIORITY,
  prepareManifest,
  prepareTitles,
  printableName,
  type RunFlags,
  wholeNumber,
} from '../../core/cli/executable.ts';
import {
  type PackageOptions,
  Packager,
  type Plugin,
  resolveConfig,
  type TitleRow,
} from '../../core/index.ts';
import { queuePlace } from './connection.ts';
import { openQueue, type TitleQueue } from './driver.ts';
import { JOB_NAME, type JobData, jobId } from './job.ts';
import { beyondRow, fileOf, nameOfRow, plain, refuseSecrets, rowOf } from './row.ts';

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

/** What became of a title that was submitted. */
type Outcome = 'submitted' | 'again' | 'there' | 'published' | 'failed';

const ATTEMPTS = 5;
/** Milliseconds before the second try, in the mean; each further one waits twice as long. */
const BACKOFF = 5000;
/** Seconds for which a finished title is remembered, and not packaged twice. */
const REMEMBERED = 30 * 24 * 3600;

/** Put titles into a queue. @throws PackagerError before the first is in it, if anything is wrong with one of them */
export async function submit(
  inputs: readonly string[],
  flags: SubmitFlags,
  { shell, parts }: ExtensionSurroundings,
): Promise<void> {
  const place = queuePlace(flags.connection, shell.env);
  const forAll = wholeNumber('--priority', flags.priority, [1, 1_000_000]);
  const attempts = wholeNumber('--attempts', flags.attempts, [1, 100]) ?? ATTEMPTS;
  const submissions = await submissionsOf(inputs, flags, { shell, parts });
  for (const { row } of submissions) refuseSecrets(row);
  const jobs = await inTurns(submissions, jobOf);

  const opened = await openQueue(place, flags.queue);
  try {
    for (const { id, data, priority = PRIORITY } of jobs) {
      const options = {
        jobId: id,
        priority: forAll ?? priority,
        attempts,
        backoff: { type: 'exponential', delay: BACKOFF, jitter: 0.5 },
        removeOnComplete: { age: REMEMBERED },
        stackTraceLimit: 0,
      };
      const outcome = await put(opened.queue, id, data, options, flags.again === true);
      const { name } = data;
      shell.stdout.write(
        flags.json
          ? `${JSON.stringify({ id, name, outcome })}\n`
          : `${id}  ${printableName(name)}: ${wordsOf(outcome, data)}\n`,
      );
    }
  } finally {
    await opened.close();
  }
}

const WORDS: Readonly<Record<Outcome, string>> = {
  submitted: 'submitted',
  again: 'submitted once more',
  there: 'is in the queue already',
  published: 'was packaged already; --again --overwrite packages it once more',
  failed: 'has failed; --again, or `sealpack jobs retry`, tries it once more',
};

const wordsOf = (outcome: Outcome, { row }: JobData): string =>
  outcome === 'again' && !row.overwrite
    ? `${WORDS.again}; a package that is there is replaced with --overwrite alone`
    : WORDS[outcome];

async function put(
  queue: TitleQueue,
  id: string,
  data: JobData,
  options: Parameters<TitleQueue['add']>[2],
  again: boolean,
): Promise<Outcome> {
  const known = await queue.getJob(id);
  if (!known) {
    await queue.add(JOB_NAME, data, options);
    return 'submitted';
  }
  const state = await known.getState();
  if (state !== 'completed' && state !== 'failed') return 'there';
  if (!again) return state === 'completed' ? 'published' : 'failed';
  await known.updateData(data);
  await known.retry(state, { resetAttemptsMade: true, resetAttemptsStarted: true });
  return 'again';
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
  const submission = ({ title, plugins }: PackageOptions): Submission => ({
    row: rowOf(title, builtins.targets),
    beyond: beyondRow(title),
    priority: title.priority,
    plugins,
  });
  if (flags.manifest !== undefined) {
    const titles = await prepareManifest(flags.manifest, inputs, flags, shell, composition);
    return Array.from({ length: titles.length }, (_, index) => submission(titles.at(index)!));
  }
  if (flags.config !== undefined || overrides.preset || overrides.inputs === undefined) {
    const titles = await prepareTitles(inputs, flags, shell, composition);
    return titles.map(submission);
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

interface NewJob extends Pick<Submission, 'priority'> {
  readonly id: string;
  readonly data: JobData;
}

async function jobOf({ row, beyond, priority, plugins }: Submission): Promise<NewJob> {
  const { sources } = new Packager(plugins);
  const { signal } = new AbortController();
  const files = (row.inputs ?? []).map(fileOf);
  const looks = await inTurns(files, (file) => sources.of(file).look({ signal }));
  // What names one thing in two ways is one thing.
  const identities = files.map((file, index) => `${canonicalReference(file)} ${looks[index]!.identity}`);
  const data: JobData = { version: 1, name: nameOfRow(row), row, beyond };
  return { id: jobId({ row, beyond }, identities), data, priority };
}

/** One after the other: a catalogue has more inputs than a process may ask for at once. */
async function inTurns<T, R>(values: readonly T[], work: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const value of values) results.push(await work(value));
  return results;
}
