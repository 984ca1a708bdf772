import { EXIT } from '../base/errors.ts';
import { describeInput } from '../engine/describe-input.ts';
import { describePackage } from '../inspect/describe/describe-package.ts';
import { openPackage } from '../inspect/files/open-package.ts';
import { wrapLine } from './format.ts';
import { inspectLines } from './inspect-text.ts';
import type { InspectFlags } from './inspect-words.ts';
import type { Parts } from './parts.ts';
import { paintFor, type Shell } from './shell.ts';

/** Plugins that know formats of files: of inputs, and of what a mode writes. */
const READERS = /^(?:demux|mode)-/;

/** What CI logs and terminals have at least. */
const COLUMNS = 80;

/**
 * Print what a file, a folder or an address is.
 * @returns the exit status: 3 where something is damaged
 */
export async function inspectCommand(
  target: string,
  flags: InspectFlags,
  shell: Shell,
  parts: () => Promise<Parts>,
): Promise<number> {
  const boxes = flags.boxes === true;
  const { builtins } = await parts();
  const readers = Object.entries(builtins.plugins).filter(([name]) => READERS.test(name));
  const plugins = readers.map(([, make]) => make({} as never));
  const files = await openPackage(target, { base: shell.cwd, signal: shell.signal });
  try {
    const other = describeInput(plugins, shell.signal);
    const found = await describePackage(files, { boxes, other });
    if (flags.json) shell.stdout.write(`${JSON.stringify(found, undefined, 2)}\n`);
    else {
      const { isTTY, columns = COLUMNS } = shell.stdout;
      const width = isTTY ? columns : COLUMNS;
      const lines = inspectLines(found, { isBoxes: boxes, paint: paintFor(shell.stdout, shell) });
      shell.stdout.write(`${lines.map((line) => wrapLine(line, width)).join('\n')}\n`);
    }
    return found.files.some(({ damage, tree }) => damage ?? tree?.damage) ? EXIT.input : 0;
  } finally {
    await files.close();
  }
}
