import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TEST_KEY } from '../titles/package.ts';
import { type BuiltCommandOptions, type CommandOutcome, runBuilt } from './built-command.ts';
import { temporaryFolder } from './folders.ts';
import { runCommand, sealpack as sealpackMain } from './run-command.ts';

const BIN = join(import.meta.dirname, '../../../dist/core/cli/bin.js');
const MEDIA = join(import.meta.dirname, '../../media');

/** The test key and IV in the Base64 that `keyManual` takes. */
export const COMMAND_KEY = Buffer.from(TEST_KEY.key + TEST_KEY.iv, 'hex').toString('base64');

export interface SealpackOptions extends Pick<BuiltCommandOptions, 'through' | 'onText'> {
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

const environmentWith = (more: SealpackOptions['env']): NodeJS.ProcessEnv => ({
  ...process.env,
  CONTENT_KEY: COMMAND_KEY,
  NO_COLOR: '1',
  ...more,
});

/** Run the command in this process, which can have no threads (`--workers 0`): for what is no matter of processes. */
export const sealpackHere = (args: readonly string[], cwd: string): Promise<CommandOutcome> =>
  runCommand(sealpackMain, args, cwd, environmentWith({}));

/** Run the built command. */
export const sealpack = (
  args: readonly string[],
  cwd: string,
  { env, onText, through }: SealpackOptions = {},
): Promise<CommandOutcome> => runBuilt(BIN, args, { cwd, env: environmentWith(env), onText, through });

/** A folder with a config of the three sample renditions in all four modes, and of the plugins in `extra.ts`: none. */
export async function sealpackProject(lines: readonly string[] = []): Promise<string> {
  const folder = temporaryFolder('project');
  await writeFile(
    join(folder, 'packager.config.ts'),
    `import { defineConfig } from 'sealpack';
import { manual } from 'sealpack/presets';
import { extra } from './extra.ts';

export default defineConfig(({ required }) => ({
  preset: manual({ key: required('CONTENT_KEY'), keyId: '${TEST_KEY.keyId}' }),
  contentId: 'determinism',
  inputs: ['360p', '270p', '180p'].map((size) => \`${MEDIA}/sample-\${size}.mp4\`),
  reproducible: { seed: '${'ab'.repeat(32)}', time: '2026-01-02T03:04:05Z' },
  plugins: extra,
  ${lines.join('\n  ')}
}));
`,
  );
  await writeFile(join(folder, 'extra.ts'), 'export const extra = [];\n');
  return folder;
}
