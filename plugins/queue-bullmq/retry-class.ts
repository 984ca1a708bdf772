import { PackagerError } from '../../core/index.ts';

/** What a worker with more room, or the same one later, may do: a disk is full, another run has the output, a thread has died. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  ...['OUTPUT_BUSY', 'OUTPUT_LOST', 'DISK_FULL', 'INPUT_CHANGED', 'TOO_MANY_FILES', 'WORKER_DIED'],
]);

/** Whether another try may end better. A bad file stays one; a title whose report alone has failed is published. */
export const isWorthAnotherTry = (error: unknown): boolean =>
  PackagerError.is(error) && error.hook !== 'report' && (error.transient || ELSEWHERE.has(error.code));
