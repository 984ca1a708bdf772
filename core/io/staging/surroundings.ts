import * as files from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Processes, seenProcesses } from '../processes.ts';
import { startHeartbeat } from './heartbeat.ts';

/** The calls that staging makes: a test ends a run between any two of them. */
export type Disk = Pick<
  typeof files,
  | 'access'
  | 'link'
  | 'lstat'
  | 'mkdir'
  | 'open'
  | 'readdir'
  | 'readFile'
  | 'rename'
  | 'rm'
  | 'rmdir'
  | 'unlink'
>;

/** What staging sees of the world; tests hand in their own. */
export interface Surroundings {
  readonly disk: Disk;
  readonly processes: Processes;
  /** The runs of this process that have not ended, by id. */
  readonly running: Set<string>;
  /** Folders that runs of this process have made for their outputs: whichever ends last, with nothing in them, removes them. */
  readonly made: Set<string>;
  /** Milliseconds since 1970, as times of files are. */
  now(): number;
  sleep(milliseconds: number): Promise<unknown>;
  /** Touch a file again and again, until the answer is called. */
  beat(path: string): () => Promise<void>;
}

let own: Surroundings | undefined;

/** This process, on the local disk. */
export function localSurroundings(): Surroundings {
  own ??= {
    disk: files,
    processes: seenProcesses(),
    running: new Set(),
    made: new Set(),
    now: Date.now,
    sleep,
    beat: startHeartbeat,
  };
  return own;
}
