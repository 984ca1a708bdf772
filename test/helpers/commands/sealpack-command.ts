import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TEST_KEY } from '../titles/package.ts';
import { temporaryFolder } from './folders.ts';
import { runCommand, sealpack as sealpackMain } from './run-command.ts';

const BIN = join(import.meta.dirname, '../../../dist/core/cli/bin.js');
const MEDIA = join(import.meta.dirname, '../../media');

/** The test key and IV in the Base64 that `keyManual` takes. */
export const COMMAND_KEY = Buffer.from(TEST_KEY.key + TEST_KEY.iv, 'hex').toString('base64');

export interface CommandOutcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SealpackOptions {
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Told of standard output as it comes; may end the command. */
  readonly onText?: (text: string, child: ChildProcess) => void;
  /** A command that starts the command that is its last arguments, e.g. `['setpriv', …]`. */
  readonly through?: readonly string[];
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
export function sealpack(
  args: readonly string[],
  cwd: string,
  { env: more, onText, through = [] }: SealpackOptions = {},
): Promise<CommandOutcome> {
  return new Promise((resolve, reject) => {
    const env = environmentWith(more);
    const [program = '', ...rest] = [...through, process.execPath, BIN, ...args];
    const child = spawn(program, rest, { cwd, env });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      onText?.(text, child);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

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
