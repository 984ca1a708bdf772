import { spawn } from 'node:child_process';
import { fail, type PackagerError } from '../../core/index.ts';
import { serverWords } from '../../core/kit.ts';

export interface ProgramCall {
  /** The program, then its arguments. Nothing of a shell is in between. */
  readonly command: readonly string[];
  /** Beside the variables of this process. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

const MOST_OUTPUT = 64 * 1024;
const MOST_WORDS = 4096;

/**
 * What a program prints. It and all that it has started are killed when it takes too long, prints too much, or the run ends
 * meanwhile. What it leaves behind when it has ended, and that holds none of its output, is meant to stay: an agent, say.
 * @throws PackagerError INVALID_OPTION when it cannot be started, REQUEST_FAILED when it takes too long, SERVER_ERROR when
 * it fails, with what it says on standard error: never with what it prints
 */
export function runProgram({ command, env, timeoutSeconds, signal }: ProgramCall): Promise<Uint8Array> {
  const [program = '', ...args] = command;
  const name = `The program ${serverWords(program)}`;
  if (signal.aborted) return Promise.reject(fail.cancelled());
  return new Promise((resolve, reject) => {
    // A group of its own: what is killed is killed with all that it has started.
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    const printed = new Limited(MOST_OUTPUT);
    const words = new Limited(MOST_WORDS);
    let isClosed = false;
    let isStopped = false;
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
    };
    const stop = (error: PackagerError): void => {
      settle();
      isStopped = true;
      // Whoever still holds a pipe is of the group, so its number is nobody else's.
      if (!isClosed) kill(child.pid);
      child.stdout.destroy();
      child.stderr.destroy();
      reject(error);
    };
    const cancel = () => stop(fail.cancelled());
    const timer = setTimeout(
      () => stop(fail.requestFailed(name, `it took longer than ${timeoutSeconds} s.`, TIMEOUT_HINT)),
      timeoutSeconds * 1000,
    );
    signal.addEventListener('abort', cancel);
    child.on('error', (cause: NodeJS.ErrnoException) => stop(notStarted(name, cause)));
    child.stdout.on('data', (chunk: Buffer) => {
      if (!printed.add(chunk))
        stop(fail.serverError(name, `printed more than ${MOST_OUTPUT} bytes.`, PRINT_HINT));
    });
    child.stderr.on('data', (chunk: Buffer) => void words.add(chunk));
    child.on('close', (status, killedBy) => {
      isClosed = true;
      if (status === 0) {
        settle();
        resolve(printed.bytes());
      } else if (!isStopped) {
        stop(failed(name, killedBy ?? status, printed.bytes(), words.bytes()));
      }
    });
  });
}

function failed(name: string, end: string | number | null, printed: Buffer, words: Buffer): PackagerError {
  const how = typeof end === 'string' ? `was ended by ${end}` : `ended with exit status ${end}`;
  // What it printed before may be the key.
  const secrets = printed.toString('latin1').match(/[^\s"',:{}]{8,200}/g) ?? [];
  const said = serverWords(words, secrets.slice(0, 20)).replace(/[\s.]+$/, '');
  return fail.serverError(name, said === '' ? `${how}.` : `${how}: ${said}.`, FAILURE_HINT);
}

const TIMEOUT_HINT = 'Find out what it waits for, or set a larger `timeoutSeconds`.';
const PRINT_HINT = 'It is to print the key alone, as JSON.';
const FAILURE_HINT =
  'Run it by itself: the request is in the environment variables SEALPACK_CONTENT_ID and so on.';

function notStarted(name: string, { code = 'unknown error' }: NodeJS.ErrnoException): PackagerError {
  const reason = code === 'ENOENT' ? 'there is none' : code === 'EACCES' ? 'it may not be executed' : code;
  return fail.invalidOption(`${name} cannot be started: ${reason}.`, 'Look at `command` of key-command.');
}

function kill(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** The first bytes of a stream. */
class Limited {
  readonly #chunks: Buffer[] = [];
  readonly #most: number;
  #size = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether there was room for all of it. */
  add(chunk: Buffer): boolean {
    this.#chunks.push(chunk.subarray(0, this.#most - Math.min(this.#size, this.#most)));
    this.#size += chunk.length;
    return this.#size <= this.#most;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}
