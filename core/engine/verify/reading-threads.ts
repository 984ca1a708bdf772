import { Run } from '../../contract/run.ts';
import type { SourceTitle } from '../../inspect/model/source-title.ts';
import type { PackageOptions } from '../api.ts';
import type { KnownKeys } from '../known-keys.ts';
import type { OpenTitle } from '../open-title.ts';
import { poolSize, WORTH_A_READER } from '../pool-size.ts';
import type { TitleThreads } from '../title-run.ts';
import { WorkerPool } from '../worker-pool.ts';
import type { Listing } from './list-packages.ts';
import { readingOf } from './plain-reading.ts';
import type { ReadRendition, RenditionToRead } from './read-rendition.ts';
import type { SizedFiles } from './sized-files.ts';

/** What decides whether threads pay, and what they are for. */
export interface ThreadsOptions {
  readonly files: SizedFiles;
  readonly listing: Listing;
  readonly title: PackageOptions | undefined;
  /** Opened with its keys, to be written: with threads, if they paid for writing. */
  readonly opened: OpenTitle | undefined;
  /** Opened without. */
  readonly source: OpenTitle | undefined;
}

/** Threads that read the renditions of packages, each as a whole: it is decrypted and compared where it is read. */
export class ReadingThreads {
  readonly #threads: TitleThreads;
  readonly #run: Run;
  readonly #end: () => Promise<void>;

  private constructor(threads: TitleThreads, run: Run, end: () => Promise<void>) {
    this.#threads = threads;
    this.#run = run;
    this.#end = end;
  }

  /** As many as pay, as for packaging; `undefined`: none do, or they could not open the package or the title. */
  static start({ files, listing, title, opened, source }: ThreadsOptions): ReadingThreads | undefined {
    if (files.folder === undefined) return undefined;
    if (opened) {
      const { threads, run } = opened.title;
      return threads && new ReadingThreads(threads, run, async () => {});
    }
    const { workers } = title?.title ?? {};
    if (!title?.origin || workers === 0) return undefined;
    const { origin } = title;
    const pool = title.pool ?? ownPool(workers, origin.entry, listing, files);
    // Where the system gives none, this thread reads.
    if (!pool || (pool.size === 0 && pool.shortage !== undefined)) return undefined;
    const place = pool.enter();
    place.data = origin.data;
    place.atMost = workers ?? place.atMost;
    pool.load(place);
    const signal = title.signal ?? new AbortController().signal;
    const run = source?.title.run ?? new Run({ title: title.title, inputs: [] }, signal);
    return new ReadingThreads({ pool, place }, run, async () => {
      await pool.leave(place);
      if (pool !== title.pool) await pool.close();
    });
  }

  /** Read a rendition in the next free one. @throws PackagerError as reading the source does */
  async read(
    rendition: RenditionToRead,
    files: SizedFiles,
    keys: KnownKeys,
    source: SourceTitle | undefined,
  ): Promise<ReadRendition> {
    const { pool, place } = this.#threads;
    const work = { rendition, folder: files.folder ?? '', keys: keys.transfer() };
    const reading = await pool.read(place, this.#run, work);
    Object.assign(rendition.clock, reading.clock);
    // What could not be opened there is as long as it was listed here.
    for (const [path, size] of reading.sizes)
      if (!Number.isNaN(size) || !files.sizes.has(path)) files.sizes.set(path, size);
    return readingOf(reading, source);
  }

  /** End them, whatever they do; those that others have as well go on. */
  close(): Promise<void> {
    return this.#end();
  }
}

/** As many as pay, by what there is to read; `undefined`: none. */
function ownPool(
  workers: number | undefined,
  entry: string,
  { packages }: Listing,
  { sizes }: SizedFiles,
): WorkerPool | undefined {
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const units = packages.flatMap(({ renditions }) => renditions).length;
  const threads = poolSize([{ workers, units, bytes }], WORTH_A_READER);
  return threads > 0 ? new WorkerPool({ entry, threads }) : undefined;
}
