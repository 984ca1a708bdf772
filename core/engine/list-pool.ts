import type { PackageOptions } from './api.ts';
import { isWorthThreads, poolSize, type TitleWork, titleWork } from './pool-size.ts';
import { WorkerPool } from './worker-pool.ts';

/**
 * The threads that the titles of a list share: as many as pay for those together that it knows of, started when the first title
 * needs them. They are the budget of memory too, since so many units are at work at once, of whatever titles. Titles too small for
 * them are written in the main thread. It knows only of titles that it was shown and that are not over: a list may be long.
 */
export class ListPool {
  readonly #works = new Map<number, TitleWork>();
  #pool: WorkerPool | undefined;
  #threads = 0;

  /** Look at a title that will come. @param index of it in the list */
  async look(index: number, title: PackageOptions): Promise<void> {
    this.#works.set(index, await titleWork(title));
    if (!this.#pool) this.#threads = Math.max(this.#threads, this.#worth());
  }

  /** It is over. */
  forget(index: number): void {
    this.#works.delete(index);
  }

  /** Threads that the titles are worth together. */
  get threads(): number {
    return this.#threads;
  }

  /** Whether a title is written by these threads. */
  serves(index: number): boolean {
    const work = this.#works.get(index);
    const isThere = this.#pool === undefined || this.#pool.shortage === undefined || this.#pool.size > 0;
    return work !== undefined && isWorthThreads(work) && isThere && this.threads > 0;
  }

  /** A title, with the threads if they are for it. */
  ready(index: number, title: PackageOptions): PackageOptions {
    if (!title.origin || !this.serves(index)) return title;
    // Those before it that were written already need no more threads.
    this.#pool ??= new WorkerPool({ entry: title.origin.entry, threads: Math.max(1, this.#worth()) });
    return { ...title, pool: this.#pool };
  }

  async close(): Promise<void> {
    await this.#pool?.close();
  }

  #worth(): number {
    return poolSize([...this.#works.values()]);
  }
}
