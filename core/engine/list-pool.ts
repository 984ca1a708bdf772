import type { PackageOptions } from './api.ts';
import { isWorthThreads, poolSize, type TitleWork, titleWork } from './pool-size.ts';
import { WorkerPool } from './worker-pool.ts';

/**
 * The threads that the titles of a list share: as many as pay for all of them together, started when the first title needs
 * them. They are the budget of memory too, since so many units are at work at once, of whatever titles. Titles too small for
 * them are written in the main thread.
 */
export class ListPool {
  /** Threads that all titles together are worth. */
  readonly threads: number;
  readonly #titles: readonly PackageOptions[];
  readonly #works: readonly TitleWork[];
  #pool: WorkerPool | undefined;

  private constructor(titles: readonly PackageOptions[], works: readonly TitleWork[]) {
    this.#titles = titles;
    this.#works = works;
    this.threads = poolSize(works);
  }

  /** Look at all titles. One title alone needs none: it starts threads of its own. */
  static async of(titles: readonly PackageOptions[]): Promise<ListPool> {
    return new ListPool(titles, titles.length > 1 ? await Promise.all(titles.map(titleWork)) : []);
  }

  /** Whether a title is written by these threads. @param index of the title in the list */
  serves(index: number): boolean {
    const work = this.#works[index];
    const isThere = this.#pool === undefined || this.#pool.shortage === undefined || this.#pool.size > 0;
    return this.threads > 0 && work !== undefined && isWorthThreads(work) && isThere;
  }

  /** The title, with the threads if they are for it. */
  ready(index: number): PackageOptions {
    const title = this.#titles[index]!;
    if (!title.origin || !this.serves(index)) return title;
    // Those before it that were written already need no more threads.
    this.#pool ??= new WorkerPool({ entry: title.origin.entry, threads: poolSize(this.#works.slice(index)) });
    return { ...title, pool: this.#pool };
  }

  async close(): Promise<void> {
    await this.#pool?.close();
  }
}
