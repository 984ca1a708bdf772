import { fail } from '../base/errors.ts';
import { withoutKeys } from '../base/key-like.ts';
import type { Config, ConfigContext, ConfigFunction } from './types.ts';
import { unsetMark } from './unset.ts';

/**
 * Types a config for the editor; it changes nothing.
 *
 * @example
 * export default defineConfig(({ required }) => ({
 *   inputs: ['media/feature.mp4'],
 *   preset: manual({ key: required('CONTENT_KEY') }),
 * }));
 */
export function defineConfig(config: Config): Config;
export function defineConfig(titles: readonly Config[]): readonly Config[];
export function defineConfig(make: ConfigFunction): ConfigFunction;
export function defineConfig<T>(config: T): T {
  return config;
}

/** Counts what is not set instead of stopping at the first; see `unset.ts`. */
export function collectingContext(env: NodeJS.ProcessEnv = process.env) {
  const unset = new Set<string>();
  const context: ConfigContext = {
    ...configContext(env),
    required(name) {
      if (env[name]) return env[name];
      const shown = withoutKeys(name); // the value itself in the place of its name
      unset.add(shown);
      return unsetMark(shown);
    },
  };
  return { context, unset };
}

/** What a config function is given. An empty variable counts as unset: CI systems pass missing secrets like that. */
export function configContext(env: NodeJS.ProcessEnv = process.env): ConfigContext {
  function optional(name: string): string | undefined;
  function optional(name: string, fallback: string): string;
  function optional(name: string, fallback?: string): string | undefined {
    return env[name] || fallback;
  }
  return {
    optional,
    required(name) {
      const value = env[name];
      if (!value) throw fail.missingEnvironment([withoutKeys(name)]);
      return value;
    },
  };
}
