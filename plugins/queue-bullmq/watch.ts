import { type ExtensionSurroundings, printable, printableName } from '../../core/cli/executable.ts';
import type { TitleQueue } from './driver.ts';
import { type JobsFlags, progressOf, withQueue } from './jobs.ts';

const PACE = 1000;

/** Follow a queue until nothing is left to do. @returns the exit status: 1 when a title has failed */
export async function watchJobs(
  flags: JobsFlags,
  { shell }: Pick<ExtensionSurroundings, 'shell'>,
): Promise<number> {
  const { stdout, signal } = shell;
  return withQueue(flags, shell.env, async (queue) => {
    let last = '';
    for (;;) {
      const { text, json, left, failed } = await lookAt(queue);
      const line = flags.json ? JSON.stringify(json) : text;
      if (line !== last) stdout.write(`${printable(line)}\n`);
      last = line;
      if (left === 0) return failed > 0 ? 1 : 0;
      if (signal.aborted) return 0;
      await pause(signal);
    }
  });
}

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

const pause = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, PACE);
    signal.addEventListener('abort', wake, { once: true });
  });
