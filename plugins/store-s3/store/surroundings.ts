import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type Processes, seenProcesses } from '../../../core/kit.ts';

/** What a run takes from its surroundings; tests hand in their own. */
export interface S3Surroundings {
  readonly processes: Processes;
  readonly host: string;
  /** Ids of the runs of this process that are not over. */
  readonly running: Set<string>;
  newRunId(): string;
  /** Do this again and again while a run lives. @returns ends it */
  every(milliseconds: number, work: () => void): () => void;
}

/** Between two beats of a claim. */
export const BEAT_MS = 20_000;

/**
 * A run whose process cannot be asked, because it is on another machine or in another container, counts as dead after so much silence,
 * by the clock of the service: six beats.
 */
export const SILENCE_MS = 120_000;

const running = new Set<string>();
let seen: Processes | undefined;

/** One mark for all runs of a process. */
function processesSeen(): Processes {
  seen ??= seenProcesses();
  return seen;
}

export const realSurroundings = (): S3Surroundings => ({
  processes: processesSeen(),
  host: hostname(),
  running,
  newRunId: randomUUID,
  every(milliseconds, work) {
    const timer = setInterval(work, milliseconds).unref();
    return () => clearInterval(timer);
  },
});
