import type { Command } from './commander.ts';

/** The options of `sealpack verify`. */
export interface VerifyFlags {
  readonly config?: string;
  readonly manifest?: string;
  readonly only?: readonly string[];
  readonly preset?: readonly string[];
  readonly mode?: readonly string[];
  readonly input?: readonly string[];
  readonly contentId?: string;
  readonly json?: true;
  readonly strict?: true;
}

const VERIFY =
  'Read a finished package again, decrypt it with the keys of its key source, and compare every sample with the inputs, those given ' +
  'here or of the config: nothing lost, doubled, out of order, late, or under another key. Without inputs samples are judged by their ' +
  'own bytes. Manifests, keys and places are checked against the media, also by the rules of Apple and DASH-IF. Makes no keys, and ' +
  'writes nothing.';

/** @param list collects a repeatable option. @param addList adds what says which titles of a list are meant */
export function addVerify(
  verify: Command,
  action: (output: string, inputs: readonly string[], flags: VerifyFlags) => Promise<void>,
  list: (value: string, before?: readonly string[]) => readonly string[],
  addList: (command: Command) => Command,
): Command {
  const described = verify
    .summary('compare what was packaged with the inputs, sample by sample')
    .description(VERIFY)
    .argument(
      '<output>',
      'the folder of one package or of several, a manifest, a media file, or its http(s) address',
    )
    .argument('[inputs...]', 'what it was made of (default: the inputs of the config)')
    .optionsGroup('What it was made of:')
    .option(
      '--config <file>',
      'the config that it was packaged with (default: packager.config.* here or above)',
    );
  return addList(described)
    .option(
      '--preset <name>',
      'a built-in preset, such as local, in place of those of the config; with it, no config is needed',
      list,
    )
    .option(
      '--mode <name>',
      'the modes of the config that it was packaged with (repeat, or separate by commas)',
      list,
    )
    .option('--input <file...>', 'the same as inputs without a name')
    .option('--content-id <id>', 'the content id (default: that of the config, or asked of the plugins)')
    .optionsGroup('What is printed:')
    .option('--json', 'as JSON')
    .option('--strict', 'exit status 6 for warnings too')
    .action((output: string, inputs: string[], flags: VerifyFlags) => action(output, inputs, flags));
}
