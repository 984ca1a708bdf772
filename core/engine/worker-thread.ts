import { type TransferListItem, Worker } from 'node:worker_threads';
import { fail, isTooManyFiles, PackagerError } from '../base/errors.ts';
import { thrownWords } from '../base/thrown.ts';
import type { RunState } from '../contract/run.ts';
import type { TaskResult, ThreadTask, WorkerReply, WorkerRequest } from './worker-messages.ts';

/** What a thread must know of a title to work for it. */
export interface ThreadTitle {
  /** Names the title in all messages. */
  readonly place: number;
  /** What its plugins are loaded from. */
  readonly data: unknown;
}

/** One task for a thread, and who hears of it. What comes after `done` or `failed` is of no account. */
export interface ThreadJob {
  readonly title: ThreadTitle;
  /** The title's run as it is now. */
  state(): RunState;
  /** How messages name the task: `writing <mode> video-1`. */
  readonly name: string;
  readonly task: ThreadTask;
  start(): void;
  /** @param place of the unit among several */
  progress(bytes: number, place: number): void;
  warning(message: string): void;
  done(result: TaskResult): void;
  failed(error: unknown): void;
}

/** Whom a thread tells that it is free again, or that it is no more. */
export interface ThreadOwner {
  free(thread: WorkerThread): void;
  gone(thread: WorkerThread): void;
}

/** A thread as the pool sees it: it does one task at a time, of any title. */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #owner: ThreadOwner;
  /** Places of titles that it has heard of, and of those whose run it knows. */
  readonly #loaded = new Set<number>();
  readonly #begun = new Set<number>();
  #job: ThreadJob | undefined;
  #isStopping = false;
  #crash: unknown;

  /** @throws where the system gives no more threads */
  constructor(entry: string, owner: ThreadOwner) {
    this.#owner = owner;
    this.#worker = new Worker(new URL(entry), {
      // Ciphers make a new buffer a call; a small young generation is collected sooner, and these with it.
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
    });
    this.#worker.on('message', (reply: WorkerReply) => this.#hear(reply));
    this.#worker.on('error', (error) => {
      this.#crash = error;
    });
    this.#worker.on('exit', (status) => this.#end(status));
  }

  get isFree(): boolean {
    return this.#job === undefined && !this.#isStopping;
  }

  isAt(place: number): boolean {
    return this.#job?.title.place === place;
  }

  /** Let it load the plugins of a title, whatever else it does. */
  load({ place, data }: ThreadTitle): void {
    if (this.#loaded.has(place)) return;
    this.#post({ type: 'load', title: place, data });
    // Not before: what is no plain data has not arrived.
    this.#loaded.add(place);
  }

  /** Hand over a task; only to a free thread. */
  give(job: ThreadJob): void {
    const { title, task } = job;
    const { place } = title;
    this.#job = job;
    try {
      job.start();
      this.load(title);
      if (!this.#begun.has(place)) this.#post({ type: 'run', title: place, state: job.state() });
      this.#begun.add(place);
      this.#post({ ...task, title: place }, task.type === 'segments' ? [task.port] : []);
    } catch (cause) {
      this.#job = undefined;
      job.failed(cause); // of a listener; or something of the title is no plain data
    }
  }

  /** A title is over: what is kept for it may go. */
  forget(place: number): void {
    this.#begun.delete(place);
    if (this.#loaded.delete(place)) this.#post({ type: 'over', title: place });
  }

  /** End it, whatever it does; resolves when it is gone and touches no file any more. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#worker.terminate();
  }

  #post(request: WorkerRequest, moved: readonly TransferListItem[] = []): void {
    this.#worker.postMessage(request, moved);
  }

  #hear(reply: WorkerReply): void {
    const job = this.#job;
    if (!job || reply.title !== job.title.place) return; // a plugin's late word on another title
    try {
      if (reply.type === 'progress') job.progress(reply.bytes, reply.place);
      else if (reply.type === 'warning') job.warning(reply.message);
      else {
        this.#job = undefined;
        if (reply.type === 'done') job.done(reply.result);
        else job.failed(new PackagerError(reply.error));
      }
    } catch (cause) {
      job.failed(cause); // of somebody who listens to the run's events: thrown here, it would end the process
    }
    if (this.isFree) this.#owner.free(this);
  }

  #died({ name }: ThreadJob, status: number): PackagerError {
    if (isTooManyFiles(this.#crash)) return PackagerError.from(this.#crash);
    return fail.workerDied(name, this.#crash ? thrownWords(this.#crash) : `it exited with status ${status}`);
  }

  #end(status: number): void {
    this.#job?.failed(this.#died(this.#job, status));
    this.#job = undefined;
    this.#isStopping = true;
    this.#owner.gone(this);
  }
}
