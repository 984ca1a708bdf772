import { version } from '../base/version.ts';
import type { CommandExtension } from './command-extension.ts';
import { type Command, CommanderError } from './commander.ts';
import { errorDetails, exitStatus, printError } from './errors.ts';
import type { Parts } from './parts.ts';
import { createProgram, usageError } from './program.ts';
import { refuseLostBytes } from './refuse-lost-bytes.ts';
import type { Shell } from './shell.ts';

/**
 * Commands whose `--json` is one object: when they fail it says why. That of all others is lines, the last of which says so; a run that has
 * begun has said it itself.
 */
const TOLD_AS_OBJECT: readonly (string | undefined)[] = ['plan', 'verify', 'inspect', 'clean'];

/** Raised when the JSON of a failure changes in a way that breaks who reads it. */
const VERSION = 1;

/** Run one command; answers the exit status. Errors are printed, never thrown. */
export async function main(
  argv: readonly string[],
  shell: Shell,
  parts: () => Promise<Parts>,
  extensions: readonly CommandExtension[] = [],
): Promise<number> {
  let status = 0;
  const isJson = argv.includes('--json');
  let hasEvents = false;
  const onError = (error: unknown, title?: string): void => {
    if (isJson && TOLD_AS_OBJECT.includes(argv[0])) {
      const told = { version: VERSION, error: errorDetails(error) };
      shell.stdout.write(`${JSON.stringify(told, undefined, 2)}\n`);
    }
    printError(error, shell, title);
  };
  const program = createProgram(
    {
      run: async (inputs, flags) => {
        const { runCommand } = await import('./run-command.ts');
        hasEvents = true;
        status = await runCommand(inputs, flags, shell, parts, onError);
      },
      init: async (flags) => (await import('./init-command.ts')).initCommand(flags, shell),
      plan: async (inputs, flags) => {
        const { planCommand } = await import('./plan-command.ts');
        status = await planCommand(inputs, flags, shell, parts, onError);
      },
      verify: async (output, inputs, flags) => {
        const { verifyCommand } = await import('./verify-command.ts');
        status = await verifyCommand(output, inputs, flags, shell, parts);
      },
      preview: async (target, flags) => {
        const { previewCommand } = await import('./preview-command.ts');
        status = await previewCommand(target, flags, shell, parts, onError);
      },
      decrypt: async (reference, flags) =>
        (await import('./decrypt-command.ts')).decryptCommand(reference, flags, shell, parts),
      inspect: async (target, flags) => {
        const { inspectCommand } = await import('./inspect-command.ts');
        status = await inspectCommand(target, flags, shell, parts);
      },
      clean: async (locations, flags) => {
        const { cleanCommand } = await import('./clean-command.ts');
        status = await cleanCommand(locations, flags, shell, parts);
      },
      keys: async (flags) => (await import('./keys-command.ts')).keysCommand(flags, shell, parts),
    },
    version,
    shell.stdout,
    (extended, addTitle, addList) => {
      const exit = (code: number): void => {
        status = code;
      };
      for (const extension of extensions) extension.add(extended, { shell, parts, exit, addTitle, addList });
    },
  );
  try {
    refuseLostBytes(argv);
    await program.parseAsync(argv, { from: 'user' });
    return status;
  } catch (error) {
    const failure = error instanceof CommanderError ? usageError(error) : error;
    if (failure === undefined) return 0;
    if (isJson && !hasEvents && hasLines(program, argv)) {
      const { refusal } = await import('./json.ts');
      shell.stdout.write(refusal(failure));
    }
    onError(failure);
    return exitStatus(failure);
  }
}

/** Whether `--json` are lines of the command that is named: `run`, where none is, or where what is meant is no command. */
function hasLines(program: Command, argv: readonly string[]): boolean {
  let command = program;
  for (const word of argv) {
    const next = command.commands.find((each) => each.name() === word);
    if (!next) break;
    command = next;
  }
  return !TOLD_AS_OBJECT.includes(argv[0]) && command.options.some(({ long }) => long === '--json');
}
