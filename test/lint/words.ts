/**
 * What `core/` does not know: vendors, the plugins and modes that come with it, the options of its command. Part of
 * `npm run check`. Only `core/cli/` speaks of them: its help teaches them, its hints are for users of the command.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A word that core may not have, and whose it is. */
interface Word {
  readonly what: string;
  readonly pattern: RegExp;
}

const ALWAYS: readonly Word[] = [
  { what: 'a vendor', pattern: /pallycon|doverunner|(?<![a-z])ncg(?![a-z])/i },
  { what: 'an option of the command', pattern: /(?<![-\w])--[a-z][a-z-]+/ },
  { what: 'a command', pattern: /\bsealpack (?:run|init|keys|plan)\b/ },
];

interface Exception {
  readonly file: string;
  readonly word: string;
  readonly reason: string;
}

const EXCEPTIONS: readonly Exception[] = [
  {
    file: 'core/engine/foreign-formats.ts',
    word: 'NCG',
    reason:
      'knows files by how they begin, whoever makes them, and has to where no plugin for them is loaded',
  },
];

const KINDS = /^(?:mode|key|cid|demux|report|source|store|queue|gateway)-/;

/** The words of our plugins: `key-local` and `keyLocal`; of a mode its own name too: `dash-cenc`. @param files below plugins/ */
export function pluginWords(files: readonly string[]): Word[] {
  const names = files.map((file) => basename(file, '.ts')).filter((name) => KINDS.test(name));
  return names.flatMap((name) => {
    const own = name.replace(/^mode-/, '');
    // A mode of one word is called as the standard that it follows, of which core may speak.
    const words = own === name || own.includes('-') ? [name, own, camelCase(own)] : [name];
    const pattern = new RegExp(`(?<![\\w/-])(?:${[...new Set(words)].join('|')})(?![\\w-])`);
    return { what: name.startsWith('mode-') ? 'a mode' : 'a plugin', pattern };
  });
}

const camelCase = (name: string): string =>
  name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Where a text has such words: a line each. Exceptions that it has are put into `used`. */
export function wordsIn(
  file: string,
  text: string,
  words: readonly Word[],
  used: Set<Exception> = new Set(),
): string[] {
  const faults: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    for (const { what, pattern } of words) {
      const [found] = pattern.exec(line) ?? [];
      if (found === undefined) continue;
      const exception = EXCEPTIONS.find((each) => each.file === file && each.word === found);
      if (exception) used.add(exception);
      else faults.push(`${file}:${index + 1} names ${what}: "${found}". Who knows it has to pass it in.`);
    }
  }
  return faults;
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts'));

/** All faults of the project at `root`. */
export function wrongWords(root: string): string[] {
  const words = [...ALWAYS, ...pluginWords(filesBelow(join(root, 'plugins')))];
  const used = new Set<Exception>();
  const files = filesBelow(join(root, 'core')).filter((name) => !name.startsWith('cli/'));
  const faults = files.flatMap((name) =>
    wordsIn(`core/${name}`, readFileSync(join(root, 'core', name), 'utf8'), words, used),
  );
  const idle = EXCEPTIONS.filter((each) => !used.has(each));
  return [
    ...faults,
    ...idle.map(({ file, word }) => `${file} has no "${word}" any more: an exception less.`),
  ];
}

if (process.argv[1] === import.meta.filename) {
  const faults = wrongWords(join(import.meta.dirname, '../..'));
  for (const fault of faults) console.error(fault);
  console.log(`Words of others in core: ${faults.length}.`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
