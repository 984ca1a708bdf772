import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { initCommand } from '../../core/cli/init-command.ts';
import { loadConfig } from '../../core/config/load.ts';
import { resolveConfig } from '../../core/config/resolve.ts';
import { PackagerError } from '../../core/errors.ts';
import * as core from '../../core/index.ts';
import * as plugins from '../../plugins/index.ts';
import * as presets from '../../presets/index.ts';
import { Sink } from '../helpers/cli-runs.ts';

const test = suite<{ cwd: string }>('cli init');

test.before.each(async (context) => {
  context.cwd = await mkdtemp(join(tmpdir(), 'sealpack-init-'));
});

test.after.each(async ({ cwd }) => {
  await rm(cwd, { recursive: true });
});

test('writes a config that loads, with the four modes and the local key store', async ({ cwd }) => {
  const stdout = new Sink();
  await initCommand({}, { cwd, stdout });
  assert.match(stdout.text, 'Run `sealpack`');
  const modules = { sealpack: core, 'sealpack/plugins': plugins, 'sealpack/presets': presets };
  const { value } = await loadConfig({ cwd, modules });
  const builtins = { plugins: plugins.plugins, presets: presets.presets };
  const { title, plugins: used } = resolveConfig(value[0] ?? {}, { builtins, base: cwd });
  assert.equal(title.modes, ['dash-cenc', 'hls-aes', 'hls-ncg', 'ncg']);
  assert.equal(title.inputs, [join(cwd, 'media/movie.mp4')]);
  assert.ok(used.some(({ name }) => name === 'key-local'));
  for (const mode of title.modes ?? [])
    assert.ok(
      used.some(({ name }) => name === `mode-${mode}`),
      mode,
    );
});

test('leaves a config that exists as it is, unless forced', async ({ cwd }) => {
  const path = join(cwd, 'packager.config.ts');
  const stdout = new Sink();
  await writeFile(path, 'export default {};');
  try {
    await initCommand({}, { cwd, stdout });
    assert.unreachable();
  } catch (error) {
    assert.ok(PackagerError.is(error));
    assert.is(error.code, 'CONFIG_EXISTS');
  }
  assert.is(await readFile(path, 'utf8'), 'export default {};');
  assert.is(stdout.text, '');
  await initCommand({ force: true }, { cwd, stdout });
  assert.match(await readFile(path, 'utf8'), 'defineConfig');
});

test('says so when the folder cannot be written to', async ({ cwd }) => {
  try {
    await initCommand({}, { cwd: join(cwd, 'missing'), stdout: new Sink() });
    assert.unreachable();
  } catch (error) {
    assert.ok(PackagerError.is(error));
    assert.is(error.code, 'OUTPUT_NOT_WRITABLE');
  }
});

test.run();
