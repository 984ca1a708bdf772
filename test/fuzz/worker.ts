import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type StuckLimits, watchProcess } from '../helpers/commands/stuck.ts';

/** One mutant to try. */
export interface Task {
  /** Of the sound file. */
  readonly path: string;
  /** Its name. */
  readonly media: string;
  /** Which mutant of it. */
  readonly number: number;
}

/** A mutant in one mode. */
export interface FuzzRun {
  readonly mode: string;
  /** The code of the refusal; `packaged` otherwise. */
  readonly outcome: string;
  /** Coded samples that were decrypted again and are the input's. */
  readonly samples: number;
}

/** What became of a mutant. */
export interface Finding {
  readonly mutations: readonly string[];
  readonly runs: readonly FuzzRun[];
  readonly faults: readonly string[];
  /** The most memory that the process ever had, in bytes. */
  readonly peak: number;
}

/** A mutant takes a fraction of a second; this is a hang. */
const HANG: StuckLimits = { busySeconds: 30, idleSeconds: 120, silentSeconds: 900 };
/** The heap. */
const HEAP_MEGABYTES = 256;

/** Where mutants and what is made of them are written: memory, where there is enough of it to be written like a file. */
function quickFolder(): string {
  const [memory, room] = ['/dev/shm', 2 ** 29];
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize > room ? memory : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** A process that tries mutants. */
export class Worker {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #closed: Promise<string>;
  /** Whoever hangs does not see that nobody waits for it any more. */
  readonly #kill = () => this.#child.kill('SIGKILL');
  #words = '';

  constructor() {
    const script = join(import.meta.dirname, 'child.ts');
    const args = [`--max-old-space-size=${HEAP_MEGABYTES}`, '--import', 'tsx', script];
    this.#child = spawn(process.execPath, args, {
      stdio: 'pipe',
      env: { ...process.env, TMPDIR: quickFolder() },
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#words += text;
    });
    process.once('exit', this.#kill);
    this.#child.stdin.on('error', () => undefined); // it died: its end says so
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#closed = new Promise((resolve) => {
      this.#child.on('close', (status, signal) => {
        process.off('exit', this.#kill);
        resolve(signal ?? `status ${status}`);
      });
    });
  }

  /** Have one tried. */
  async ask(task: Task): Promise<Finding | { readonly death: string }> {
    let hang: string | undefined;
    const { pid } = this.#child;
    const watch =
      pid === undefined
        ? undefined
        : watchProcess(pid, HANG, (why) => {
            hang = why;
            this.#kill();
          });
    this.#child.stdin.write(`${JSON.stringify(task)}\n`);
    const { value } = await this.#lines.next();
    watch?.stop();
    if (value === undefined) {
      const ending = await this.#closed;
      const words = this.#words.slice(-2000);
      return { death: hang === undefined ? `dies (${ending}): ${words}` : `hangs: it ${hang}` };
    }
    const finding: Finding = JSON.parse(value);
    const words = this.#words;
    this.#words = '';
    return words ? { ...finding, faults: [...finding.faults, `prints ${words.slice(0, 2000)}`] } : finding;
  }

  async end(): Promise<void> {
    this.#child.stdin.end();
    await this.#closed;
  }
}
