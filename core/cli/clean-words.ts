import type { Command } from './commander.ts';

/** The options of `sealpack clean`. */
export interface CleanFlags {
  readonly config?: string;
  readonly manifest?: string;
  readonly only?: readonly string[];
  readonly preset?: readonly string[];
  readonly json?: true;
}

const DESCRIPTION =
  'Bring to its end what runs have left that were killed: what one had begun to publish is put in place, whatever else it wrote is ' +
  'removed, uploads of buckets too. Runs that are still at work are named, and left alone. The next run with the same outputs does ' +
  'the same; this is for titles that nobody packages again. Exit status 4: something could be brought to no end.';

/** @param list collects a repeatable option. @param addList adds what says which titles of a list are meant */
export function addClean(
  clean: Command,
  action: (locations: readonly string[], flags: CleanFlags) => Promise<void>,
  list: (value: string, before?: readonly string[]) => readonly string[],
  addList: (command: Command) => Command,
): Command {
  const described = clean
    .summary('remove what killed runs have left behind')
    .description(DESCRIPTION)
    .argument(
      '[locations...]',
      'output folders and places such as s3://bucket/prefix, with all below it, or s3://bucket (default: those of the config)',
    )
    .option(
      '--config <file>',
      'the config whose plugins know the places (default: packager.config.* here or above)',
    );
  return addList(described)
    .option('--preset <name>', 'a built-in preset in place of those of the config', list)
    .option('--json', 'as JSON')
    .action(action);
}
