import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fail } from '../base/errors.ts';
import { loadNow } from '../base/load-now.ts';
import type { LoadedConfig, LoadOptions } from '../config/load.ts';
import { draftTitle, resolveConfig } from '../config/resolve.ts';
import type { Config, ConfigOrigin, ConfigOverrides } from '../config/types.ts';
import type { Plugin } from '../contract/packager.ts';
import type { PackageOptions } from '../engine/api.ts';
import { refuseMistakes } from './mistakes.ts';
import type { Parts } from './parts.ts';
import type { RunFlags } from './program.ts';
import type { Shell } from './shell.ts';

/**
 * Everything that can be wrong with a command before work begins is found here, for all titles at once.
 * @throws PackagerError with all mistakes, each with its place in the config
 */
export async function prepareTitles(
  inputs: readonly string[],
  flags: RunFlags,
  shell: Pick<Shell, 'cwd' | 'env'>,
  parts: Parts & { readonly inputs?: 'optional' },
): Promise<readonly PackageOptions[]> {
  const { builtins, modules, entry, inputs: need } = parts;
  const { cwd, env } = shell;
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
  const options = { builtins, base, overrides, cwd };
  const drafts = configs.map((config, index) =>
    draftTitle(config, options, configs.length > 1 ? `[${index}].` : ''),
  );
  await refuseMistakes(drafts, { path: loaded?.path, unset: loaded?.unset ?? [], overrides, inputsOptional });
  return drafts.map(({ title, plugins }, index) => {
    const data: ConfigOrigin = {
      path: loaded?.path,
      index,
      overrides,
      scripts: loaded?.scripts ?? new Map(),
    };
    return { title, plugins, origin: { entry, data } };
  });
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
