import { type ChildProcess, spawn } from 'node:child_process';

export interface BuiltCommandOptions {
  readonly cwd?: string | undefined;
  /** All of its environment. */
  readonly env: NodeJS.ProcessEnv;
  /** A command that starts the command that is its last arguments, e.g. `['setpriv', …]`. */
  readonly through?: readonly string[] | undefined;
  readonly onStart?: ((child: ChildProcess) => void) | undefined;
  /** Told of standard output as it comes; may end the command. */
  readonly onText?: ((text: string, child: ChildProcess) => void) | undefined;
}

export interface CommandOutcome {
  /** `null` when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Run a built command to its end, in a process of its own. @param bin a file that Node runs */
export function runBuilt(
  bin: string,
  args: readonly string[],
  { cwd, env, through = [], onStart, onText }: BuiltCommandOptions,
): Promise<CommandOutcome> {
  return new Promise((resolve, reject) => {
    const [program = '', ...rest] = [...through, process.execPath, bin, ...args];
    const child = spawn(program, rest, { cwd, env });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      onText?.(text, child);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
    onStart?.(child);
  });
}
