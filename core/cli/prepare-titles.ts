import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fail } from '../base/errors.ts';
import { loadNow } from '../base/load-now.ts';
import { type Draft, draftTitle } from '../config/draft.ts';
import type { LoadedConfig, LoadOptions } from '../config/load.ts';
import { resolveConfig } from '../config/resolve.ts';
import type { Config, ConfigOrigin, ConfigOverrides } from '../config/types.ts';
import type { Plugin } from '../contract/packager.ts';
import type { PackageOptions } from '../engine/api.ts';
import { within } from '../io/reference.ts';
import { refuseMistakes } from './mistakes.ts';
import type { Parts, TitleParts } from './parts.ts';
import type { RunFlags } from './program.ts';
import type { Shell } from './shell.ts';
import { isBatch, namesOf, orderOf, ownFolder, type Titles } from './titles.ts';

type Surroundings = Pick<Shell, 'cwd' | 'env'>;

/**
 * Everything that can be wrong with a command before work begins is found here, for all titles at once.
 * @throws PackagerError with all mistakes, each with its place in the config
 */
export async function prepareTitles(
  inputs: readonly string[],
  flags: RunFlags,
  shell: Surroundings,
  parts: TitleParts,
): Promise<readonly PackageOptions[]> {
  const { drafts, optionsOf } = await draftTitles(inputs, flags, shell, parts);
  return drafts.map((draft, index) => optionsOf(index, draft));
}

/** The same for packaging: those that `--only` chooses, in the order that they ask for. Plugins of a batch are made when a title's turn comes. */
export async function prepareList(
  inputs: readonly string[],
  flags: RunFlags,
  shell: Surroundings,
  parts: TitleParts,
): Promise<Titles> {
  const { drafts, optionsOf, redraft } = await draftTitles(inputs, flags, shell, parts);
  const named = drafts.map(({ title }) => title);
  const chosen = flags.only ? (await import('./only.ts')).chosen(named, flags.only) : [...named.keys()];
  const order = orderOf(chosen.map((index) => named[index]?.priority));
  const { length } = chosen;
  const whole = isBatch({ of: length }) ? undefined : drafts;
  const at = (place: number) => {
    const index = chosen[place];
    return index === undefined ? undefined : optionsOf(index, whole?.[index] ?? redraft(index));
  };
  const nameOf = (place: number) => namesOf(named[chosen[place]!]!);
  return { length, at, nameOf, order };
}

interface Drafts {
  /** Without a mistake. */
  readonly drafts: readonly Draft[];
  /** The draft of a title once more, with plugins of its own. @throws PackagerError INVALID_CONFIG where one can no longer be made */
  redraft(index: number): Draft;
  optionsOf(index: number, draft: Draft): PackageOptions;
}

async function draftTitles(
  inputs: readonly string[],
  flags: RunFlags,
  { cwd, env }: Surroundings,
  parts: TitleParts,
): Promise<Drafts> {
  const { builtins, modules, entry, inputs: need, outputs } = parts;
  const inputsOptional = need === 'optional';
  const overrides = overridesOf(inputs, flags);
  refuseMistypedCommand(inputs, cwd);
  // A command line that says everything is not changed by a config that happens to lie around.
  const complete = flags.config === undefined && overrides.preset && (overrides.inputs || inputsOptional);
  const loaded = complete
    ? undefined
    : await load({ file: flags.config, cwd, env, modules, collectUnset: true });
  const configs: readonly Config[] = loaded?.value ?? [{}];
  refuseOneForAll(configs, overrides);

  const base = loaded ? dirname(loaded.path) : cwd;
  const { output } = overrides;
  const optionsAt = (index: number) => {
    const own =
      outputs === 'apart' && configs.length > 1 && output !== undefined
        ? { output: within(output, ownFolder(index)) }
        : {};
    return { builtins, base, overrides: { ...overrides, ...own }, cwd };
  };
  const drafts = configs.map((config, index) =>
    draftTitle(config, optionsAt(index), configs.length > 1 ? `[${index}].` : ''),
  );
  await refuseMistakes(drafts, { path: loaded?.path, unset: loaded?.unset ?? [], overrides, inputsOptional });
  const redraft = (index: number): Draft => {
    const draft = draftTitle(configs[index]!, { ...optionsAt(index), checked: true });
    const complaints = [...draft.overrideComplaints, ...draft.complaints];
    // A title without a plugin that could not be made again would be another one.
    if (complaints.length > 0) throw fail.invalidConfig(loaded?.path ?? 'The command line', complaints);
    return draft;
  };
  const optionsOf = (index: number, { title, plugins }: Draft): PackageOptions => {
    const data: ConfigOrigin = {
      path: loaded?.path,
      index,
      overrides,
      scripts: loaded?.scripts ?? new Map(),
    };
    return { title, plugins, origin: { entry, data } };
  };
  return { drafts, redraft, optionsOf };
}

/** In a worker thread: configs that it has loaded. The main thread too makes all titles of one load. */
const loadedHere = new Map<string, Promise<LoadedConfig>>();

/** In a worker thread: the plugins of a title that it works for, made from the same config. */
export async function loadPlugins(
  origin: ConfigOrigin,
  parts: Parts,
  cwd: string,
): Promise<readonly Plugin[]> {
  const { path, index, overrides, row, scripts } = origin;
  const { builtins, modules } = parts;
  if (path !== undefined && !loadedHere.has(path)) {
    loadedHere.set(path, load({ file: path, cwd, modules, scripts }));
  }
  const loaded = path === undefined ? undefined : await loadedHere.get(path);
  const config = loaded?.value[index] ?? {};
  const base = path === undefined ? cwd : dirname(path);
  return resolveConfig(config, { builtins, base, overrides, row, cwd, checked: true }).plugins;
}

/** What loads configs takes a while to load itself, and a command line that says everything does without. */
export async function load(options: LoadOptions): Promise<LoadedConfig> {
  const { loadConfig } = await import('../config/load.ts');
  return loadConfig(options);
}

/** As given: what is wrong with them is found with everything else. */
export function overridesOf(inputs: readonly string[], flags: RunFlags): ConfigOverrides {
  const all = [...inputs, ...(flags.input ?? [])];
  return {
    preset: flags.preset,
    modes: flags.mode,
    inputs: all.length > 0 ? all : undefined,
    output: flags.output,
    contentId: flags.contentId,
    segmentDuration: flags.segmentDuration as ConfigOverrides['segmentDuration'],
    clear: flags.clear as ConfigOverrides['clear'],
    targets: flags.target,
    overwrite: flags.overwrite,
    verify: flags.verify,
    receipt: flags.resume,
    workers: flags.workers as ConfigOverrides['workers'],
  };
}

function refuseOneForAll(titles: readonly Config[], { inputs, contentId }: ConfigOverrides): void {
  if (titles.length < 2 || (!inputs && contentId === undefined)) return;
  throw fail.invalidOption(
    `The config has ${titles.length} titles, so ${inputs ? 'inputs' : 'a content id'} cannot be given for all of them.`,
    'Use --config with a config of a single title, or a preset without a config.',
  );
}

const COMMANDS = [
  'run',
  'plan',
  'init',
  'keys',
  'verify',
  'inspect',
  'preview',
  'decrypt',
  'clean',
  'ncg',
  'submit',
  'worker',
  'jobs',
  'help',
];

/** A word that is no command is an input; one that is no file either was meant to be a command. */
function refuseMistypedCommand([word, ...others]: readonly string[], cwd: string): void {
  if (word === undefined || others.length > 0 || !/^[a-z]+$/.test(word) || existsSync(resolve(cwd, word)))
    return;
  const { closest, distance } = loadNow<typeof import('fastest-levenshtein')>('fastest-levenshtein');
  const command = closest(word, COMMANDS);
  if (distance(word, command) > 2) return;
  const meant = command === 'help' ? '--help' : command;
  throw fail.invalidOption(
    `"${word}" is neither a command nor a file.`,
    `Did you mean \`sealpack ${meant}\`?`,
  );
}
