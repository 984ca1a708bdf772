import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { fail } from '../base/errors.ts';
import { unlessCancelled } from '../base/unless-cancelled.ts';
import type { Run } from '../contract/run.ts';
import type { WrittenUnit } from './execute-unit.ts';
import type { UnitEvents } from './unit-events.ts';
import type { GroupedWorks } from './unit-groups.ts';
import type { WrittenWork } from './unit-parts.ts';
import { UnitQueue } from './unit-queue.ts';
import type { PlainReading, ReadingWork } from './verify/plain-reading.ts';
import type { TaskResult, ThreadTask } from './worker-messages.ts';
import { type ThreadJob, WorkerThread } from './worker-thread.ts';

/** How many threads a pool may have, and what they load. */
export interface PoolOptions {
  /** URL of the module that the threads run, which calls `serveUnits`: the `entry` of the titles' origins. */
  readonly entry: string;
  /** How many, 0 or more: so many units are at work at once, which is what bounds memory. */
  readonly threads: number;
}

/** A title in a pool. */
export interface PoolTitle {
  /** Units of a title with a smaller one go first. */
  readonly place: number;
  /** What threads load its plugins from: the `data` of its origin. */
  data: unknown;
  /** So many of its units may be at work at once. */
  atMost: number;
  atWork: number;
}

/**
 * Threads that write the units of any number of titles, and read what was written again (`PackageOptions.pool`), the tasks of the
 * title that came first before those of others. Whoever starts them closes them. Where the system gives fewer (a limit of processes
 * or memory), those that it gives do the work, and every title is told; where it gives none, the calling thread does it. A thread
 * that dies fails the title whose task it had, and is replaced when there is work again.
 */
export class WorkerPool {
  /** URL of the module that the threads run. */
  readonly entry: string;
  readonly #count: number;
  readonly #threads = new Set<WorkerThread>();
  readonly #queue = new UnitQueue<ThreadJob>();
  readonly #titles = new Map<number, PoolTitle>();
  #places = 0;
  #isClosed = false;
  #shortage: string | undefined;

  /** @throws PackagerError INVALID_OPTION for a number of threads that is none */
  constructor({ entry, threads }: PoolOptions) {
    if (!Number.isSafeInteger(threads) || threads < 0)
      throw fail.invalidOption(
        `A pool was to have ${threads} worker threads: expected a whole number, 0 or more.`,
        'Set `threads` to the number of processors, say.',
      );
    this.entry = entry;
    this.#count = threads;
    while (this.#threads.size < threads && this.#start());
  }

  /** Threads that there are. */
  get size(): number {
    return this.#threads.size;
  }

  /** What to tell, where the system gave fewer threads than it was asked for. */
  get shortage(): string | undefined {
    return this.#shortage;
  }

  /** Give a title its place. */
  enter(): PoolTitle {
    this.#requireOpen();
    const title = { place: this.#places++, data: undefined, atMost: Number.POSITIVE_INFINITY, atWork: 0 };
    this.#titles.set(title.place, title);
    return title;
  }

  /** Whether several titles are there to be written. */
  get hasSeveral(): boolean {
    return this.#titles.size > 1;
  }

  /**
   * Let all threads load the plugins of a title, so that this overlaps with looking at its inputs. Where they have others to write,
   * those that get a task of it do so then.
   */
  load(title: PoolTitle): void {
    if (![...this.#threads].every(({ isFree }) => isFree)) return;
    for (const thread of this.#threads) thread.load(title);
  }

  /**
   * Write all units of a title, each group in the next free thread. Results are in the order of `works`.
   * Rejects with the first failure, or when the run is cancelled; `leave` then stops the others.
   */
  async execute(
    title: PoolTitle,
    run: Run,
    { works, groups }: GroupedWorks,
    events: UnitEvents,
  ): Promise<WrittenUnit[]> {
    const tasks = groups.map((group) => ({
      type: 'units' as const,
      works: group.map((index) => works[index]!),
    }));
    const written = await this.#do(title, run, tasks, (place) => eventsOf(events, groups[place]!));
    const results: WrittenUnit[] = [];
    for (const [place, group] of groups.entries()) {
      for (const [at, index] of group.entries()) results[index] = written[place]![at]!;
    }
    return results;
  }

  /**
   * Have threads that are free make segments of a unit that this thread writes: each its share. Where one cannot, the port is closed.
   * @returns whom to talk to
   */
  help(title: PoolTitle, run: Run, work: WrittenWork): MessagePort[] {
    const most = Math.max(0, title.atMost - title.atWork);
    const free = [...this.#threads].filter(({ isFree }) => isFree).slice(0, most);
    return free.map(() => {
      const { port1, port2 } = new MessageChannel();
      const task = { type: 'segments' as const, work, port: port2 };
      this.#do(title, run, [task], () => NOBODY).catch(() => port1.close());
      return port1;
    });
  }

  /** Read a rendition of a title's package again, in the next free thread. Rejects as `execute` does. */
  async read(title: PoolTitle, run: Run, work: ReadingWork): Promise<PlainReading> {
    const [result] = await this.#do(title, run, [{ type: 'rendition' as const, work }], () => NOBODY);
    return result!;
  }

  async #do<Task extends ThreadTask>(
    title: PoolTitle,
    run: Run,
    tasks: readonly Task[],
    eventsAt: (index: number) => TaskEvents,
  ): Promise<TaskResult<Task>[]> {
    this.#requireOpen(); // nobody would ever take the tasks
    const jobs: ThreadJob[] = [];
    const results = tasks.map(
      (task, index) =>
        new Promise<TaskResult<Task>>((resolve, reject) => {
          const settle = {
            // A thread answers a task with what that asks for.
            resolve: (result: TaskResult) => resolve(result as TaskResult<Task>),
            reject: (cause: unknown) => {
              reject(cause);
              if (task.type === 'segments') return; // nobody fails for want of help
              this.#drop(title.place); // the title has failed: nobody need begin the others
            },
          };
          jobs.push(threadJob(title, run, task, eventsAt(index), settle));
        }),
    );
    this.#queue.add(title.place, jobs);
    this.#hand();
    return unlessCancelled(run.signal, Promise.all(results));
  }

  /** Nothing of a title is at work or kept afterwards; the threads go on with others. */
  async leave(title: PoolTitle): Promise<void> {
    const { place } = title;
    this.#titles.delete(place);
    this.#drop(place);
    const stopping: Promise<void>[] = [];
    for (const thread of this.#threads) {
      if (thread.isAt(place)) stopping.push(thread.stop());
      else thread.forget(place);
    }
    await Promise.all(stopping);
  }

  /** Stop all threads, whatever they do; resolves when they are gone and touch no file any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const place of this.#titles.keys()) this.#drop(place);
    await Promise.all([...this.#threads].map((thread) => thread.stop()));
  }

  #requireOpen(): void {
    if (this.#isClosed)
      throw fail.invalidOption(
        'The pool of worker threads is closed.',
        'Start another one for further titles.',
      );
  }

  #start(): WorkerThread | undefined {
    const owner = {
      free: () => this.#hand(),
      gone: (dead: WorkerThread) => {
        this.#threads.delete(dead);
        this.#hand();
      },
    };
    try {
      const thread = new WorkerThread(this.entry, owner);
      this.#threads.add(thread);
      return thread;
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      this.#shortage =
        `${this.#threads.size} of ${this.#count} worker threads could be started (${code}: ${message}): ` +
        'the rest is done without them. Raise the limit of processes (ulimit -u), or set `workers`.';
      return undefined;
    }
  }

  /** Give tasks to free threads, as long as there are both. */
  #hand(): void {
    const mayHaveMore = (place: number): boolean => {
      const title = this.#titles.get(place);
      return title !== undefined && title.atWork < title.atMost;
    };
    while (!this.#isClosed && this.#queue.has(mayHaveMore)) {
      let thread = [...this.#threads].find(({ isFree }) => isFree);
      if (!thread && this.#threads.size < this.#count) thread = this.#start();
      if (!thread && this.#threads.size > 0) return; // one of them will be free again
      const job = this.#queue.take(mayHaveMore)!;
      if (thread) thread.give(job);
      else job.failed(fail.workerDied(job.name, this.#shortage ?? 'its pool has no threads.'));
    }
  }

  /** Take the tasks of a title out that nobody has begun. */
  #drop(place: number): void {
    for (const job of this.#queue.remove(place)) job.failed(fail.cancelled());
  }
}

/** Who hears of a task. */
type TaskEvents = Pick<ThreadJob, 'start' | 'progress'> & { end(): void };

/** The events of the units of a task. */
const eventsOf = (events: UnitEvents, group: readonly number[]): TaskEvents => ({
  start() {
    for (const index of group) events.start(index);
  },
  progress: (bytes, place) => events.progress(group[place]!, bytes),
  end() {
    for (const index of group) events.end(index);
  },
});

const NOBODY: TaskEvents = { start() {}, progress() {}, end() {} };

function nameOf(task: ThreadTask): string {
  if (task.type === 'segments') return `helping with ${task.work.mode} ${task.work.unit.id}`;
  if (task.type === 'rendition') return `verifying ${task.work.rendition.listed.id}`;
  return `writing ${task.works.map(({ mode, unit }) => `${mode} ${unit.id}`).join(', ')}`;
}

function threadJob(
  title: PoolTitle,
  run: Run,
  task: ThreadTask,
  events: TaskEvents,
  settle: { resolve(result: TaskResult): void; reject(cause: unknown): void },
): ThreadJob {
  let isAtWork = false;
  const leaveWork = (): void => {
    if (isAtWork) title.atWork--;
    isAtWork = false;
  };
  return {
    title,
    name: nameOf(task),
    task,
    state: () => run.state(),
    start() {
      title.atWork++;
      isAtWork = true;
      events.start();
    },
    progress: events.progress,
    warning: (message) => run.warn(message),
    done(result) {
      leaveWork();
      events.end();
      settle.resolve(result);
    },
    failed(cause) {
      leaveWork();
      settle.reject(cause);
    },
  };
}
