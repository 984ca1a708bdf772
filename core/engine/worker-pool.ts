import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { fail, PackagerError } from '../base/errors.ts';
import { thrownWords } from '../base/thrown.ts';
import type { ModeDefinition } from '../contract/packager.ts';
import type { RenditionResult } from '../contract/rendition.ts';
import type { Run } from '../contract/run.ts';
import type { WorkerOrigin } from './api.ts';
import type { WrittenWork } from './execute-unit.ts';
import type { UnitEvents } from './unit-events.ts';
import type { WorkerReply, WorkerRequest } from './worker-messages.ts';

/** Bytes of output that are worth the start of a thread, which takes about as long as the writing of so much. */
const WORTH_A_THREAD = 64e6;

/**
 * How many threads to start for a run: as many as the config says; else one for each processor, as long as there is
 * work for it. One input in one mode is one long unit (its sound is short): a thread of its own would only add its start.
 */
export function workerCount({ title, inputs }: Run, modes: readonly ModeDefinition[]): number {
  if (title.workers !== undefined) return title.workers;
  const units = modes.length * inputs.length;
  const bytes = inputs.reduce((sum, input) => sum + input.bytes, 0) * modes.length;
  const threads = Math.min(availableParallelism(), units, Math.floor(bytes / WORTH_A_THREAD));
  return threads < 2 ? 0 : threads;
}

/** Threads that write units. They are started early, so that loading the config overlaps with looking at the inputs. */
export class WorkerPool {
  readonly #threads: readonly Thread[];

  private constructor(threads: readonly Thread[]) {
    this.#threads = threads;
  }

  /**
   * Start the threads. Where the system gives fewer (a limit of processes or memory), those that it gives do the work.
   * @param warn told when there are fewer
   * @returns `undefined` when there is none: the work is for the calling thread then
   */
  static start(origin: WorkerOrigin, count: number, warn: (message: string) => void): WorkerPool | undefined {
    const threads: Thread[] = [];
    try {
      while (threads.length < count) threads.push(new Thread(origin));
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      warn(
        `${threads.length} of ${count} worker threads could be started (${code}: ${message}): ` +
          'the rest is done without them. Raise the limit of processes (ulimit -u), or set `workers`.',
      );
    }
    return threads.length > 0 ? new WorkerPool(threads) : undefined;
  }

  /**
   * Write all units, each in the next free thread. Results are in the order of `works`.
   * Rejects with the first failure, or when the run is cancelled; `close` then stops the others.
   */
  async execute(run: Run, works: readonly WrittenWork[], events: UnitEvents): Promise<RenditionResult[]> {
    const results = new Array<RenditionResult>(works.length);
    let next = 0;
    const serve = async (thread: Thread): Promise<void> => {
      thread.post({ type: 'run', state: run.state() });
      for (let index = next++; index < works.length; index = next++) {
        events.start(index);
        const work = works[index]!;
        results[index] = await thread.execute(work, {
          progress: (bytes) => events.progress(index, bytes),
          warning: (message) => run.warn(message),
        });
        events.end(index);
      }
    };
    const over = new AbortController();
    try {
      await Promise.race([Promise.all(this.#threads.map(serve)), cancellation(run.signal, over.signal)]);
    } finally {
      over.abort();
    }
    return results;
  }

  /** Stop all threads, whatever they do; resolves when they are gone and touch no file any more. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.stop()));
  }
}

/** Never resolves; rejects when the run is cancelled. Listens until `over`: a signal may outlive hundreds of titles. */
function cancellation(signal: AbortSignal, over: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const cancel = () => reject(fail.cancelled());
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true, signal: over });
  });
}

interface ThreadListener {
  progress(bytes: number): void;
  warning(message: string): void;
}

class Thread {
  readonly #worker: Worker;
  /** Rejects when the thread dies, at whatever moment: a unit that waits for it must hear of it. */
  readonly #death: Promise<never>;
  #unit = 'its first unit';

  constructor(origin: WorkerOrigin) {
    this.#worker = new Worker(new URL(origin.entry), {
      workerData: origin.data,
      // Ciphers make a new buffer a call; a small young generation is collected sooner, and these with it.
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
    });
    this.#death = new Promise((_, reject) => {
      this.#worker.on('error', (error) => reject(fail.workerDied(this.#unit, thrownWords(error))));
      this.#worker.on('exit', (status) =>
        reject(fail.workerDied(this.#unit, `it exited with status ${status}`)),
      );
    });
    this.#death.catch(() => {}); // not news before a unit waits for it
  }

  post(request: WorkerRequest): void {
    this.#worker.postMessage(request);
  }

  /** Hand over one unit and wait for its answer. */
  async execute(work: WrittenWork, listener: ThreadListener): Promise<RenditionResult> {
    this.#unit = `${work.mode} ${work.unit.id}`;
    let onReply: ((reply: WorkerReply) => void) | undefined;
    const answer = new Promise<RenditionResult>((resolve, reject) => {
      onReply = (reply) => {
        try {
          if (reply.type === 'progress') listener.progress(reply.bytes);
          else if (reply.type === 'warning') listener.warning(reply.message);
          else if (reply.type === 'done') resolve(reply.result);
          else reject(new PackagerError(reply.error));
        } catch (cause) {
          reject(cause); // of somebody who listens to the run's events: thrown here, it would end the process
        }
      };
      this.#worker.on('message', onReply);
    });
    try {
      this.post({ type: 'unit', work });
      return await Promise.race([answer, this.#death]);
    } finally {
      if (onReply) this.#worker.off('message', onReply);
    }
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
