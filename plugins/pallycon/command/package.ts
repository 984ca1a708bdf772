import { plainDisplay, printable, runTitles, type Shell } from '../../../core/cli/executable.ts';
import { type Builtins, type Config, type Plugin, packageTitle, resolveConfig } from '../../../core/index.ts';
import type { Order } from './check.ts';
import { configOf } from './config.ts';
import type { PackagerParts } from './parts.ts';
import { sourcesOf } from './sources.ts';

/** Package what was ordered, with progress on standard error. @throws PackagerError with the first failure */
export async function packageOrder(
  order: Order,
  shell: Shell,
  { builtins, entry }: PackagerParts,
): Promise<void> {
  const { cwd, env, now, signal, stderr } = shell;
  for (const warning of order.warnings) stderr.write(`warning: ${printable(warning)}\n`);
  const config = configOf(order, sourcesOf(order, env));
  const { title, plugins } = resolveConfig(config, {
    builtins: await builtins(),
    base: cwd,
    where: 'What the arguments make',
  });
  const [result] = await runTitles({
    titles: [{ title, plugins, origin: { entry, data: config } }],
    packageTitle,
    display: plainDisplay({ write: (text) => void stderr.write(text), now, folder: cwd }),
    signal,
    onError: () => undefined,
  });
  if (result && 'error' in result.outcome) throw result.outcome.error;
}

/** In a worker thread: the plugins of the title that it works for. Paths are absolute by now. */
export const loadPlugins = (config: Config, builtins: Builtins): readonly Plugin[] =>
  resolveConfig(config, { builtins, base: '/', checked: true }).plugins;
