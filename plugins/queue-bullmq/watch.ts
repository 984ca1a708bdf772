import { setTimeout as wait } from 'node:timers/promises';
import {
  type ExtensionSurroundings,
  printable,
  printableName,
  type Shell,
} from '../../core/cli/executable.ts';
import { EXIT } from '../../core/index.ts';
import { queuePlace } from './connection.ts';
import { openQueue, type TitleQueue } from './driver.ts';
import { isOfServer } from './failures.ts';
import { type JobsFlags, progressOf } from './jobs.ts';
import { troubleLog } from './trouble-log.ts';
import { unlessAborted } from './unless-aborted.ts';

const PACE = 1000;

/**
 * Follow a queue until nothing is left to do. A server that is gone meanwhile is waited for, and said to be.
 * @returns the exit status, as `follow` answers it
 */
export async function watchJobs(
  flags: JobsFlags,
  { shell }: Pick<ExtensionSurroundings, 'shell'>,
): Promise<number> {
  const onError = troubleLog(shell);
  const { queue, close } = await openQueue(queuePlace(flags, shell.env), flags.queue, { onError });
  try {
    return await follow(queue, flags, shell, onError);
  } finally {
    await close();
  }
}

/** What is asked of a queue that is followed. */
type FollowedQueue = Pick<TitleQueue, 'getJobCounts' | 'getActive'>;

/** @returns the exit status: 1 when a title has failed, 130 when somebody has ended it before */
export async function follow(
  queue: FollowedQueue,
  { json: isJson }: Pick<JobsFlags, 'json'>,
  { stdout, signal }: Pick<Shell, 'stdout' | 'signal'>,
  onError: (error: Error) => void,
): Promise<number> {
  let last = '';
  while (!signal.aborted) {
    const seen = await unlessAborted(attempt(queue), signal);
    if (seen && 'look' in seen) {
      const { text, json, left, failed } = seen.look;
      const line = isJson ? JSON.stringify(json) : text;
      if (line !== last) stdout.write(`${printable(line)}\n`);
      last = line;
      if (left === 0) return failed > 0 ? EXIT.failure : 0;
    } else if (seen) {
      if (!isOfServer(seen.cause)) throw seen.cause;
      onError(seen.cause);
    }
    await wait(PACE, undefined, { signal }).catch(() => {});
  }
  return EXIT.cancelled;
}

const attempt = (queue: FollowedQueue) =>
  lookAt(queue).then(
    (look) => ({ look }),
    (cause: unknown) => ({ cause }),
  );

async function lookAt(queue: FollowedQueue) {
  const counts = await queue.getJobCounts(
    'waiting',
    'prioritized',
    'delayed',
    'active',
    'completed',
    'failed',
  );
  const { prioritized = 0, delayed = 0, active = 0, completed = 0, failed = 0 } = counts;
  const waiting = (counts['waiting'] ?? 0) + prioritized;
  const atWork = await queue.getActive(0, 19);
  const titles = atWork.map((job) => ({
    id: job.id,
    name: job.data.name,
    percent: progressOf(job)?.percent ?? 0,
  }));
  const names = titles.map(({ name, percent }) => `${printableName(name)} ${percent} %`);
  const text = [
    `${completed} done, ${failed} failed, ${active} at work, ${waiting + delayed} waiting`,
    ...(names.length > 0 ? [names.join(', ')] : []),
  ].join(': ');
  const json = { completed, failed, active, waiting, delayed, titles };
  return { text, json, left: waiting + delayed + active, failed };
}
