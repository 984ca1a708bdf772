import { fail, type PackagerError } from '../base/errors.ts';
import { withoutKeys } from '../base/key-like.ts';
import { nearest, showName } from '../config/wording.ts';
import { addClean, type CleanFlags } from './clean-words.ts';
import { Command, CommanderError, Help, Option } from './commander.ts';
import { wrapLines } from './format.ts';
import { refuseBothSides, refuseSecondNames } from './given-twice.ts';
import { DEVICES, EXAMPLES, EXIT_STATUSES, IN_THE_CONFIG, INPUTS, KEYS } from './help-text.ts';
import { addInspect, type InspectFlags } from './inspect-words.ts';
import { HELP_WIDTH } from './ready-help.ts';
import { addVerify, type VerifyFlags } from './verify-words.ts';

/** The options of `sealpack run`, as given. */
export interface RunFlags {
  readonly config?: string;
  readonly manifest?: string;
  readonly only?: readonly string[];
  readonly preset?: readonly string[];
  readonly mode?: readonly string[];
  readonly input?: readonly string[];
  readonly output?: string;
  readonly contentId?: string;
  readonly overwrite?: true;
  readonly verify?: true;
  readonly resume?: true;
  readonly workers?: number | string;
  readonly concurrency?: number | string;
  /** Another name of `concurrency`. */
  readonly titles?: number | string;
  readonly failFast?: true;
  readonly retries?: number | string;
  readonly report?: string;
  readonly segmentDuration?: number | string;
  readonly clear?: readonly string[];
  readonly target?: readonly string[];
  readonly json?: true;
  readonly quiet?: true;
}

export interface InitFlags {
  readonly force?: true;
}

/** The options of `sealpack plan`: what changes nothing of what is written is not among them. */
export type PlanFlags = Omit<
  RunFlags,
  'overwrite' | 'verify' | 'resume' | 'workers' | 'quiet' | keyof BatchFlags
>;

/** What only lists need. */
type BatchFlags = Pick<RunFlags, 'concurrency' | 'titles' | 'failFast' | 'retries' | 'report'>;

/** The options of `sealpack keys`. */
export interface KeysFlags
  extends Pick<RunFlags, 'config' | 'manifest' | 'only' | 'preset' | 'mode' | 'contentId'> {
  readonly reveal?: true;
}

/** The options of `sealpack preview`: what says where keys come from. */
export type PreviewFlags = Pick<RunFlags, 'config' | 'preset' | 'mode' | 'contentId'>;

/** The options of `sealpack decrypt`. */
export type DecryptFlags = Pick<
  RunFlags,
  'config' | 'preset' | 'mode' | 'contentId' | 'output' | 'overwrite'
>;

/** What the commands do; the program only reads the words. */
export interface Actions {
  run(inputs: readonly string[], flags: RunFlags): Promise<void>;
  init(flags: InitFlags): Promise<void>;
  plan(inputs: readonly string[], flags: PlanFlags): Promise<void>;
  keys(flags: KeysFlags): Promise<void>;
  verify(output: string, inputs: readonly string[], flags: VerifyFlags): Promise<void>;
  preview(target: string, flags: PreviewFlags): Promise<void>;
  decrypt(reference: string, flags: DecryptFlags): Promise<void>;
  inspect(target: string, flags: InspectFlags): Promise<void>;
  clean(locations: readonly string[], flags: CleanFlags): Promise<void>;
}

/** Where the program prints help, and how wide. */
export interface HelpScreen {
  write(text: string): unknown;
  readonly columns?: number;
}

/** Adds to a command the argument and the options that say which titles are meant; they are read as `RunFlags`. */
export type AddTitle = (command: Command) => Command;

/** The commands, options and help of `sealpack`. @param extend adds further commands */
export function createProgram(
  actions: Actions,
  version: () => string,
  screen: HelpScreen,
  extend: (program: Command, addTitle: AddTitle, addList: AddTitle) => void = () => {},
): Command {
  const printVersion = () => {
    screen.write(`${version()}\n`);
    throw new CommanderError(0, 'commander.version', '');
  };
  const program = new Command('sealpack')
    .description(
      'Package video, audio and subtitles for DRM: DASH-CENC, HLS-AES, HLS-NCG, NCG, and CMAF for DASH and HLS.',
    )
    // Options after a command's name belong to the command: `ncg decrypt --output` is not that of `run`.
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => screen.write(wrapLines(text, widthOf(screen))),
      writeErr: () => undefined,
    })
    .configureHelp({
      helpWidth: widthOf(screen),
      showGlobalOptions: false,
      // Every command has options; without the word the column of what it does is wide enough for 80 columns.
      subcommandTerm: (command) => new Help().subcommandTerm(command).replace(' [options]', ''),
    })
    .exitOverride();
  addRun(program, actions).usage('[options] [inputs...]\n       sealpack <command> [options]');
  program
    .optionsGroup('About:')
    .addOption(new Option('-v, --version', 'print the version'))
    .addOption(new Option('-V').hideHelp())
    .helpOption(...HELP)
    .on('option:version', printVersion)
    .on('option:V', printVersion)
    .addHelpText(
      'after',
      `\n${EXAMPLES}\n\n${INPUTS}\n\n${IN_THE_CONFIG}\n\n${DEVICES}\n\n${KEYS}\n\n${EXIT_STATUSES}`,
    );

  // Options before a command's name are those of `run`: given to another command they would be lost without a word.
  program.hook('preSubcommand', (_, command) => {
    const given = Object.keys(program.opts());
    if (command.name() !== 'run' && given.length > 0) {
      throw fail.invalidOption(`Options in front of "${command.name()}" do nothing.`, 'Put them behind it.');
    }
  });

  addRun(program.command('run'), actions).summary('package titles; the same as no command').description(RUN);
  program
    .command('init')
    .summary('write a packager.config.ts to start from')
    .helpOption(...HELP)
    .description('Write a commented packager.config.ts into this folder.')
    .option('--force', 'replace one that exists')
    .action((flags: InitFlags) => actions.init(flags));
  addPlan(program.command('plan'), actions);
  addKeys(program.command('keys'), actions);
  addPreview(program.command('preview'), actions);
  addVerify(program.command('verify'), actions.verify, list, addList).helpOption(...HELP);
  addDecrypt(program.command('decrypt'), actions);
  addInspect(program.command('inspect'), HELP, (target, flags) => actions.inspect(target, flags));
  addClean(program.command('clean'), actions.clean, list, addList).helpOption(...HELP);
  extend(program, addTitle, addList);
  program
    .helpCommand(false)
    .command('help [command...]')
    .summary('print the help of a command; the same as --help')
    .description('Print the help of Sealpack, or of one of its commands.')
    .helpOption(...HELP)
    .action((words: string[]) => helpOf(program, words));
  refuseSecondNames(program);
  return program;
}

const widthOf = ({ columns = HELP_WIDTH }: HelpScreen): number => Math.min(columns, HELP_WIDTH);

/** `sealpack help ncg decrypt`. */
function helpOf(program: Command, words: readonly string[]): void {
  let command = program;
  for (const word of words) {
    const names = command.commands.map((each) => each.name());
    const found = command.commands.find((each) => each.name() === word);
    if (!found)
      throw fail.invalidOption(`There is no command ${showName(word, names)}.`, nearest(word, names).trim());
    command = found;
  }
  command.help();
}

/** Said again for each command: an inherited help option would keep the group of the program's. */
const HELP = ['-h, --help', 'print this help'] as const;
const RUN =
  'Package what packager.config.* says, or the inputs given here. Options are stronger than the config.';

const PLAN =
  'Show what packaging would do: the tracks of the inputs and why one is left out, markers, thumbnails, every file with the ' +
  'size to expect, key ids, warnings. Reads headers and some samples, and writes no output; the key source is asked as by ' +
  'packaging, and one that makes keys, such as the local store, makes them.';

const KEYS_COMMAND =
  'Ask the key source of the config, as packaging would, and print the key ids, labels and DRM systems that it gives. ' +
  'A source that makes keys, such as the local store, makes them.';

const PREVIEW =
  'Serve a page that plays every manifest of a package in real players, with keys of the key source that is named, through ClearKey. ' +
  'Only this machine can open it, by the address that is printed; nothing leaves the machine. A config is packaged first, into a ' +
  'temporary folder that is removed at the end. Ctrl-C ends it.';

const DECRYPT =
  'Write a finished package again without protection: MP4, MPEG-TS and packed audio are decrypted, MPDs and playlists say nothing of keys ' +
  'and name the byte ranges of now, a file in the container of a vendor (film.mp4.ncg) becomes the file that is in it, all other files are ' +
  'copied, but those of keys. The keys are those of the key source that is named; where one is missing, or is not the right one, nothing is ' +
  'written.';

function addRun(command: Command, actions: Actions): Command {
  const titled = addTitle(command)
    .optionsGroup('Output:')
    .option('--output <dir>', 'the output folder')
    .option('--overwrite', 'replace outputs that exist: packages whole, with all that is in their folders')
    .option('--verify', 'compare what was written with the inputs before it appears')
    .option('--resume', 'pass over titles whose receipt says that they are packaged; write receipts')
    .addOption(
      new Option('--workers <n>', 'worker threads; 0: none (default: as many as pay)').argParser(number),
    )
    .optionsGroup('Many titles:');
  return addList(titled)
    .addOption(
      new Option('--concurrency <n>', 'titles at a time (default: one for each thread)')
        .argParser(number)
        .conflicts('titles'),
    )
    .addOption(new Option('--titles <n>', 'the same as --concurrency').argParser(number).hideHelp())
    .option('--fail-fast', 'begin no further title once one has failed')
    .addOption(
      new Option(
        '--retries <n>',
        'tries again where a server is down or busy (default: 3 in a list)',
      ).argParser(number),
    )
    .option('--report <file>', 'write what became of all titles, as JSON')
    .optionsGroup('What is printed:')
    .addOption(new Option('--json', 'one JSON event a line').conflicts('quiet'))
    .option('--quiet', 'errors only')
    .helpOption(...HELP)
    .action((inputs: string[], _: unknown, self: Command) => {
      refuseBothSides(self);
      return actions.run(inputs, self.optsWithGlobals<RunFlags>());
    });
}

/** What says which titles are meant. */
const addTitle: AddTitle = (command) =>
  command
    .argument(
      '[inputs...]',
      'MP4, Matroska, WebM or MPEG-TS; those with video are the renditions of one adaptive set. Subtitles: WebVTT, SubRip, TTML',
    )
    .optionsGroup('What to package:')
    .option('--config <file>', 'the config (default: packager.config.* here or above)')
    .option(
      '--preset <name>',
      'a built-in preset, such as local, in place of those of the config; with inputs, no config is needed',
      list,
    )
    .option('--mode <name>', 'only these, such as dash-cenc,hls-aes (repeat, or separate by commas)', list)
    .option('--input <file...>', 'the same as inputs without a name')
    .option('--content-id <id>', 'the content id (default: asked of the plugins)')
    .addOption(
      new Option('--segment-duration <s>', 'target in seconds, 0.5 to 60 (default: 6)').argParser(number),
    )
    .option('--clear <kinds>', 'tracks that stay clear, by intention: audio or video', list)
    .option('--target <name>', 'what it must play on, such as safari,android-tv: else it is refused', list);

function addPlan(plan: Command, actions: Actions): void {
  const titled = addTitle(plan)
    .summary('show every file that packaging would write, and write none')
    .description(PLAN)
    .option('--output <dir>', 'the output folder');
  addList(titled)
    .option('--json', 'as JSON, the same for the same inputs and config: to compare plans in CI')
    .helpOption(...HELP)
    .action((inputs: string[], flags: PlanFlags) => actions.plan(inputs, flags));
}

function addKeys(keys: Command, actions: Actions): void {
  const described = keys
    .summary('show what the key source gives for a title')
    .description(KEYS_COMMAND)
    .option('--content-id <id>', 'the content id (default: that of the config, or asked of the plugins)')
    .option('--config <file>', 'the config (default: packager.config.* here or above)');
  addList(described)
    .option('--preset <name>', 'a built-in preset in place of those of the config; no config is needed', list)
    .option('--mode <name>', 'only for these modes (repeat, or separate by commas)', list)
    .option('--reveal', 'print the keys and IVs themselves')
    .helpOption(...HELP)
    .action((flags: KeysFlags) => actions.keys(flags));
}

function addPreview(preview: Command, actions: Actions): void {
  preview
    .summary('play what was packaged, on a page of this machine')
    .description(PREVIEW)
    .argument('<output|config>', 'the folder of a package, a manifest, or a config to package and play')
    .optionsGroup('Where its keys come from:')
    .option(
      '--config <file>',
      'the config that it was packaged with (default: packager.config.* here or above)',
    )
    .option('--preset <name>', 'a built-in preset, such as local, in place of those of the config', list)
    .option('--content-id <id>', 'the content id (default: that of the config, or asked of the plugins)')
    .option('--mode <name>', 'only these modes (repeat, or separate by commas)', list)
    .helpOption(...HELP)
    .action((target: string, flags: PreviewFlags) => actions.preview(target, flags));
}

function addDecrypt(decrypt: Command, actions: Actions): void {
  decrypt
    .summary('write a package again as clear media')
    .description(DECRYPT)
    .argument(
      '<package|file>',
      'the folder of a package, a manifest, a file of media, or the address of one of these',
    )
    .optionsGroup('Where its keys come from:')
    .option('--config <file>', 'the config that it was packaged with; this or --preset is needed')
    .option('--preset <name>', 'a built-in preset, such as local, in place of those of the config', list)
    .option('--content-id <id>', 'the content id (default: that of the config, or asked of the plugins)')
    .option('--mode <name>', 'only for these modes (repeat, or separate by commas)', list)
    .optionsGroup('Output:')
    .option('--output <dir>', 'the output folder')
    .option('--overwrite', 'replace outputs that exist: packages whole, with all that is in their folders')
    .helpOption(...HELP)
    .action((reference: string, flags: DecryptFlags) => actions.decrypt(reference, flags));
}

/** Collects a repeatable option, each of which may hold several values. An empty one is refused as a value. */
const list = (value: string, before: readonly string[] = []): readonly string[] => {
  const names = value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return [...before, ...(names.length > 0 ? names : [''])];
};

/** What says which titles of a list are meant. */
const addList: AddTitle = (command) =>
  command
    .option('--manifest <file>', 'titles from a .csv or .jsonl file, each laid over the config')
    .option('--only <pattern>', 'these of a list, by content id, file name, number: news-*,17,20-29', list);

/** What is no number stays a text, and is refused with all other mistakes, in the words of the config. */
const number = (text: string): number | string => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text);

/** What commander complains about, in our words; `undefined` when it only stopped because help or version were asked. */
export function usageError(error: CommanderError): PackagerError | undefined {
  if (error.exitCode === 0) return undefined;
  if (error.code === 'commander.help')
    return fail.missingOption('A command is missing.', 'Add --help to see which there are.');
  const [, message = error.message, guess] =
    /^(?:error: )?(.*?)\s*(?:\(Did you mean (.*)\?\))?$/s.exec(error.message) ?? [];
  const sentence = `${message.charAt(0).toUpperCase()}${withoutValue(message).slice(1)}.`;
  return fail.invalidOption(sentence, guess ? `Did you mean ${guess}?` : hintFor(message));
}

/** `--kee=…`: what follows an option is not repeated, nor what is no name of one: it may be a secret. */
const withoutValue = (message: string): string =>
  withoutKeys(message.replace(/'(--?[\w-]+)=[^']*'$/s, "'$1'")).replace(
    /^(unknown option) '(?!-[\w.-]*'$).*$/s,
    '$1',
  );

/** Files whose names begin with a dash look like options. */
function hintFor(message: string): string {
  const [, name] = /^unknown option '(-[^']*\.\w{2,4})'$/.exec(message) ?? [];
  return name ? `If it is a file, write ./${name}.` : 'See `sealpack --help`.';
}
