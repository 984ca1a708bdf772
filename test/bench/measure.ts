import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One run of a program. */
export interface Measurement {
  /** From its start to its end. */
  readonly seconds: number;
  /** Of all processors, for it and what it has started, but for its last milliseconds; `undefined` where there is no `/proc`. */
  readonly cpuSeconds: number | undefined;
  /** Peak resident memory; `undefined` where there is no `/proc`. */
  readonly peakBytes: number | undefined;
}

const POLL_MILLISECONDS = 10;

/**
 * Run a program to its end.
 *
 * Peak memory is `VmHWM` of `/proc/<pid>/status`, all threads together. The kernel keeps that mark itself: looking
 * now and then loses no peak, but for what is added in the last milliseconds.
 * @throws Error with its words, when its exit status is not 0, or the one that is right for it
 */
export function measure(
  program: string,
  args: readonly string[],
  cwd: string,
  right = 0,
): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    // Shaka Packager writes everything twice: first into the folder for temporary files.
    const env = { ...process.env, TMPDIR: cwd };
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words += text;
    });
    let peakBytes: number | undefined;
    let cpuSeconds: number | undefined;
    const timer = setInterval(() => {
      for (const pid of processes(child.pid)) {
        const peak = peakOf(pid);
        if (peak !== undefined) peakBytes = Math.max(peak, peakBytes ?? 0);
      }
      cpuSeconds = cpuOf(child.pid) ?? cpuSeconds;
    }, POLL_MILLISECONDS);
    child.on('error', (error) => {
      clearInterval(timer);
      reject(error);
    });
    child.on('close', (status) => {
      clearInterval(timer);
      const seconds = (performance.now() - start) / 1000;
      if (status === right) resolve({ seconds, cpuSeconds, peakBytes });
      else reject(new Error(`${program} ended with status ${status}: ${words.trim().slice(-1000)}`));
    });
  });
}

/** A process and those that it has started. */
function processes(pid: number | undefined): readonly number[] {
  if (pid === undefined) return [];
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return [pid, ...children.split(' ').filter(Boolean).map(Number)];
  } catch {
    return [pid];
  }
}

/** Clock ticks of `/proc`: a hundred a second on every Linux. */
const TICKS = 100;

/** User and system time, and that of children that have ended and been waited for. */
function cpuOf(pid: number | undefined): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    const [user, system, childUser, childSystem] = fields.slice(11, 15).map(Number);
    return (user! + system! + childUser! + childSystem!) / TICKS;
  } catch {
    return undefined;
  }
}

function peakOf(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined; // it has ended, or this system has no /proc
  }
}
