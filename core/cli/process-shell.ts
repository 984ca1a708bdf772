import { EXIT, type PackagerError } from '../base/errors.ts';
import { untilEnd } from './early-end.ts';
import { printError } from './errors.ts';
import { listenForInterrupt } from './interrupt.ts';
import type { Shell } from './shell.ts';

/** This process as the surroundings of a command. */
export interface ProcessShell extends Shell {
  /**
   * Sets the status to exit with, once a command has ended with one.
   * @param onEnd told when the process ends before; the error is printed already
   */
  end(command: Promise<number>, onEnd?: (error: PackagerError) => void): Promise<void>;
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
    async end(command, onEnd) {
      const status = await untilEnd(
        command,
        () => interrupt.status,
        (error) => {
          printError(error, { stderr, env });
          onEnd?.(error);
        },
      );
      process.exitCode = status === EXIT.cancelled ? (interrupt.status ?? status) : status;
    },
  };
}
