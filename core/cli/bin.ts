#!/usr/bin/env node
/**
 * The composition root: the one file of core that knows the built-in plugins, presets and targets. Worker threads start here
 * too, so that they make the same plugins.
 */
import { isMainThread, parentPort } from 'node:worker_threads';
import { ncgCommand } from '../../plugins/ncg/command.ts';
import { queueCommands } from '../../plugins/queue-bullmq/command.ts';
import type { ConfigOrigin } from '../config/types.ts';
import type { Parts } from './parts.ts';

async function parts(): Promise<Parts> {
  const [plugins, presets] = await Promise.all([
    import('../../plugins/index.ts'),
    import('../../presets/index.ts'),
  ]);
  const modules = async () => ({
    sealpack: await import('../index.ts'),
    'sealpack/kit': await import('../kit.ts'),
    'sealpack/plugins': plugins,
    'sealpack/presets': presets,
  });
  const builtins = { plugins: plugins.plugins, presets: presets.presets, targets: presets.targets };
  return { builtins, modules, entry: import.meta.url };
}

if (isMainThread) {
  const [{ main }, { processShell }] = await Promise.all([import('./main.ts'), import('./process-shell.ts')]);
  const shell = processShell();
  await shell.end(main(process.argv.slice(2), shell, parts, [ncgCommand, queueCommands]));
} else if (parentPort) {
  const [{ serveUnits }, { loadPlugins }] = await Promise.all([
    import('../engine/serve-units.ts'),
    import('./prepare-titles.ts'),
  ]);
  serveUnits(parentPort, async (data) => loadPlugins(data as ConfigOrigin, await parts(), process.cwd()));
}
