import { fail } from './errors.ts';
import { whenAborted } from './under-any.ts';

/** So long a plugin may take, once the run is cancelled, to end what it has begun: a child process, a claim. */
const PATIENCE_MS = 1000;

export interface AnswerOptions<T> {
  /** What is true of the outputs where it is given up, as the end of a sentence. @default nothing was left behind */
  readonly state?: string;
  /** Lets go of an answer that nobody waits for any more. */
  readonly late?: (answer: T) => Promise<unknown>;
}

/**
 * Wait for work, and no longer once it is cancelled. What it fails with later is nobody's.
 * @param patience milliseconds for which it is waited all the same
 * @throws PackagerError CANCELLED; as the work does
 */
export function unlessCancelled<T>(
  signal: AbortSignal,
  work: Promise<T>,
  { patience = 0, state, late }: AnswerOptions<T> & { readonly patience?: number } = {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let isLate = false;
    const giveUp = (): void => {
      isLate = true;
      leave();
      reject(fail.cancelled(state));
    };
    const cancel = (): void => {
      if (patience > 0) timer = setTimeout(giveUp, patience);
      else giveUp();
    };
    const leave = signal.aborted ? () => {} : whenAborted(signal, cancel);
    const settle = (): void => {
      leave();
      clearTimeout(timer);
    };
    work.then(
      (answer) => {
        settle();
        resolve(answer);
        if (isLate) late?.(answer).catch(() => {}); // nobody is there to be told
      },
      (cause: unknown) => {
        settle();
        reject(cause);
      },
    );
    if (signal.aborted) cancel();
  });
}

/**
 * Wait for what a plugin answers, as long as the run is not cancelled: its promise may never settle. One that listens to the signal is
 * waited for.
 */
export const answerOf = <T>(
  signal: AbortSignal,
  work: Promise<T>,
  options: AnswerOptions<T> = {},
): Promise<T> => unlessCancelled(signal, work, { ...options, patience: PATIENCE_MS });
