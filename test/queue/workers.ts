import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const BIN = join(import.meta.dirname, '../../dist/core/cli/bin.js');

/** A line of `sealpack worker --json`. */
export interface WorkerLine {
  readonly type: string;
  readonly id?: string;
  readonly name?: string;
  readonly outcome?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** A worker of the campaign: a process of the built command. */
export class WorkerProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  /** The title that it has begun and not ended. */
  title: string | undefined;

  constructor(
    args: readonly string[],
    env: NodeJS.ProcessEnv,
    cwd: string,
    onLine: (line: WorkerLine, worker: WorkerProcess) => void,
    onText: (text: string) => void,
  ) {
    this.child = spawn(process.execPath, [BIN, 'worker', ...args], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = new Promise((resolve) => this.child.once('close', (status) => resolve(status)));
    createInterface({ input: this.child.stdout! }).on('line', (text) => {
      onText(text);
      // The last line of one that was killed may be torn.
      if (!text.endsWith('}')) return;
      const line = JSON.parse(text) as WorkerLine;
      if (line.type === 'begin') this.title = line.name;
      if (line.type === 'title') this.title = undefined;
      onLine(line, this);
    });
    this.child.stderr!.setEncoding('utf8').on('data', onText);
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}

/** Run a command to its end; what it printed. @throws Error when it fails */
export function command(args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], { cwd, env });
    let text = '';
    const hear = (more: string): void => {
      text += more;
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.once('error', reject);
    child.once('close', (status) =>
      status === 0 ? resolve(text) : reject(new Error(`${args[0]} ended with ${status}: ${text}`)),
    );
  });
}
