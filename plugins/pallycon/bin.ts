#!/usr/bin/env node
/**
 * The composition root of `PallyConPackager`, which knows the built-in plugins and presets. Worker threads start here too, so
 * that they make the same plugins.
 */
import { isMainThread, parentPort } from 'node:worker_threads';
import type { Builtins, Config } from '../../core/config/types.ts';

async function builtins(): Promise<Builtins> {
  const [{ plugins }, { presets }] = await Promise.all([
    import('../index.ts'),
    import('../../presets/index.ts'),
  ]);
  return { plugins, presets };
}

if (isMainThread) {
  const argv = process.argv.slice(2);
  // Overwrites the memory that `ps` shows: the arguments may hold a key.
  process.title = 'PallyConPackager';
  const [{ packagerMain }, { processShell }, { resultXml }] = await Promise.all([
    import('./command/main.ts'),
    import('../../core/cli/process-shell.ts'),
    import('./result-xml.ts'),
  ]);
  const shell = processShell();
  await shell.end(packagerMain(argv, shell, { builtins, entry: import.meta.url }), (error) =>
    shell.stdout.write(resultXml(error)),
  );
} else if (parentPort) {
  const [{ serveUnits }, { loadPlugins }] = await Promise.all([
    import('../../core/engine/serve-units.ts'),
    import('./command/package.ts'),
  ]);
  serveUnits(parentPort, async (data) => loadPlugins(data as Config, await builtins()));
}
