import {
  alignRows,
  type ExtensionSurroundings,
  printable,
  printableName,
  wholeNumber,
} from '../../core/cli/executable.ts';
import { fail } from '../../core/index.ts';
import { queuePlace } from './connection.ts';
import { migratePostgres, type TitleJob, type TitleQueue } from './driver.ts';
import { AWAITS_OUTPUT, type JobProgress } from './job.ts';
import { useQueue } from './use-queue.ts';

/** The options of the commands below `sealpack jobs`. */
export interface JobsFlags {
  readonly connection?: string;
  readonly queue: string;
  readonly state?: string;
  readonly limit?: string;
  readonly failed?: true;
  readonly waiting?: true;
  readonly json?: true;
}

/** What BullMQ calls the states that we name. */
const STATES = {
  active: ['active'],
  waiting: ['waiting', 'prioritized'],
  delayed: ['delayed'],
  failed: ['failed'],
  completed: ['completed'],
} as const;

type State = keyof typeof STATES;

export async function listJobs(flags: JobsFlags, { shell }: ExtensionSurroundings): Promise<void> {
  const states = statesOf(flags.state);
  const limit = wholeNumber('--limit', flags.limit, [1, 1_000_000]) ?? 100;
  await withQueue(flags, shell.env, async (queue) => {
    const rows: string[][] = [];
    let left = limit;
    for (const state of states) {
      for await (const job of jobsIn(queue, STATES[state], left)) {
        if (shell.signal.aborted) throw fail.cancelled('nothing was changed');
        left--;
        if (flags.json) shell.stdout.write(`${JSON.stringify(jsonOf(job, state))}\n`);
        else rows.push([job.id ?? '', state, printableName(job.data.name), wordOf(job, state)]);
      }
    }
    for (const row of alignRows(rows)) shell.stdout.write(`${printable(row)}\n`);
    if (rows.length === 0 && !flags.json) shell.stdout.write('No titles.\n');
  });
}

function statesOf(text: string | undefined): readonly State[] {
  const all = Object.keys(STATES) as State[];
  if (text === undefined) return all;
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !Object.hasOwn(STATES, name));
  if (wrong !== undefined)
    throw fail.invalidOption('--state: there is no such state.', `There are ${all.join(', ')}.`);
  return names as State[];
}

/** A job as JSON has it. */
const jsonOf = (job: TitleJob, state: State) => ({
  id: job.id,
  name: job.data.name,
  state,
  row: job.data.row,
  progress: progressOf(job),
  result: job.returnvalue ?? undefined,
  error: job.failedReason,
  attempts: job.attemptsMade,
  submitted: timeOf(job.timestamp),
  begun: timeOf(job.processedOn),
  ended: timeOf(job.finishedOn),
});

const timeOf = (time: number | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time).toISOString();

/** Before a worker has said anything, BullMQ has a number there. */
export const progressOf = ({ progress }: TitleJob): JobProgress | undefined =>
  typeof progress === 'object' ? (progress as JobProgress) : undefined;

function wordOf(job: TitleJob, state: State): string {
  const progress = progressOf(job);
  switch (state) {
    case 'active':
      return progress ? `${progress.percent} %, ${progress.stage}` : '';
    case 'failed':
      return job.failedReason ?? '';
    case 'delayed':
      if (progress?.stage === AWAITS_OUTPUT)
        return 'another run has its output; begun again when that has ended';
      return `after ${job.attemptsMade} of ${job.opts.attempts ?? 1} tries: ${job.failedReason ?? ''}`;
    case 'completed':
      return job.returnvalue?.outcome === 'already-published' ? 'already published' : 'published';
    case 'waiting':
      return '';
  }
}

/** Put failed titles into the queue once more; what somebody has cancelled only by its id. @returns the exit status: 1 when one of them is not there, or has not failed */
export async function retryJobs(
  ids: readonly string[],
  flags: JobsFlags,
  { shell }: ExtensionSurroundings,
): Promise<number> {
  requireSome(ids, flags.failed, '--failed');
  const all = { states: flags.failed ? STATES.failed : [], isMeant: ({ data }: TitleJob) => !data.cancelled };
  return eachJob(ids, all, flags, shell, async (job) => {
    if ((await job.getState()) !== 'failed') return 'has not failed';
    const { cancelled: _, ...data } = job.data;
    await job.updateData(data);
    await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
    return undefined;
  });
}

/** Take titles out of the queue. @returns the exit status: 1 when one of them is not there, or has ended */
export async function cancelJobs(
  ids: readonly string[],
  flags: JobsFlags,
  { shell }: ExtensionSurroundings,
): Promise<number> {
  requireSome(ids, flags.waiting, '--waiting');
  const states = flags.waiting ? [...STATES.waiting, ...STATES.delayed] : [];
  return eachJob(ids, { states, isMeant: () => true }, flags, shell, async (job) => {
    const state = await job.getState();
    if (state === 'completed' || state === 'failed')
      return `has ${state === 'failed' ? 'failed' : 'been packaged'} already`;
    // The worker that has it looks at this; one that takes it up in this moment too.
    await job.updateData({ ...job.data, cancelled: true });
    if (state !== 'active') await job.remove().catch(() => {});
    return undefined;
  });
}

function requireSome(ids: readonly string[], all: true | undefined, option: string): void {
  if (ids.length === 0 && !all)
    throw fail.missingOption(
      'No title is named.',
      `Name its id, as \`sealpack jobs list\` has it, or pass ${option}.`,
    );
}

/** Titles that are meant without being named. */
interface AllIn {
  readonly states: readonly (typeof STATES)[State][number][];
  isMeant(job: TitleJob): boolean;
}

async function eachJob(
  ids: readonly string[],
  { states, isMeant }: AllIn,
  flags: JobsFlags,
  { env, stdout, stderr, signal }: ExtensionSurroundings['shell'],
  change: (job: TitleJob) => Promise<string | undefined>,
): Promise<number> {
  return withQueue(flags, env, async (queue) => {
    const all = new Set(ids);
    // Listed before the first is changed: then they are in other states.
    if (states.length > 0)
      for await (const job of jobsIn(queue, states)) if (isMeant(job)) all.add(job.id ?? '');
    let status = 0;
    let done = 0;
    for (const id of all) {
      if (signal.aborted) throw fail.cancelled(`${done} of ${all.size} titles were seen to`);
      done++;
      const job = await queue.getJob(id);
      const refusal = job ? await change(job) : 'is not in the queue';
      if (refusal === undefined) stdout.write(`${printable(id)}\n`);
      else {
        stderr.write(`${printable(id)} ${refusal}\n`);
        status = 1;
      }
    }
    return status;
  });
}

/** Jobs that are read at once: each is a question of its own. */
const PAGE = 500;

/** The jobs in some states, of each the newest first. */
async function* jobsIn(
  queue: TitleQueue,
  states: readonly (typeof STATES)[State][number][],
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<TitleJob> {
  let left = most;
  for (const state of states) {
    for (let start = 0; left > 0; start += PAGE) {
      const asked = Math.min(PAGE, left);
      const jobs: (TitleJob | undefined)[] = await queue.getJobs([state], start, start + asked - 1, false);
      // One that is gone by now has no more than its place.
      const there = jobs.filter((job) => job !== undefined);
      yield* there;
      left -= there.length;
      if (jobs.length < asked) break;
    }
  }
}

/** Make the tables in PostgreSQL. */
export async function migrate(flags: JobsFlags, { shell }: ExtensionSurroundings): Promise<void> {
  const place = queuePlace(flags, shell.env);
  if (place.kind === 'redis') {
    shell.stdout.write('Redis needs no tables.\n');
    return;
  }
  await migratePostgres(place);
  shell.stdout.write(`The tables in ${place.shown} are there, and up to date.\n`);
}

const withQueue = <T>(
  { connection, queue }: Pick<JobsFlags, 'connection' | 'queue'>,
  env: Readonly<Record<string, string | undefined>>,
  use: (queue: TitleQueue) => Promise<T>,
): Promise<T> => useQueue(queuePlace({ connection, queue }, env), queue, use);
