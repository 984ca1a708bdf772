#!/usr/bin/env node
/**
 * The composition root of `PallyConPackager`, beside `bin.ts` the one file of core that knows the built-in plugins and
 * presets. Worker threads start here too, so that they make the same plugins.
 */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { Builtins, Config } from '../config/types.ts';

async function builtins(): Promise<Builtins> {
  const [{ plugins }, { presets }] = await Promise.all([
    import('../../plugins/index.ts'),
    import('../../presets/index.ts'),
  ]);
  return { plugins, presets };
}

if (isMainThread) {
  const argv = process.argv.slice(2);
  // Overwrites the memory that `ps` shows: the arguments may hold a key.
  process.title = 'PallyConPackager';
  const [{ packagerMain }, { processShell }, { resultXml }] = await Promise.all([
    import('./pallycon/main.ts'),
    import('./process-shell.ts'),
    import('../result-xml.ts'),
  ]);
  const shell = processShell();
  await shell.end(packagerMain(argv, shell, { builtins, entry: import.meta.url }), (error) =>
    shell.stdout.write(resultXml(error)),
  );
} else if (parentPort) {
  const [{ serveUnits }, { loadPlugins }] = await Promise.all([
    import('../engine/serve-units.ts'),
    import('./pallycon/package.ts'),
  ]);
  serveUnits(parentPort, async () => loadPlugins(workerData as Config, await builtins()));
}
