import { readdirSync, readFileSync } from 'node:fs';

/** What `/proc` counts processor time in: USER_HZ, 100 a second on every Linux. */
const TICKS_PER_SECOND = 100;

interface Stat {
  readonly parent: number;
  /** Its own processor time and that of its ended children, in ticks. */
  readonly ticks: number;
}

/**
 * Processor time that a process and all below it have used, in seconds; `undefined` where the system has no `/proc`.
 * Time of children counts on when they have ended and somebody has waited for them.
 */
export function treeCpuSeconds(root: number): number | undefined {
  const stats = readStats();
  if (stats === undefined) return undefined;
  return below(root, stats).reduce((sum, pid) => sum + (stats.get(pid)?.ticks ?? 0), 0) / TICKS_PER_SECOND;
}

/** End a process and, where the system tells what they are, all below it: browsers, encoders, packagers. */
export const killTree = (root: number): void => signalTree(root, 'SIGKILL');

/** Tell a process and all below it. */
export function signalTree(root: number, signal: NodeJS.Signals): void {
  for (const pid of [root, ...below(root, readStats() ?? new Map())]) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended by itself.
    }
  }
}

/** The process itself, if it still runs, and all below it. */
function below(root: number, stats: ReadonlyMap<number, Stat>): number[] {
  const isBelow = (pid: number): boolean => {
    // A process whose parent ended belongs to process 1: it is nobody's any more.
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = stats.get(at)?.parent) {
      if (at === root) return true;
    }
    return false;
  };
  return [...stats.keys()].filter(isBelow);
}

function readStats(): Map<number, Stat> | undefined {
  let names: string[];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return undefined;
  }
  const stats = new Map<number, Stat>();
  for (const name of names) {
    const stat = readStat(name);
    if (stat) stats.set(Number(name), stat);
  }
  return stats.size > 0 ? stats : undefined;
}

function readStat(pid: string): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name of the program stands in brackets and may hold anything (proc(5)): fields count from behind it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // utime, stime, cutime and cstime are fields 14 to 17; field 3 is the first here.
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { parent: Number(fields[1]), ticks };
  } catch {
    return undefined; // it has ended meanwhile
  }
}
