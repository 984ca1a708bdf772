/** The command line of a program with one mode and one preset, in a folder of five inputs. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, type Test } from 'uvu';
import * as assert from 'uvu/assert';
import { PackagerError } from '../../../core/base/errors.ts';
import type { Parts } from '../../../core/cli/parts.ts';
import { prepareTitles } from '../../../core/cli/prepare-titles.ts';
import { type Actions, createProgram, type RunFlags } from '../../../core/cli/program.ts';
import type { Plugin } from '../../../core/contract/packager.ts';
import type { PackageOptions } from '../../../core/engine/api.ts';
import { ncg } from '../../../plugins/ncg/mode-ncg.ts';
import { Sink } from './cli-runs.ts';
import { runCommand, sealpackOf } from './in-process.ts';

/** A suite whose tests have each a folder `cwd` of its own, with five inputs. */
export function cliSuite(name: string): Test<{ cwd: string }> {
  const test = suite<{ cwd: string }>(name);
  test.before.each(async (context) => {
    context.cwd = await mkdtemp(join(tmpdir(), 'sealpack-cli-'));
    await mkdir(join(context.cwd, 'sub'));
    for (const name of ['movie.mp4', 'a.mp4', 'b.mp4', 'sub/b.mp4', 'sub/c.mp4'])
      await writeFile(join(context.cwd, name), 'media');
  });
  test.after.each(async ({ cwd }) => {
    await rm(cwd, { recursive: true });
  });
  return test;
}

/** The words of a command line as the `run` action gets them. */
export async function parse(...argv: string[]): Promise<{ inputs: readonly string[]; flags: RunFlags }> {
  let parsed: { inputs: readonly string[]; flags: RunFlags } | undefined;
  const never = async () => assert.unreachable();
  const run: Actions['run'] = async (inputs, flags) => {
    parsed = { inputs, flags };
  };
  const program = createProgram(
    {
      run,
      init: never,
      plan: never,
      keys: never,
      preview: never,
      decrypt: never,
      verify: never,
      inspect: never,
      clean: never,
    },
    () => '1.2.3',
    new Sink(),
  );
  await program.parseAsync(argv, { from: 'user' });
  assert.ok(parsed);
  return parsed;
}

/** A plugin of a name that does nothing. */
export const plugin = (name: string): Plugin => ({ name, apply: () => undefined });
/** What the program has built in. */
export const parts: Parts = {
  builtins: {
    plugins: { 'mode-ncg': ncg },
    presets: { local: () => ({ plugins: [plugin('key-local')] }) },
  },
  modules: {},
  entry: 'file:///bin.ts',
};

/** Run a whole command; what it prints and its exit status. */
export async function run(cwd: string, ...argv: string[]) {
  const { status, stdout, stderr } = await runCommand(sealpackOf(parts), argv, cwd);
  return { status, out: stdout, err: stderr };
}

/** The titles that a command line makes. */
export const prepare = async (cwd: string, ...argv: string[]): Promise<readonly PackageOptions[]> => {
  const { inputs, flags } = await parse(...argv);
  return prepareTitles(inputs, flags, { cwd, env: {} }, parts);
};

/** The error that a work ends with. */
export async function failure(promise: Promise<unknown>): Promise<PackagerError> {
  try {
    await promise;
  } catch (error) {
    if (PackagerError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
