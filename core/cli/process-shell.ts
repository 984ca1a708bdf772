import { EXIT } from '../errors.ts';
import { printError } from './errors.ts';
import { listenForInterrupt } from './interrupt.ts';
import type { Shell } from './shell.ts';

/** This process as the surroundings of a command. */
export interface ProcessShell extends Shell {
  /** The status to exit with, after a command that ended with `status`. */
  exitStatus(status: number): number;
}

export function processShell(): ProcessShell {
  const { stdin, stdout, stderr, env } = process;
  // A reader that has gone (`| head`) ends the display, not the work: what was begun is still written.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
  const interrupt = listenForInterrupt((error) => printError(error, { stderr, env }));
  return {
    stdin,
    stdout,
    stderr,
    env,
    cwd: process.cwd(),
    signal: interrupt.signal,
    now: () => performance.now(),
    exitStatus: (status) => (status === EXIT.cancelled ? (interrupt.status ?? status) : status),
  };
}
