import { lstat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, extname, join, resolve } from 'node:path';
import type { CosmiconfigResult } from 'cosmiconfig';
import { fail, isTooManyFiles, PackagerError } from '../base/errors.ts';
import { missingPath, withoutKeys } from '../base/key-like.ts';
import { loadNow } from '../base/load-now.ts';
import { thrownWords } from '../base/thrown.ts';
import { collectingContext, configContext } from './define.ts';
import { type ConfigModules, type ScriptRunner, scriptRunner } from './script.ts';
import type { Config, ConfigFunction } from './types.ts';
import { REASONS, whyUnreadable } from './unreadable.ts';

export interface LoadOptions {
  /** A config file, relative to `cwd`. @default searched for in `cwd` and the folders above it */
  readonly file?: string | undefined;
  readonly cwd: string;
  /** What configs may import by name. */
  readonly modules: ConfigModules;
  /** @default the environment of the process */
  readonly env?: NodeJS.ProcessEnv;
  /** `scripts` of an earlier load of the same file: it is not compiled again. */
  readonly scripts?: ReadonlyMap<string, string>;
  /** Answer with a config that cannot run, for its other mistakes to be told, when variables are not set. @default false */
  readonly collectUnset?: boolean;
}

export interface LoadedConfig {
  /** Absolute path of the config file. */
  readonly path: string;
  /** The titles, as the file gives them: not checked yet. */
  readonly value: readonly Config[];
  /** Environment variables that it needs and that are not set; only with `collectUnset`. */
  readonly unset: readonly string[];
  /** The compiled files, for a worker thread that loads the same config. Treat as secret: sources can hold keys. */
  readonly scripts: ReadonlyMap<string, string>;
}

const SCRIPTS = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];
const EXTENSIONS = [...SCRIPTS, '.json', '.yaml', '.yml'];
const SEARCH_PLACES = [
  ...['ts', 'mts', 'js', 'mjs', 'cjs', 'json', 'yaml', 'yml'].map(
    (extension) => `packager.config.${extension}`,
  ),
  'package.json',
];

/** A script that was found and has not run yet. */
class Script {
  readonly path: string;
  readonly source: string;

  constructor(path: string, source: string) {
    this.path = path;
    this.source = source;
  }
}

/**
 * Find and load a config file: `packager.config.{ts,mts,js,mjs,cjs,json,yaml,yml}`, or `sealpack` in package.json,
 * in `cwd` or the nearest folder above it, up to the home folder or the root.
 *
 * @throws PackagerError when there is none, it cannot be loaded, or an environment variable that it needs is missing.
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const { file, cwd, modules, env, scripts } = options;
  const found = file === undefined ? await search(cwd) : await open(resolve(cwd, file));
  const path = found.filepath;
  if (found.isEmpty) throw fail.configNotLoaded(path, 'the file is empty.');
  const runner = scriptRunner(path, modules, scripts);
  const { value, unset } = await evaluate(path, found.config, runner, env);
  if (unset.length > 0 && !options.collectUnset) throw fail.missingEnvironment(unset);
  return { path, value, unset, scripts: runner.scripts };
}

type Found = NonNullable<CosmiconfigResult>;

/** Scripts run after the search, not in it: cosmiconfig passes over a file whose loader fails with ENOENT or EACCES. */
async function explorer() {
  const { cosmiconfig } = loadNow<typeof import('cosmiconfig')>('cosmiconfig');
  const { loadJson, loadYaml } = await import('./data.ts');
  const script = (path: string, source: string) => new Script(path, source);
  return cosmiconfig('sealpack', {
    searchPlaces: SEARCH_PLACES,
    searchStrategy: 'none',
    ignoreEmptySearchPlaces: false,
    cache: false,
    loaders: {
      ...Object.fromEntries(SCRIPTS.map((extension) => [extension, script])),
      '.json': loadJson,
      '.yaml': loadYaml,
      '.yml': loadYaml,
    },
  });
}

async function search(cwd: string): Promise<Found> {
  const { search } = await explorer();
  const home = homedir();
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    await refuseUnreadable(folder);
    const found = await readable(folder, () => search(folder));
    if (found) return found;
    if (folder === home || folder === dirname(folder)) throw fail.noConfig(resolve(cwd));
  }
}

async function open(path: string): Promise<Found> {
  const unreadable = await whyUnreadable(path);
  if (unreadable) throw fail.configNotLoaded(missingPath(path), unreadable.reason);
  if (!['', ...EXTENSIONS].includes(extname(path))) {
    throw fail.configNotLoaded(path, `the name of a config ends in ${EXTENSIONS.join(', ')}.`);
  }
  const found = await readable(path, async () => (await explorer()).load(path));
  if (!found) throw fail.configNotLoaded(path, 'it has no `sealpack` property.');
  return found;
}

/**
 * cosmiconfig passes over what it cannot read, and the config of a folder above would count in its place. Of package.json
 * only what would hang or fill the memory is refused: it may be anybody's.
 */
async function refuseUnreadable(folder: string): Promise<void> {
  for (const name of SEARCH_PLACES) {
    const path = join(folder, name);
    const isThere = await lstat(path).then(
      () => true,
      () => false,
    );
    if (!isThere) continue;
    const found = await whyUnreadable(path);
    const isOurs = name !== 'package.json';
    if (found && (isOurs || found.isHarmful)) throw fail.configNotLoaded(path, found.reason);
    if (isOurs) return;
  }
}

async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (isTooManyFiles(cause)) throw fail.tooManyFiles(path, cause);
    const { code = '', filepath = path } = cause as { code?: string; filepath?: string };
    throw fail.configNotLoaded(filepath, REASONS[code] ?? reason(cause, filepath), cause);
  }
}

async function evaluate(
  path: string,
  content: unknown,
  runner: ScriptRunner,
  env: NodeJS.ProcessEnv | undefined,
): Promise<Pick<LoadedConfig, 'value' | 'unset'>> {
  try {
    const made = content instanceof Script ? await runner.run(content.path, content.source) : content;
    if (typeof made !== 'function') return { value: titlesOf(await made), unset: [] };
    return await call(made as ConfigFunction, env);
  } catch (cause) {
    throw PackagerError.is(cause) ? cause : fail.configNotLoaded(path, reason(cause, path), cause);
  }
}

/** Each field is read once: a getter that throws is a mistake of the config, and told as one. */
function titlesOf(value: unknown): readonly Config[] {
  const titles = (Array.isArray(value) ? value : [value]) as readonly Config[];
  for (const title of titles) Object.values(title ?? {});
  return titles;
}

/**
 * A function that stops at a variable that is not set is called once more, to find the others. Not so an asynchronous one:
 * it may talk to servers, and is not to do that with anything but the truth.
 */
async function call(
  make: ConfigFunction,
  env: NodeJS.ProcessEnv | undefined,
): Promise<Pick<LoadedConfig, 'value' | 'unset'>> {
  let value: unknown;
  try {
    value = make(configContext(env));
  } catch (cause) {
    if (!PackagerError.is(cause) || cause.code !== 'MISSING_ENVIRONMENT') throw cause;
    const { context, unset } = collectingContext(env);
    try {
      value = titlesOf(await make(context));
    } catch {
      throw fail.missingEnvironment([...unset]); // something was made of a value that is not there
    }
    return { value: value as readonly Config[], unset: [...unset] };
  }
  return { value: titlesOf(await value), unset: [] };
}

/** The message in one line, with the line of the config that threw, if it is known and not in it already. */
function reason(cause: unknown, path: string): string {
  if (!(cause instanceof Error)) return thrownWords(cause);
  // A key without quotation marks is the name of a variable to JavaScript, and told as such.
  const message = plainWords(cause, path)
    .split(dirname(path))
    .map((part) => withoutKeys(part.replace(/\s+/g, ' '), { hasPaths: true }))
    .join(dirname(path));
  const frame = cause.stack?.split('\n').find((line) => line.includes(`${path}:`));
  const line = frame?.split(`${path}:`)[1]?.match(/^\d+/)?.[0];
  return line === undefined || /\bline \d/.test(message) || message.includes(path)
    ? message
    : `${message} (line ${line})`;
}

/**
 * The compiler ends with the path and the place, which are said in front and behind; what it makes of an imported
 * `name` is `(0 , _module.name)`.
 */
const plainWords = ({ message }: Error, path: string): string =>
  message
    .replace(/^ParseError: (.*?)\s*\n\s*(.*):(\d+):(\d+)$/s, (_, what, file, line, column) =>
      file === path
        ? `${what} (line ${line}, column ${column})`
        : `${what} (${file}, line ${line}, column ${column})`,
    )
    .replace(/\(0 , _[\w$]+\.([\w$]+)\)/g, '$1');
