import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackagerError } from '../../core/base/errors.ts';
import { initCommand } from '../../core/cli/init-command.ts';
import { loadConfig } from '../../core/config/load.ts';
import { resolveConfig } from '../../core/config/resolve.ts';
import * as core from '../../core/index.ts';
import * as plugins from '../../plugins/index.ts';
import * as presets from '../../presets/index.ts';
import { Sink } from '../helpers/commands/cli-runs.ts';
import { command } from '../helpers/commands/command.ts';

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

test('what its config has as comments to choose from is right as it stands', async ({ cwd }) => {
  const path = join(cwd, 'packager.config.ts');
  await initCommand({}, { cwd, stdout: new Sink() });
  const written = await readFile(path, 'utf8');
  // Options end with a comma, sentences with a full stop, or go on.
  await writeFile(path, written.replace(/^( *)\/\/ (\{.*\},|[a-zA-Z]+: .*,)$/gm, '$1$2'));
  const modules = { sealpack: core, 'sealpack/plugins': plugins, 'sealpack/presets': presets };
  const { value } = await loadConfig({ cwd, modules });
  const builtins = { plugins: plugins.plugins, presets: presets.presets };
  const { title } = resolveConfig(value[0] ?? {}, { builtins, base: cwd });
  assert.is(title.contentId, 'movie-2026');
  assert.is(title.overwrite, true);
  assert.is(title.inputs.length, 4);
  assert.is(title.trickPlay, true);
  assert.is(title.markers?.length, 2);
  assert.is(title.thumbnails?.length, 1);
  assert.equal(title.details?.information, [{ title: 'Movie', copyright: '© 2026 Acme' }]);
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

test('leaves nothing on a full disk, and what was there as it was', async ({ cwd }) => {
  const [init, text] = [join(import.meta.dirname, '../../core/cli/init-command.ts'), 'export default {};'];
  // A limit on the size of files stands for the disk: the write fails when the file has been made.
  const script = (force: boolean) => `
    process.on('SIGXFSZ', () => {});
    const { initCommand } = await import(${JSON.stringify(init)});
    await initCommand({ force: ${force} }, { cwd: ${JSON.stringify(cwd)}, stdout: process.stdout }).catch(({ code }) => console.log(code));`;
  const run = (force: boolean) =>
    command('bash', [
      '-c',
      'ulimit -f 1; exec "$0" --import tsx --input-type=module -e "$1"',
      process.execPath,
      script(force),
    ]);
  assert.match((await run(false)).toString(), 'OUTPUT_NOT_WRITABLE');
  assert.equal(await readdir(cwd), []);
  await writeFile(join(cwd, 'packager.config.ts'), text);
  assert.match((await run(true)).toString(), 'OUTPUT_NOT_WRITABLE');
  assert.equal(await readdir(cwd), ['packager.config.ts']);
  assert.is(await readFile(join(cwd, 'packager.config.ts'), 'utf8'), text);
});

test.run();
