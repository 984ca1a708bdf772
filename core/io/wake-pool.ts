import { stat } from 'node:fs';

/** Nobody waits longer than so many milliseconds because of a lost signal. */
const EVERY_MS = 1000;

/**
 * Ask the system for something small now and then, as long as files are read and written.
 *
 * Node.js hands file operations to a pool of threads and wakes one of them with `pthread_cond_signal`, which up to glibc 2.40
 * can wake nobody (BZ 25847): when all the threads sleep, an operation then waits for the next one to come, and whoever makes
 * one after the other waits for ever. It is rare, some operation in hundreds of millions, but nobody finds out at night why a
 * job has stopped at 90 %. The next operation wakes them all the same.
 *
 * @returns ends it
 */
export function keepPoolAwake(interval = EVERY_MS, ask: () => void = askNothing): () => void {
  const timer = setInterval(ask, interval).unref();
  return () => clearInterval(timer);
}

const askNothing = (): void => stat('/', () => {});
