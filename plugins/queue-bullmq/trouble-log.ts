import { printable, type Shell } from '../../core/cli/executable.ts';

/** The same trouble is told once in this many milliseconds: a queue that is down is down for a while. */
const QUIET = 10_000;

/** Tells what goes wrong with a connection that is made again. */
export function troubleLog({ stderr, now }: Pick<Shell, 'stderr' | 'now'>): (error: Error) => void {
  const told = new Map<string, number>();
  return ({ message, name }) => {
    const what = message || name;
    if (now() - (told.get(what) ?? Number.NEGATIVE_INFINITY) < QUIET) return;
    told.set(what, now());
    stderr.write(`warning: the queue: ${printable(what)}\n`);
  };
}
