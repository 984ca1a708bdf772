import type { Command } from '../../core/cli/commander.ts';
import type { Parts } from '../../core/cli/parts.ts';
import { type Actions, createProgram } from '../../core/cli/program.ts';
import { HELP_WIDTH } from '../../core/cli/ready-help.ts';
import { commands } from '../../plugins/commands.ts';
import { Sink } from '../helpers/commands/cli-runs.ts';

/** The help of the program and of each of its commands, by their words. */
export function helpTexts(): Readonly<Record<string, string>> {
  const screen = Object.assign(new Sink(), { columns: HELP_WIDTH });
  const unused = (): never => {
    throw new Error('help does nothing');
  };
  const shell = { stdout: screen, stderr: screen, env: {}, cwd: '', now: unused } as never;
  const parts = unused as () => Promise<Parts>;
  const program = createProgram({} as Actions, unused, screen, (extended, addTitle, addList) => {
    for (const command of commands) command.add(extended, { shell, parts, exit: unused, addTitle, addList });
  });
  const texts: Record<string, string> = {};
  const take = (command: Command, words: readonly string[]): void => {
    const before = screen.text.length;
    command.outputHelp();
    texts[words.join(' ')] = screen.text.slice(before);
    for (const each of command.commands) take(each, [...words, each.name()]);
  };
  take(program, []);
  return texts;
}
