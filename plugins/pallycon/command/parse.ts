import { fail, type PackagerError } from '../../../core/index.ts';
import { type FlagName, findOption, type ValueName } from './options.ts';

/** A value with the spelling of its option, by which messages call it. It may be secret. */
export interface GivenValue {
  readonly spelling: string;
  readonly text: string;
}

/** The arguments as they were given: nothing is checked but their form. */
export interface Given {
  readonly flags: ReadonlySet<FlagName>;
  readonly values: ReadonlyMap<ValueName, GivenValue>;
  readonly inputs: readonly string[];
}

/**
 * Read the arguments: `--name value` or `--name=value`; several files may follow one `--i`.
 * @throws PackagerError NO_PARAMETERS when there are none, INVALID_OPTION for an unknown one, MISSING_OPTION when a
 * value is missing, SURPLUS_OPTION when one is too many
 */
export function parseArguments(argv: readonly string[]): Given {
  if (argv.length === 0) throw fail.noParameters('No parameters were given.');
  const flags = new Set<FlagName>();
  const values = new Map<ValueName, GivenValue>();
  const inputs: string[] = [];
  const words = [...argv];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const [, spelling = word, attached] = /^(-[^=]*)=(.*)$/s.exec(word) ?? [];
    const option = findOption(spelling);
    if (!option) throw misplaced(spelling);
    switch (option.takes) {
      case 'nothing':
        if (attached !== undefined) throw fail.invalidOption(`${spelling} takes no value.`);
        if (flags.has(option.name)) throw twice(spelling);
        flags.add(option.name);
        break;
      case 'value':
        if (values.has(option.name)) throw twice(spelling);
        values.set(option.name, { spelling, text: attached ?? takeValue(words, spelling) });
        break;
      case 'files':
        for (const file of takeFiles(words, spelling, attached)) inputs.push(file);
        break;
    }
  }
  return { flags, values, inputs };
}

/** A value may begin with a dash, as URL-safe Base64 does, unless it is an option. */
function takeValue(words: string[], spelling: string): string {
  const next = words[0];
  if (next === undefined || findOption(next.replace(/=.*$/s, ''))) throw missingValue(spelling);
  words.shift();
  return next;
}

function takeFiles(words: string[], spelling: string, attached: string | undefined): string[] {
  const files = attached === undefined ? [] : [attached];
  while (words[0] !== undefined && !words[0].startsWith('-')) files.push(words.shift()!);
  if (files.length === 0) throw missingValue(spelling);
  return files;
}

const missingValue = (spelling: string): PackagerError => fail.missingOption(`${spelling} needs a value.`);

const twice = (spelling: string): PackagerError =>
  fail.surplusOption(`${spelling} is given twice, or in two spellings.`);

/** Quotes nothing that could be a key in the wrong place. */
function misplaced(word: string): PackagerError {
  if (!word.startsWith('-')) return fail.surplusOption('There is a value that belongs to no parameter.', ASK);
  const name = /^--?[a-z][a-z_-]{0,39}$/.test(word) ? word : 'One of the words with a dash in front';
  return fail.invalidOption(`${name} is not a parameter.`, ASK);
}

const ASK = 'PallyConPackager --help lists the parameters.';
