#!/usr/bin/env node
/**
 * The composition root: the one file of core that knows the built-in plugins, presets and targets. Worker threads start here
 * too, so that they make the same plugins.
 */
import type { ConfigOrigin } from '../config/types.ts';
import type { Parts } from './parts.ts';
import { HELP_WIDTH, readyHelp } from './ready-help.ts';

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

async function start(argv: readonly string[]): Promise<void> {
  const { isMainThread, parentPort } = await import('node:worker_threads');
  if (isMainThread) {
    const [{ main }, { processShell }, { commands }] = await Promise.all([
      import('./main.ts'),
      import('./process-shell.ts'),
      import('../../plugins/commands.ts'),
    ]);
    const shell = processShell();
    await shell.end(main(argv, shell, parts, commands));
  } else if (parentPort) {
    const [{ serveUnits }, { loadPlugins }] = await Promise.all([
      import('../engine/serve-units.ts'),
      import('./prepare-titles.ts'),
    ]);
    serveUnits(parentPort, async (data) => loadPlugins(data as ConfigOrigin, await parts(), process.cwd()));
  }
}

const argv = process.argv.slice(2);
const help = readyHelp(argv, import.meta.dirname);
if (help !== undefined && (process.stdout.columns ?? HELP_WIDTH) >= HELP_WIDTH) {
  const onError = async ({ code }: NodeJS.ErrnoException): Promise<void> => {
    // A reader that has gone (`| head`) has seen what he wanted.
    if (code !== 'EPIPE') process.exitCode = (await import('../base/errors.ts')).EXIT.output;
  };
  process.stdout.on('error', onError).write(help);
} else await start(argv);
