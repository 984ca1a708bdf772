import { setTimeout as wait } from 'node:timers/promises';
import { type ExtensionSurroundings, printable, printableName } from '../../core/cli/executable.ts';
import { queuePlace } from './connection.ts';
import { openQueue, type TitleQueue } from './driver.ts';
import { isOfServer } from './failures.ts';
import { type JobsFlags, progressOf } from './jobs.ts';
import { troubleLog } from './trouble-log.ts';
import { unlessAborted } from './unless-aborted.ts';

const PACE = 1000;

/**
 * Follow a queue until nothing is left to do. A server that is gone meanwhile is waited for, and said to be.
 * @returns the exit status: 1 when a title has failed
 */
export async function watchJobs(
  flags: JobsFlags,
  { shell }: Pick<ExtensionSurroundings, 'shell'>,
): Promise<number> {
  const { stdout, signal } = shell;
  const onError = troubleLog(shell);
  const { queue, close } = await openQueue(queuePlace(flags, shell.env), flags.queue, { onError });
  try {
    let last = '';
    while (!signal.aborted) {
      const seen = await unlessAborted(attempt(queue), signal);
      if (seen && 'look' in seen) {
        const { text, json, left, failed } = seen.look;
        const line = flags.json ? JSON.stringify(json) : text;
        if (line !== last) stdout.write(`${printable(line)}\n`);
        last = line;
        if (left === 0) return failed > 0 ? 1 : 0;
      } else if (seen) {
        if (!isOfServer(seen.cause)) throw seen.cause;
        onError(seen.cause);
      }
      await wait(PACE, undefined, { signal }).catch(() => {});
    }
    return 0;
  } finally {
    await close();
  }
}

const attempt = (queue: TitleQueue) =>
  lookAt(queue).then(
    (look) => ({ look }),
    (cause: unknown) => ({ cause }),
  );

async function lookAt(queue: TitleQueue) {
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
