import { EXIT, fail, type PackagerError } from '../base/errors.ts';
import { systemReason } from '../io/system-reason.ts';
import { untilEnd } from './early-end.ts';
import { printError } from './errors.ts';
import { listenForInterrupt } from './interrupt.ts';
import { screenOf } from './process-screen.ts';
import type { Shell } from './shell.ts';

/** This process as the surroundings of a command. */
export interface ProcessShell extends Shell {
  /**
   * Sets the status to exit with, once a command has ended with one: that of an output that could not be written where all went well but
   * part of what the command had to say is lost.
   * @param onEnd told when the process ends before; the error is printed already
   */
  end(command: Promise<number>, onEnd?: (error: PackagerError) => void): Promise<void>;
}

export function processShell(): ProcessShell {
  const { stdin, env } = process;
  let status: number | undefined;
  let isLost = false;
  const settle = (): void => {
    if (status !== undefined) process.exitCode = status === 0 && isLost ? EXIT.output : status;
  };
  // The stream may say so when the command has ended.
  const lose = (): void => {
    isLost = true;
    settle();
  };
  const stderr = screenOf(process.stderr, lose);
  const stdout = screenOf(process.stdout, (cause) => {
    printError(lostOutput(cause), { stderr, env });
    lose();
  });
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
      const ended = await untilEnd(
        command,
        () => interrupt.status,
        (error) => {
          printError(error, { stderr, env });
          onEnd?.(error);
        },
      );
      status = ended === EXIT.cancelled ? (interrupt.status ?? ended) : ended;
      settle();
    },
  };
}

const lostOutput = (cause: unknown): PackagerError =>
  fail.outputNotWritable(
    'standard output',
    systemReason(cause),
    cause,
    'Part of what this command had to say is lost there: send it elsewhere, and look at what it has done.',
  );
