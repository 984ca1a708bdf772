import { fail } from '../base/errors.ts';
import type { Command } from './commander.ts';

/** Options that name a place or a title: a second one would replace the first without a word. */
const NAMED_ONCE = ['--config', '--manifest', '--output', '--report', '--content-id'];

/** Refuses each of them that is given twice, for all commands below one. */
export function refuseSecondNames(command: Command): void {
  for (const option of command.options) {
    if (!NAMED_ONCE.includes(option.long ?? '')) continue;
    option.argParser((value: string, before: string | undefined) => {
      if (before === undefined) return value;
      const hint =
        option.long === '--manifest' ? 'Put the rows of both into one file.' : 'Leave one of them out.';
      throw fail.invalidOption(`${option.long} is given twice.`, hint);
    });
  }
  for (const below of command.commands) refuseSecondNames(below);
}

/** Options in front of `run` are its own too, and what is given on both sides is given twice. @throws PackagerError INVALID_OPTION */
export function refuseBothSides(run: Command): void {
  const before = run.parent?.opts() ?? {};
  const twice = run.options.find((option) => {
    const name = option.attributeName();
    return !option.isBoolean() && name in before && name in run.opts();
  });
  if (twice)
    throw fail.invalidOption(
      `${twice.long} is given in front of "${run.name()}" and behind it.`,
      'Put all options behind it.',
    );
}
