import { join } from 'node:path';
import { packageTitle, resolveConfig } from '../../core/index.ts';
import { checkArguments } from '../../plugins/pallycon/command/check.ts';
import { configOf } from '../../plugins/pallycon/command/config.ts';
import { parseArguments } from '../../plugins/pallycon/command/parse.ts';
import { sourcesOf } from '../../plugins/pallycon/command/sources.ts';
import { guideInputs } from '../helpers/commands/packager-command.ts';
import { GUIDE_EXAMPLES } from '../helpers/titles/guide-examples.ts';
import { startKeyServer } from '../servers/key-server.ts';
import { BUILTINS, REPRODUCIBLE } from './sample-config.ts';
import type { RecordedTitle } from './title.ts';

/** An example, as the command makes a config of its arguments; the command itself can do nothing reproducible. */
async function packageExample(args: readonly string[], output: string): Promise<void> {
  const server = await startKeyServer();
  try {
    const order = checkArguments(parseArguments([...args, '--o', output]));
    const env = { PALLYCON_KMS_URL: server.url, PALLYCON_KMS_TOKEN: server.token };
    const config = { ...configOf(order, sourcesOf(order, env)), reproducible: REPRODUCIBLE, workers: 0 };
    await packageTitle(resolveConfig(config, { builtins: BUILTINS, base: await guideInputs() }));
  } finally {
    await server.close();
  }
}

/** The examples of the guide to PallyCon's packager. */
export const guideTitle: RecordedTitle = {
  name: 'PallyConPackager',
  inputs: async () => {
    const folder = await guideInputs();
    return ['test.mp4', 'test_4Mbps.mp4', 'test_8Mbps.mp4'].map((name) => join(folder, name));
  },
  cells: Object.fromEntries(
    Object.entries(GUIDE_EXAMPLES).map(([name, args]) => [
      name,
      (output: string) => packageExample(args, output),
    ]),
  ),
};
