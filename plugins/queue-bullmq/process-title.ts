import { errorDetails } from '../../core/cli/executable.ts';
import { fail } from '../../core/index.ts';
import type { TitleJob, TitleProcessor } from './driver.ts';
import { AWAITS_OUTPUT, type JobProgress } from './job.ts';
import type { Lease, Leases } from './leases.ts';
import type { Metrics, WorkOutcome } from './metrics.ts';
import { packageRow, type Workshop } from './package-row.ts';
import { awaitsOutput, BUSY_WAIT, isWorthAnotherTry } from './retry-class.ts';
import { unlessAborted } from './unless-aborted.ts';
import type { WorkerLog } from './worker-log.ts';

export interface ProcessorParts {
  readonly workshop: Workshop;
  readonly leases: Leases;
  readonly metrics: Metrics;
  readonly log: WorkerLog;
  readonly bullmq: Pick<typeof import('bullmq'), 'DelayedError' | 'UnrecoverableError' | 'WaitingError'>;
}

/** Milliseconds between two words on how far a title is. */
const PACE = 1000;
/** Of a title that is put back. */
const AWAITING: JobProgress = { stage: AWAITS_OUTPUT, done: 0, total: 0, percent: 0, warnings: [] };
/** Warnings that go with them; all are in the result. */
const MOST_WARNINGS = 20;

/** What a worker does with a job: its title is packaged, tried again later, failed for good, or handed back. */
export function titleProcessor(parts: ProcessorParts): TitleProcessor {
  const { workshop, leases, metrics, log } = parts;
  return async (job, token) => {
    const { now } = workshop.shell;
    const { name } = job.data;
    const id = job.id ?? '';
    const start = now();
    const lease = leases.take(id);
    metrics.active++;
    log.begin(id, name);
    const pace = new Pace(job, now);
    const end = (outcome: WorkOutcome, more: { error?: unknown } = {}): void => {
      const seconds = (now() - start) / 1000;
      metrics.count(outcome, seconds);
      log.ended({ id, name, outcome, seconds, ...more });
    };
    try {
      const work = packageRow(job.data, workshop, lease.signal, (progress) => pace.tell(progress));
      const result = await unlessAborted(work, lease.abandoned);
      if (!result) throw fail.cancelled();
      const seconds = (now() - start) / 1000;
      metrics.count(result.outcome, seconds, result);
      log.ended({ id, name, outcome: result.outcome, seconds, result });
      return result;
    } catch (error) {
      throw await letDown(error, { job, token, lease, parts, end });
    } finally {
      pace.end();
      metrics.active--;
      leases.end(lease);
    }
  };
}

interface Failure {
  readonly job: TitleJob;
  readonly token: string | undefined;
  readonly lease: Lease;
  readonly parts: ProcessorParts;
  end(outcome: WorkOutcome, more?: { error?: unknown }): void;
}

/** What BullMQ is to make of a title that was not packaged, said by the error that it is given. */
async function letDown(error: unknown, { job, token, lease, parts, end }: Failure): Promise<Error> {
  const { DelayedError, UnrecoverableError, WaitingError } = parts.bullmq;
  switch (lease.why) {
    case 'handed-back': {
      // Its run has the output for as long as this process has not ended.
      const isLater = lease.abandoned.aborted;
      if (!(await isDone(isLater ? putBack(job, token) : job.moveToWait(token)))) return lost(end);
      end('handed-back');
      return isLater ? new DelayedError() : new WaitingError();
    }
    case 'cancelled':
      end('cancelled');
      return bare(new UnrecoverableError('CANCELLED: somebody has cancelled it.'));
    case 'lost':
      return lost(end);
    case undefined: {
      if (awaitsOutput(error, job)) {
        if (!(await isDone(putBack(job, token)))) return lost(end);
        end('put-back', { error });
        return new DelayedError();
      }
      const { code, message, hint } = errorDetails(error);
      const reason = [`${code}: ${message}`, ...(hint ? [hint] : [])].join(' ');
      const { attempts = 1 } = job.opts;
      const isTriedAgain = isWorthAnotherTry(error) && job.attemptsMade + 1 < attempts;
      end(isTriedAgain ? 'retried' : 'failed', { error });
      return bare(isTriedAgain ? new Error(reason) : new UnrecoverableError(reason));
    }
  }
}

/** Begun again after a while, which is no try. */
async function putBack(job: TitleJob, token: string | undefined): Promise<void> {
  await isDone(job.updateProgress(AWAITING));
  await job.moveToDelayed(Date.now() + BUSY_WAIT, token);
}

/** Whether the queue has done it: otherwise a lock is another's by now, or the queue is away, and the title comes back when the lock has run out. */
const isDone = (move: Promise<unknown>): Promise<boolean> =>
  move.then(
    () => true,
    () => false,
  );

function lost(end: Failure['end']): Error {
  end('lost');
  return bare(new Error('The lock was lost.'));
}

/** The queue keeps stacks, which name files of this machine. */
function bare<E extends Error>(error: E): E {
  error.stack = error.message;
  return error;
}

/** Tells the queue how far a title is, now and then: the last word counts. */
class Pace {
  readonly #job: TitleJob;
  readonly #now: () => number;
  #last = Number.NEGATIVE_INFINITY;
  #isBusy = false;
  #isOver = false;

  constructor(job: TitleJob, now: () => number) {
    this.#job = job;
    this.#now = now;
  }

  tell(progress: JobProgress): void {
    if (this.#isBusy || this.#isOver || this.#now() - this.#last < PACE) return;
    this.#last = this.#now();
    this.#isBusy = true;
    const warnings = progress.warnings.slice(-MOST_WARNINGS);
    // A queue that cannot be told has other ways to say so.
    this.#job
      .updateProgress({ ...progress, warnings })
      .catch(() => {})
      .finally(() => {
        this.#isBusy = false;
      });
  }

  end(): void {
    this.#isOver = true;
  }
}
