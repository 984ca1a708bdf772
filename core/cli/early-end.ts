import { EXIT, fail, type PackagerError } from '../base/errors.ts';

/**
 * The exit status of a command, whatever happens: a config or a plugin can end the process, with status 0 too, or wait
 * for a promise that never settles, and then nobody has packaged anything.
 *
 * @param interrupted the status that belongs to a signal or crash that has been told already; `undefined`: to none
 * @param onEnd Told why, while the process ends: what it prints has to be written at once.
 */
export async function untilEnd(
  command: Promise<number>,
  interrupted: () => number | undefined,
  onEnd: (error: PackagerError) => void,
): Promise<number> {
  let isIdle = false; // told of an empty event loop alone, not of process.exit()
  const idle = (): void => {
    isIdle = true;
  };
  const ended = (): void => {
    process.exitCode = interrupted() ?? EXIT.failure;
    if (interrupted() === undefined) onEnd(isIdle ? fail.neverSettled() : fail.endedEarly());
  };
  process.once('beforeExit', idle);
  process.once('exit', ended);
  try {
    return await command;
  } finally {
    process.off('beforeExit', idle);
    process.off('exit', ended);
  }
}
