import type { ErrorDetails } from '../base/errors.ts';
import type { RenditionResult } from '../contract/rendition.ts';
import type { RunState } from '../contract/run.ts';
import type { WrittenWork } from './execute-unit.ts';

/** Main thread to worker: what to do. One unit at a time. */
export type WorkerRequest =
  | { readonly type: 'run'; readonly state: RunState }
  | { readonly type: 'unit'; readonly work: WrittenWork };

/** Worker to main thread. */
export type WorkerReply =
  | { readonly type: 'progress'; readonly bytes: number }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'done'; readonly result: RenditionResult }
  | { readonly type: 'failed'; readonly error: ErrorDetails };
