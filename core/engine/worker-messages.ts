import type { ErrorDetails } from '../base/errors.ts';
import type { RunState } from '../contract/run.ts';
import type { WrittenUnit, WrittenWork } from './execute-unit.ts';

/** Main thread to worker: what to do. `title` is the place of a title in the pool. One unit at a time. */
export type WorkerRequest =
  /** There is such a title: its plugins can be loaded. */
  | { readonly type: 'load'; readonly title: number; readonly data: unknown }
  /** It has got so far that its units can be written. */
  | { readonly type: 'run'; readonly title: number; readonly state: RunState }
  | { readonly type: 'unit'; readonly title: number; readonly work: WrittenWork }
  /** It is over: nothing of it need be kept. */
  | { readonly type: 'over'; readonly title: number };

/** Worker to main thread. */
export type WorkerReply =
  | { readonly type: 'progress'; readonly title: number; readonly bytes: number }
  | { readonly type: 'warning'; readonly title: number; readonly message: string }
  | { readonly type: 'done'; readonly title: number; readonly result: WrittenUnit }
  | { readonly type: 'failed'; readonly title: number; readonly error: ErrorDetails };
