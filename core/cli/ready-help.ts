import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Sentences are as wide as is read with ease, in whatever terminal that has so many columns. */
export const HELP_WIDTH = 80;

/** Where `npm run build` puts help texts, beside the executable: by the words of the command, with a space between them. */
export const READY_HELP = 'help.json';

/**
 * The help that is asked for, in `HELP_WIDTH` columns, as it was made with the package: nothing has to be loaded to print it.
 * @param folder where the executable is
 * @returns `undefined` when no help is asked for, or it is not there
 */
export function readyHelp(argv: readonly string[], folder: string): string | undefined {
  const words = helpWords(argv);
  // "ncg info" in quotation marks is no command.
  if (!words?.every((word) => /^\S+$/.test(word))) return undefined;
  try {
    const texts = JSON.parse(readFileSync(join(folder, READY_HELP), 'utf8')) as Readonly<
      Record<string, unknown>
    >;
    const command = words.join(' ');
    const text = Object.hasOwn(texts, command) ? texts[command] : undefined;
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined; // not built: slower, and the same
  }
}

/** Whose help: `ncg info --help`, `help ncg info`. */
function helpWords(argv: readonly string[]): readonly string[] | undefined {
  const last = argv.at(-1);
  if (last === '--help' || last === '-h') return argv.slice(0, -1);
  return argv[0] === 'help' ? argv.slice(1) : undefined;
}
