import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { TEST_KEY } from '../titles/package.ts';
import { type BuiltCommandOptions, runBuilt } from './built-command.ts';
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

export interface PackagerOptions extends Pick<BuiltCommandOptions, 'cwd' | 'through' | 'onStart'> {
  /** Added to the environment, in which nothing of PallyCon is set. */
  readonly env?: Readonly<Record<string, string>>;
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

/** The environment of the command. */
function environmentWith(env: PackagerOptions['env']): NodeJS.ProcessEnv {
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith('PALLYCON_'));
  return { ...Object.fromEntries(clean), ...env };
}

/**
 * Run `PallyConPackager`: in this process, unless the test is of a process. Asserts that standard output is one result document,
 * and that it and the status agree.
 */
export async function packager(
  args: readonly string[],
  options: PackagerOptions = {},
): Promise<PackagerOutcome> {
  const { cwd = process.cwd(), through, onStart, isProcess = Boolean(through ?? onStart) } = options;
  const env = environmentWith(options.env);
  const { status, stdout, stderr } = isProcess
    ? await runBuilt(PACKAGER, args, { cwd, env, through, onStart })
    : await runCommand(pallyconPackager, args, cwd, env);
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
