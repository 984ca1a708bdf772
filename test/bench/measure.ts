import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One run of a program. */
export interface Measurement {
  /** From its start to its end. */
  readonly seconds: number;
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
    const timer = setInterval(() => {
      peakBytes = peakOf(child.pid) ?? peakBytes;
    }, POLL_MILLISECONDS);
    child.on('error', (error) => {
      clearInterval(timer);
      reject(error);
    });
    child.on('close', (status) => {
      clearInterval(timer);
      const seconds = (performance.now() - start) / 1000;
      if (status === right) resolve({ seconds, peakBytes });
      else reject(new Error(`${program} ended with status ${status}: ${words.trim().slice(-1000)}`));
    });
  });
}

function peakOf(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined; // it has ended, or this system has no /proc
  }
}
