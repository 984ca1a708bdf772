import type { MessagePort } from 'node:worker_threads';
import type { ErrorDetails } from '../base/errors.ts';
import type { RunState } from '../contract/run.ts';
import type { WrittenUnit } from './execute-unit.ts';
import type { WrittenWork } from './unit-parts.ts';
import type { PlainReading, ReadingWork } from './verify/plain-reading.ts';

/**
 * What a thread does at a time: write units of a title, or make segments for another thread that writes a unit, or read
 * a rendition of its package again.
 */
export type ThreadTask =
  | { readonly type: 'units'; readonly works: readonly WrittenWork[] }
  | { readonly type: 'segments'; readonly work: WrittenWork; readonly port: MessagePort }
  | { readonly type: 'rendition'; readonly work: ReadingWork };

/** What comes of it. */
export type TaskResult<Task extends ThreadTask = ThreadTask> = Task extends { readonly type: 'units' }
  ? readonly WrittenUnit[]
  : Task extends { readonly type: 'segments' }
    ? undefined
    : PlainReading;

/** Main thread to worker: what to do. `title` is the place of a title in the pool. One task at a time. */
export type WorkerRequest =
  /** There is such a title: its plugins can be loaded. */
  | { readonly type: 'load'; readonly title: number; readonly data: unknown }
  /** It has got so far that its units can be written. */
  | { readonly type: 'run'; readonly title: number; readonly state: RunState }
  | ({ readonly title: number } & ThreadTask)
  /** It is over: nothing of it need be kept. */
  | { readonly type: 'over'; readonly title: number };

/** Worker to main thread. */
export type WorkerReply =
  /** `place`: of the unit among several. */
  | { readonly type: 'progress'; readonly title: number; readonly bytes: number; readonly place: number }
  | { readonly type: 'warning'; readonly title: number; readonly message: string }
  | { readonly type: 'done'; readonly title: number; readonly result: TaskResult }
  | { readonly type: 'failed'; readonly title: number; readonly error: ErrorDetails };
