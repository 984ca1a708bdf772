import { readFileSync } from 'node:fs';

/** Of `/proc`, the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Numbers of the fields behind the name of the process, from 0: `cutime` and `cstime` (proc(5)). */
const OF_CHILDREN = [13, 14];

let known = ofChildren();

/** Processor seconds of all children of a process that ended, and of theirs; 0 where there is no such process, or no `/proc`. */
export function ofChildren(pid: number | 'self' = 'self'): number {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return 0;
  }
  const fields = text.slice(text.lastIndexOf(') ') + 2).split(' ');
  return OF_CHILDREN.reduce((sum, n) => sum + Number(fields[n]), 0) / TICKS_PER_SECOND;
}

/** The processor seconds of the child whose end was just told: of all that ended since the last call, which is one nearly always. */
export function secondsSinceLastEnd(): number {
  const before = known;
  known = ofChildren();
  return known - before;
}
