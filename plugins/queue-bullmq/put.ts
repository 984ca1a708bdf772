import { canonical, PRIORITY } from '../../core/cli/executable.ts';
import type { TitleJob, TitleQueue } from './driver.ts';
import { howOf, JOB_NAME, type JobData } from './job.ts';

/** A title as a job that is to be. */
export interface NewJob {
  readonly id: string;
  readonly data: JobData;
  /** Absent: what it had, or what is usual. */
  readonly priority?: number | undefined;
  /** Tries. Absent: as many as it had, or as are usual. */
  readonly attempts?: number | undefined;
}

/** What became of a title that was submitted. */
export type Outcome =
  | 'submitted'
  | 'again'
  | 'there'
  | 'moved'
  | 'changed'
  | 'running'
  | 'published'
  | 'failed';

/** What is told of a title. */
export interface Told {
  readonly outcome: Outcome;
  /** Of one that was moved: that which it has now. */
  readonly priority?: number;
}

const ATTEMPTS = 5;
/** Milliseconds before the second try, in the mean; each further one waits twice as long. */
const BACKOFF = 5000;
/** Seconds for which a finished title is remembered, and not packaged twice. */
const REMEMBERED = 30 * 24 * 3600;

/** A title that is in the queue already stays there; what is said now of its priority, its tries, and how it is written, counts. */
export async function put(queue: TitleQueue, job: NewJob, again: boolean): Promise<Told> {
  const { id, data, priority } = job;
  const known = await queue.getJob(id);
  if (!known) {
    await add(queue, job);
    return { outcome: 'submitted' };
  }
  const state = await known.getState();
  if (state === 'active') return { outcome: 'running' };
  if (state !== 'completed' && state !== 'failed') return change(queue, known, job);
  if (!again) return { outcome: state === 'completed' ? 'published' : 'failed' };
  if (hasOtherTries(known, job)) return (await replace(queue, known, job)) ?? { outcome: 'again' };
  await known.updateData(data);
  if (priority !== undefined) await known.changePriority({ priority });
  await known.retry(state, { resetAttemptsMade: true, resetAttemptsStarted: true });
  return { outcome: 'again' };
}

async function add(
  queue: TitleQueue,
  { id, data, priority = PRIORITY, attempts = ATTEMPTS }: NewJob,
): Promise<void> {
  await queue.add(JOB_NAME, data, {
    jobId: id,
    priority,
    attempts,
    backoff: { type: 'exponential', delay: BACKOFF, jitter: 0.5 },
    removeOnComplete: { age: REMEMBERED },
    stackTraceLimit: 0,
  });
}

const hasOtherTries = ({ opts }: TitleJob, { attempts }: NewJob): boolean =>
  attempts !== undefined && attempts !== opts.attempts;

/**
 * Put a title in anew: BullMQ keeps the tries of a job as they were when it was added.
 * @returns what is told when a worker has taken it meanwhile
 */
async function replace(queue: TitleQueue, known: TitleJob, job: NewJob): Promise<Told | undefined> {
  try {
    await known.remove();
  } catch (cause) {
    if ((await known.getState()) !== 'active') throw cause;
    return { outcome: 'running' };
  }
  await add(queue, { ...job, priority: job.priority ?? known.priority });
  return undefined;
}

async function change(queue: TitleQueue, job: TitleJob, wanted: NewJob): Promise<Told> {
  const { priority } = wanted;
  const isMoved = priority !== undefined && priority !== job.priority;
  // What is not said now stays as it was said before.
  const asked = { ...job.data.row, ...howOf(wanted.data.row) };
  const isOther = canonical(asked) !== canonical(job.data.row);
  if (hasOtherTries(job, wanted)) {
    const data = { ...job.data, row: asked };
    const told = await replace(queue, job, { ...wanted, data });
    return told ?? { outcome: 'changed', ...(isMoved && { priority }) };
  }
  if (!isMoved && !isOther) return { outcome: 'there' };
  if (isOther) await job.updateData({ ...job.data, row: asked });
  if (isMoved) await job.changePriority({ priority });
  // A worker may have taken it meanwhile.
  if ((await job.getState()) === 'active') return { outcome: 'running' };
  return { outcome: isOther ? 'changed' : 'moved', ...(isMoved && { priority }) };
}
