import {
  bytes,
  count,
  duration,
  errorDetails,
  printable,
  printableName,
  type Shell,
} from '../../core/cli/executable.ts';
import type { JobResult } from './job.ts';
import type { Metrics, WorkOutcome } from './metrics.ts';
import { BUSY_WAIT } from './retry-class.ts';
import { troubleLog } from './trouble-log.ts';

/** A title that has ended here. */
export interface EndedTitle {
  readonly id: string;
  readonly name: string;
  readonly outcome: WorkOutcome;
  readonly seconds: number;
  readonly result?: JobResult;
  readonly error?: unknown;
}

/** What a worker tells of its work, a line each. */
export interface WorkerLog {
  ready(facts: ReadyFacts): void;
  begin(id: string, name: string): void;
  /** A worker is gone, and this one has put its title back into the queue. */
  takenBack(id: string): void;
  ended(title: EndedTitle): void;
  /** Of the queue, between times. */
  trouble(error: Error): void;
  draining(titles: number): void;
  end(metrics: Metrics): void;
}

interface ReadyFacts {
  readonly queue: string;
  readonly shown: string;
  readonly concurrency: number;
  readonly threads: number;
  readonly metrics: number | undefined;
}

const WORDS: Readonly<Record<WorkOutcome, string>> = {
  published: 'published',
  'already-published': 'already published',
  failed: 'failed',
  retried: 'failed, to be tried again',
  'put-back': `put back for ${BUSY_WAIT / 1000} s`,
  'handed-back': 'handed back',
  cancelled: 'cancelled',
  lost: 'lost: its lock could not be kept, another worker begins it again',
};

export function workerLog(
  { stdout, stderr, now }: Pick<Shell, 'stdout' | 'stderr' | 'now'>,
  isJson: boolean,
): WorkerLog {
  const tell = (type: string, facts: object, line: string): void =>
    void stdout.write(
      isJson ? `${JSON.stringify({ type, time: new Date().toISOString(), ...facts })}\n` : `${line}\n`,
    );
  return {
    ready: ({ queue, shown, concurrency, threads, metrics }) =>
      tell(
        'ready',
        { queue, at: shown, concurrency, threads, metrics },
        `Takes titles of ${queue} in ${shown}: ${concurrency} at a time, ${count(threads, 'thread')}${metrics === undefined ? '' : `; metrics at port ${metrics}`}`,
      ),
    begin: (id, name) => tell('begin', { id, name }, `${id}  ${printableName(name)}: begun`),
    takenBack: (id) => tell('taken-back', { id }, `${id}  taken back: its worker is gone`),
    ended({ id, name, outcome, seconds, result, error }) {
      const details = error === undefined ? undefined : errorDetails(error);
      const figures =
        result?.bytesWritten === undefined ? '' : `, ${bytes(result.bytesWritten)} in ${duration(seconds)}`;
      const why = details
        ? `: ${printable([details.message, ...(details.hint ? [details.hint] : [])].join(' '))} (${details.code})`
        : '';
      tell(
        'title',
        { id, name, outcome, seconds, result, error: details },
        `${id}  ${printableName(name)}: ${WORDS[outcome]}${figures}${why}`,
      );
    },
    trouble: troubleLog({ stderr, now }),
    draining: (titles) =>
      titles > 0 &&
      tell(
        'draining',
        { titles },
        `Ends: ${count(titles, 'title')} at work ${titles === 1 ? 'is' : 'are'} finished first`,
      ),
    end: (metrics) => tell('end', metrics.totals(), summaryOf(metrics)),
  };
}

function summaryOf(metrics: Metrics): string {
  const { titles, bytesWritten } = metrics.totals();
  const rows = Object.entries(titles).filter(([, number]) => number > 0);
  const said = rows.map(([outcome, number]) => `${number} ${WORDS[outcome as WorkOutcome]}`).join(', ');
  return said === '' ? 'Ended: no title' : `Ended: ${said}; ${bytes(bytesWritten)} written`;
}
