import { writeSync } from 'node:fs';
import { EXIT } from '../base/errors.ts';

/** Statuses that shells expect of a process that a signal ended: 128 + the number of the signal. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 } as const;

const SHOW_CURSOR = '\u001B[?25h';

export interface Interrupt {
  /** Aborted by Ctrl-C or Ctrl-\, by SIGTERM, when the terminal closes, or by an exception that nothing caught. */
  readonly signal: AbortSignal;
  /** The exit status that belongs to what came, if something did. */
  readonly status: number | undefined;
}

/**
 * The first interruption asks for a clean end, which takes as long as it takes; the second ends the process at once.
 *
 * @param onCrash Told of an exception that nothing caught, e.g. in a timer of a plugin.
 */
export function listenForInterrupt(onCrash: (error: unknown) => void): Interrupt {
  const controller = new AbortController();
  let status: number | undefined;
  const interrupt = (next: number): void => {
    if (status !== undefined) {
      // A live list hides the cursor, and holds back what goes through process.stdout.
      if (process.stdout.isTTY) writeSync(process.stdout.fd, SHOW_CURSOR);
      process.exit(status);
    }
    status = next;
    controller.abort();
  };
  for (const [name, code] of Object.entries(SIGNALS)) process.on(name, () => interrupt(code));
  process.on('uncaughtException', (error) => {
    onCrash(error);
    interrupt(EXIT.failure);
  });
  return {
    signal: controller.signal,
    get status() {
      return status;
    },
  };
}
