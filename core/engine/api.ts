import type { RunListener } from '../contract/events.ts';
import type { Plugin } from '../contract/packager.ts';
import type { TitleOptions } from '../contract/title-options.ts';

/** How a worker thread builds the same plugins: it starts `entry` and hands `data` to what that serves. */
export interface WorkerOrigin {
  /** URL of the module that a worker runs; it must call `serveUnits` when it is not in the main thread. */
  readonly entry: string;
  /** What that module needs to load the same config; must survive structured cloning. */
  readonly data: unknown;
}

export interface PackageOptions {
  readonly title: TitleOptions;
  readonly plugins: readonly Plugin[];
  /** Absent (a config that cannot be loaded again): everything runs in this thread. */
  readonly origin?: WorkerOrigin;
  /** Aborts the run; it then rejects with the code CANCELLED. */
  readonly signal?: AbortSignal;
  readonly onEvent?: RunListener;
}
