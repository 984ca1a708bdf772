import { join } from 'node:path';
import * as core from '../../core/index.ts';
import type { NameWithOptions } from '../../core/kit.ts';
import * as plugins from '../../plugins/index.ts';
import * as presets from '../../presets/index.ts';
import { TEST_KEY } from '../helpers/titles/package.ts';

const PROJECT = join(import.meta.dirname, '../..');

export const BUILTINS: core.Builtins = { plugins: plugins.plugins, presets: presets.presets };

export const REPRODUCIBLE: core.Reproducible = { seed: '5ea1'.repeat(16), time: '2026-01-02T03:04:05Z' };

/** The preset with the test key. */
export const MANUAL: NameWithOptions = ['manual', { key: TEST_KEY.key + TEST_KEY.iv, keyId: TEST_KEY.keyId }];

/** Folders of the project, in which configs have their paths. */
export const resolveInProject = (config: core.Config): ReturnType<typeof core.resolveConfig> =>
  core.resolveConfig(config, { builtins: BUILTINS, base: PROJECT });

/** The config of `npm start`; of the keys, which its store makes by chance, the test key takes the place. */
export async function startConfig(): Promise<core.Config> {
  const modules = { sealpack: core, 'sealpack/plugins': plugins, 'sealpack/presets': presets };
  const { value } = await core.loadConfig({ file: 'packager.config.ts', cwd: PROJECT, modules });
  return { ...value[0], preset: MANUAL, reproducible: REPRODUCIBLE };
}
