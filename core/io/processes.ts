import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * What is known of a process. `elsewhere`: nothing, because it runs under another kernel or in another process
 * namespace (a container), or because this system does not say.
 */
export type ProcessState = 'running' | 'gone' | 'elsewhere';

/** The processes that can be seen from here, by marks that go into names of files: system, process id, time of its start. */
export interface Processes {
  /** The mark of this process. */
  readonly own: string;
  stateOf(mark: string): ProcessState;
}

/** What a mark looks like, to find it in a name. */
export const MARK = '[0-9a-f]{12}-\\d+-\\d+';

/**
 * The processes of this kernel and namespace, as Linux tells them. A process id alone says little: containers of one host
 * name have the same ids, and ids are given again. On other systems every process but this one is `elsewhere`.
 */
export function seenProcesses(): Processes {
  const started = statusOf(process.pid)?.started ?? 0;
  const system = systemName();
  const own = `${system}-${process.pid}-${started}`;
  return {
    own,
    stateOf(mark) {
      if (mark === own) return 'running';
      const [itsSystem, pid, itsStart] = mark.split('-');
      return itsSystem === system ? stateHere(Number(pid), Number(itsStart)) : 'elsewhere';
    },
  };
}

/** A name that two processes share only when each can see the other. */
function systemName(): string {
  try {
    // With the /proc of another namespace, the numbers in it are not ours.
    if (readlinkSync('/proc/self') === String(process.pid)) {
      // The start of a process is counted in its time namespace.
      const namespaces = ['pid', 'time'].map((kind) => readlinkSync(`/proc/self/ns/${kind}`));
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
      return createHash('sha256')
        .update([boot, ...namespaces].join())
        .digest('hex')
        .slice(0, 12);
    }
  } catch {
    // No Linux, or one that does not say.
  }
  return randomBytes(6).toString('hex');
}

function stateHere(pid: number, started: number): ProcessState {
  const status = statusOf(pid);
  if (status) return status.ended || status.started !== started ? 'gone' : 'running';
  try {
    process.kill(pid, 0); // sends nothing
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone';
  }
  return 'elsewhere'; // a process has this id, and /proc does not show whose it is
}

/** Of a line of `/proc/<pid>/stat`, see proc(5). */
function statusOf(pid: number): { readonly started: number; readonly ended: boolean } | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is a name in parentheses, which may hold anything.
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    const [state = '', threads, started] = [fields[0], fields[17], fields[19]];
    // A killed process that nobody has waited for; while it has other threads, these may still finish a system call.
    return { started: Number(started), ended: 'ZX'.includes(state) && Number(threads) <= 1 };
  } catch {
    return undefined;
  }
}
