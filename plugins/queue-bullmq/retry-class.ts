import { PackagerError } from '../../core/index.ts';
import type { TitleJob } from './driver.ts';

/** What a worker with more room, or the same one later, may do: a disk is full, another run has the output, a thread has died. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  ...['OUTPUT_BUSY', 'OUTPUT_LOST', 'DISK_FULL', 'INPUT_CHANGED', 'TOO_MANY_FILES', 'WORKER_DIED'],
]);

/** Whether another try may end better. A bad file stays one; a title whose report alone has failed is published. */
export const isWorthAnotherTry = (error: unknown): boolean =>
  PackagerError.is(error) && error.hook !== 'report' && (error.transient || ELSEWHERE.has(error.code));

/** Milliseconds after which a title whose output another run has is begun again. */
export const BUSY_WAIT = 15_000;
/**
 * Begins of a title that were no tries, before a busy output counts as one: half an hour of waits. A run that died on another machine or
 * in another container is known to be dead after some two minutes, which a title may need as often as it may take its worker with it.
 */
const MOST_WAITS = 120;

/** Whether a title only waits for its output, which another run has: that run may have died with the worker that had the title before. */
export const awaitsOutput = (
  error: unknown,
  { attemptsStarted, attemptsMade }: Pick<TitleJob, 'attemptsStarted' | 'attemptsMade'>,
): boolean =>
  isWorthAnotherTry(error) &&
  PackagerError.from(error).code === 'OUTPUT_BUSY' &&
  attemptsStarted - attemptsMade <= MOST_WAITS;
