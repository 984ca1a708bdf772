import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** A program, and the files that are its standard input, output and error. */
export interface Start {
  readonly name: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly stdin: string;
  readonly stdout: string;
  readonly stderr: string;
}

interface Job {
  began(pid: number): void;
  ended(status: number): void;
  lost(reason: Error): void;
}

/** Started with the first program. Its environment is that of this process at that time. */
let shell: Shell | undefined;

/**
 * Start a program by way of a shell that stays. A process of hundreds of megabytes is forked in tens of milliseconds, and pays again for
 * each page that it writes to afterwards; a shell is forked in one.
 * @param began hears the program's process id
 * @returns its exit status; that of one ended by a signal is 128 and the signal's number; 127 where there is no such program
 */
export function start(program: Start, began: (pid: number) => void): Promise<number> {
  shell ??= new Shell();
  return shell.start(program, began);
}

/** Of the shell, where there is one: programs are its children. */
export const starterPid = (): number | undefined => shell?.pid;

class Shell {
  readonly #process: ChildProcess;
  readonly #words: Socket;
  readonly #answers: Socket;
  readonly #jobs = new Map<number, Job>();
  #count = 0;

  constructor() {
    this.#process = spawn('sh', [], { stdio: ['pipe', 'ignore', 'ignore', 'pipe'] });
    this.#words = this.#process.stdin as Socket;
    this.#answers = this.#process.stdio[3] as Socket;
    createInterface({ input: this.#answers }).on('line', (line) => this.#hear(line));
    this.#process.on('error', (error) => this.#lose(error));
    this.#process.on('exit', () => this.#lose(new Error('The shell that starts programs has ended.')));
    this.#words.on('error', (error) => this.#lose(error));
    this.#rest();
    // What its programs took counts as time of this process's children once they have been waited for.
    process.once('beforeExit', () => {
      this.#process.ref();
      this.#words.end();
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  start(program: Start, began: (pid: number) => void): Promise<number> {
    const number = this.#count++;
    this.#answers.ref();
    return new Promise((resolve, reject) => {
      this.#jobs.set(number, { began, ended: resolve, lost: reject });
      this.#words.write(scriptOf(program, number));
    });
  }

  #hear(line: string): void {
    const [what, number, value] = line.split(' ');
    const job = this.#jobs.get(Number(number));
    if (what === 'began') {
      job?.began(Number(value));
      return;
    }
    // Or it stays behind as a process that nobody waits for.
    this.#words.write(`wait $job${number}; unset job${number}\n`);
    this.#jobs.delete(Number(number));
    job?.ended(Number(value));
    if (this.#jobs.size === 0) this.#rest();
  }

  #lose(reason: Error): void {
    for (const job of this.#jobs.values()) job.lost(reason);
    this.#jobs.clear();
  }

  /** It does not keep this process from its end. */
  #rest(): void {
    this.#process.unref();
    for (const stream of [this.#words, this.#answers]) stream.unref();
  }
}

/** One job more: the program itself, and a shell that waits for it. */
function scriptOf({ name, args, cwd, stdin, stdout, stderr }: Start, number: number): string {
  const words = [name, ...args].map(quoted).join(' ');
  const files = `<${quoted(stdin)} >${quoted(stdout)} 2>${quoted(stderr)} 3>&-`;
  const program = `(cd ${quoted(cwd)} && exec ${words}) ${files}`;
  return `{ ${program} & echo "began ${number} $!" >&3; wait $!; echo "ended ${number} $?" >&3; } & job${number}=$!\n`;
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
