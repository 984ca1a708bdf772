import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { TEST_KEY } from '../titles/package.ts';
import { temporaryFolder } from './folders.ts';
import { pallyconPackager, runCommand } from './run-command.ts';

export const PACKAGER = join(import.meta.dirname, '../../../dist/plugins/pallycon/bin.js');
const MEDIA = join(import.meta.dirname, '../../media');

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

/** The test key as the command takes it. */
export const MANUAL_KEY = base64(TEST_KEY.key + TEST_KEY.iv);
export const SHORT_KEY = base64(TEST_KEY.key);
export const MANUAL_KEY_ID = base64(TEST_KEY.keyId);

/** What the guide asks for in manual mode, but the modes, the input and the output. */
export const MANUAL = [
  ...['--manual-mode', '--contents-id', 'testcid'],
  ...['--encryption-key', MANUAL_KEY, '--key-id', MANUAL_KEY_ID],
];

export interface PackagerOptions {
  readonly cwd?: string;
  /** Added to the environment, in which nothing of PallyCon is set. */
  readonly env?: Readonly<Record<string, string>>;
  /** A command that starts the command that is its last arguments, e.g. `['setpriv', …]`. */
  readonly through?: readonly string[];
  readonly onStart?: (child: ChildProcess) => void;
  /** Whether the built command is what the test is about, as all that `through` and `onStart` are of. @default false */
  readonly isProcess?: boolean;
}

export interface PackagerOutcome {
  readonly status: number;
  readonly result: number;
  readonly info: string | undefined;
  readonly stderr: string;
}

/** The whole of standard output, element by element. */
const DOCUMENT =
  /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<PallyconPackager>\n<RESULT>(\d+)<\/RESULT>\n(?:<INFO>([^<\n]+)<\/INFO>\n)?<\/PallyconPackager>\n$/;

/** All that the command prints, and its status. */
interface Said {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment of the command. */
function environmentWith(env: PackagerOptions['env']): NodeJS.ProcessEnv {
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith('PALLYCON_'));
  return { ...Object.fromEntries(clean), ...env };
}

/** Run the built `PallyConPackager`. */
async function runBuilt(
  args: readonly string[],
  { cwd, env, through = [], onStart }: PackagerOptions,
): Promise<Said> {
  const [program = '', ...rest] = [...through, process.execPath, PACKAGER, ...args];
  const child = spawn(program, rest, { cwd, env: environmentWith(env) });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  onStart?.(child);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { status, stdout, stderr };
}

/**
 * Run `PallyConPackager`: in this process, unless the test is of a process. Asserts that standard output is one result document,
 * and that it and the status agree.
 */
export async function packager(
  args: readonly string[],
  options: PackagerOptions = {},
): Promise<PackagerOutcome> {
  const { cwd = process.cwd(), env, isProcess = Boolean(options.through ?? options.onStart) } = options;
  const { status, stdout, stderr } = isProcess
    ? await runBuilt(args, options)
    : await runCommand(pallyconPackager, args, cwd, environmentWith(env));
  const [, result, info] = DOCUMENT.exec(stdout) ?? [];
  assert.ok(result !== undefined, `standard output is not the result alone: ${stdout}\n${stderr}`);
  assert.is(status === 0, result === '0', `status ${status} with result ${result}`);
  assert.is(info === undefined, result === '0', 'INFO belongs to failures, and to each');
  assert.ok(status !== null && status >= 0 && status <= 255);
  for (const secret of [MANUAL_KEY, SHORT_KEY, TEST_KEY.key, TEST_KEY.iv])
    assert.not.ok((stdout + stderr).includes(secret), 'a key was printed');
  return { status, result: Number(result), info, stderr };
}

/** A new folder with the inputs of the guide's examples. */
export async function guideInputs(): Promise<string> {
  const folder = temporaryFolder('guide');
  const names = { 'test.mp4': '180p', 'test_4Mbps.mp4': '270p', 'test_8Mbps.mp4': '360p' };
  for (const [name, size] of Object.entries(names))
    await copyFile(join(MEDIA, `sample-${size}.mp4`), join(folder, name));
  return folder;
}
