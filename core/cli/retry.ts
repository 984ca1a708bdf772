import { setTimeout as wait } from 'node:timers/promises';
import { PackagerError } from '../base/errors.ts';

/** Seconds before the second try; each further one waits three times as long as the one before, but not longer than the last. */
const FIRST = 5;
const GROWTH = 3;
const LONGEST = 300;

/** How titles are tried again whose failure may be over by itself. */
export interface Retries {
  /** Tries after the first. */
  readonly most: number;
  /** Waits so many seconds, or until the run is cancelled. For tests. @default the clock of the system */
  pause?(seconds: number, signal: AbortSignal): Promise<void>;
}

/** So often a title of a list is tried again, unless the command line says otherwise. */
export const RETRIES = 3;

/** Seconds until a title is to be tried again; `undefined`: what has failed will fail again. @param tries that it has had */
export function secondsToRetry(error: unknown, tries: number, { most }: Retries): number | undefined {
  if (tries > most || !PackagerError.is(error) || !error.transient) return undefined;
  return Math.min(LONGEST, FIRST * GROWTH ** (tries - 1));
}

export const pauseFor = async (
  seconds: number,
  signal: AbortSignal,
  { pause = defaultPause }: Retries,
): Promise<void> => pause(seconds, signal);

const defaultPause = (seconds: number, signal: AbortSignal): Promise<void> =>
  wait(seconds * 1000, undefined, { signal }).catch(() => undefined);
