import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { command } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';

export interface TerminalFacts {
  readonly columns: number;
  readonly rows: number;
  /** To be in. */
  readonly folder: string;
  /** A line of the shell before the first command; it is not seen. */
  readonly prepare: string;
}

/** A shell in a terminal that nobody looks at. */
export interface Terminal {
  /**
   * Type a command.
   * @param until what the screen shows when it is to be taken. @default the prompt is there again
   * @returns what is on the screen, with escape sequences for colours
   */
  run(line: string, until?: (text: string) => boolean): Promise<string>;
  close(): Promise<void>;
}

const PROMPT = '$ ';

/** How often to look, in milliseconds. */
const LOOK = 40;

export async function openTerminal({ columns, rows, folder, prepare }: TerminalFacts): Promise<Terminal> {
  const socket = join(temporaryFolder('tmux'), 'socket');
  const tmux = async (...args: string[]): Promise<string> =>
    (await command('tmux', ['-S', socket, '-f', '/dev/null', ...args])).toString();
  const type = (line: string) => tmux('send-keys', line, 'Enter');
  const shell = `env -u CI -u NO_COLOR PS1='${PROMPT}' bash --norc`;
  await tmux('new-session', '-d', '-c', folder, '-x', `${columns}`, '-y', `${rows}`, shell);
  const isIdle = (text: string): boolean => text.trimEnd().endsWith(`\n${PROMPT.trimEnd()}`);
  const screen = () => tmux('capture-pane', '-p');
  await type(prepare);
  return {
    async run(line, until = isIdle) {
      await type('clear');
      await sleep(20 * LOOK);
      await type(line);
      await sleep(10 * LOOK);
      while (!until(await screen())) await sleep(LOOK);
      return tmux('capture-pane', '-p', '-e');
    },
    close: async () => void (await tmux('kill-server')),
  };
}
