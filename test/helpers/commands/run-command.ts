import type { Parts } from '../../../core/cli/parts.ts';
import * as core from '../../../core/index.ts';
import * as plugins from '../../../plugins/index.ts';
import { packagerMain } from '../../../plugins/pallycon/command/main.ts';
import * as presets from '../../../presets/index.ts';
import { type Command, sealpackOf } from './in-process.ts';

export { runCommand } from './in-process.ts';

const parts: Parts = {
  builtins: { plugins: plugins.plugins, presets: presets.presets, targets: presets.targets },
  modules: { sealpack: core, 'sealpack/plugins': plugins, 'sealpack/presets': presets },
  entry: '',
};

export const sealpack: Command = sealpackOf(parts);
export const pallyconPackager: Command = (argv, shell) =>
  packagerMain(argv, shell, { builtins: async () => parts.builtins, entry: '' });
