import type { RunListener } from '../contract/events.ts';
import type { Plugin } from '../contract/packager.ts';
import type { TitleOptions } from '../contract/title-options.ts';
import type { WorkerPool } from './worker-pool.ts';

/** How a worker thread builds the same plugins: it runs `entry`, and what that serves is handed `data`. */
export interface WorkerOrigin {
  /** URL of the module that a worker runs; it must call `serveUnits` when it is not in the main thread. */
  readonly entry: string;
  /** What that module needs to load the same config; must survive structured cloning. */
  readonly data: unknown;
}

/** What `packageTitle` needs of a title. */
export interface PackageOptions {
  readonly title: TitleOptions;
  readonly plugins: readonly Plugin[];
  /** Absent (a config that cannot be loaded again): everything runs in this thread. */
  readonly origin?: WorkerOrigin;
  /**
   * Threads that the title shares with others; it does not close them. Absent: it starts threads of its own, if they pay. Of no
   * account where there is no `origin`, or `workers` is 0.
   */
  readonly pool?: WorkerPool | undefined;
  /**
   * Aborts the run; it then rejects with the code CANCELLED. Of plugins it waits for those that listen to it (`Run.signal`), a second
   * at most, and for what is being written or closed, however long that takes; what is in place by then stays.
   */
  readonly signal?: AbortSignal;
  readonly onEvent?: RunListener;
}
