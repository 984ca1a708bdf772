/** What titles a command line and its config make. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as assert from 'uvu/assert';
import { fail } from '../../core/base/errors.ts';
import { main } from '../../core/cli/main.ts';
import { loadPlugins } from '../../core/cli/prepare-titles.ts';
import type { ConfigOrigin } from '../../core/config/types.ts';
import type { Plugin } from '../../core/contract/packager.ts';
import { cliSuite, failure, parts, prepare, run } from '../helpers/commands/cli-program.ts';
import { Sink } from '../helpers/commands/cli-runs.ts';

const test = cliSuite('titles of a command line');

test('a preset and inputs need no config, and use none that lies around', async ({ cwd }) => {
  await writeFile(join(cwd, 'packager.config.json'), '{ "nonsense": true }');
  const [title, ...others] = await prepare(cwd, 'movie.mp4', '--preset', 'local', '--mode', 'ncg');
  assert.is(others.length, 0);
  assert.equal(title?.title.inputs, [join(cwd, 'movie.mp4')]);
  assert.is(title?.title.output, join(cwd, 'out'));
  assert.equal(
    title?.plugins.map(({ name }) => name),
    ['key-local', 'mode-ncg'],
  );
});

test('options are stronger than the config; their paths start at the working directory', async ({ cwd }) => {
  const config = {
    preset: 'local',
    plugins: ['mode-ncg'],
    inputs: ['a.mp4'],
    output: 'packed',
    contentId: 'x',
    workers: 3,
  };
  await writeFile(join(cwd, 'packager.config.json'), JSON.stringify(config));
  const [plain] = await prepare(join(cwd, 'sub'));
  assert.equal(plain?.title.inputs, [join(cwd, 'a.mp4')]);
  assert.is(plain?.title.output, join(cwd, 'packed'));
  assert.is(plain?.title.workers, 3);
  const argv = ['b.mp4', '--input', 'c.mp4', '--output', 'o', '--content-id', 'y', '--workers', '0'];
  const [given] = await prepare(join(cwd, 'sub'), ...argv, '--overwrite');
  assert.equal(given?.title.inputs, [join(cwd, 'sub/b.mp4'), join(cwd, 'sub/c.mp4')]);
  assert.is(given?.title.output, join(cwd, 'sub/o'));
  assert.is(given?.title.contentId, 'y');
  assert.is(given?.title.overwrite, true);
  assert.is(given?.title.workers, 0);
});

test('a worker thread makes the plugins of its title from what it is handed', async ({ cwd }) => {
  const titles = [{ inputs: ['a.mp4'] }, { inputs: ['b.mp4'], preset: 'local' }];
  await writeFile(join(cwd, 'packager.config.json'), JSON.stringify(titles));
  for (const { plugins, origin } of await prepare(cwd, '--mode', 'ncg')) {
    const again = await loadPlugins(structuredClone(origin?.data) as ConfigOrigin, parts, cwd);
    assert.equal(
      again.map(({ name }) => name),
      plugins.map(({ name }) => name),
    );
    assert.ok(again.some(({ name }) => name === 'mode-ncg'));
  }
});

test('inputs and a content id cannot be given for a list of titles', async ({ cwd }) => {
  await writeFile(join(cwd, 'packager.config.json'), '[{ "inputs": ["a.mp4"] }, { "inputs": ["b.mp4"] }]');
  assert.is((await prepare(cwd, '--mode', 'ncg')).length, 2);
  assert.match((await failure(prepare(cwd, 'c.mp4'))).message, 'The config has 2 titles, so inputs');
  assert.match((await failure(prepare(cwd, '--content-id', 'x'))).message, 'a content id');
});

test('without a config, a preset or inputs it says how to begin', async ({ cwd }) => {
  const { status, err } = await run(cwd, '--config', 'none.ts');
  assert.is(status, 2);
  assert.match(err, 'none.ts could not be loaded: there is no such file.');
});

test('of a list, plan and --quiet say which title failed', async ({ cwd }) => {
  const titles = ['a', 'b'].map((name) => ({
    contentId: name,
    inputs: [`${name}.mp4`],
    plugins: ['mode-ncg'],
  }));
  await writeFile(join(cwd, 'packager.config.json'), JSON.stringify(titles));
  const planned = await run(cwd, 'plan', '--json');
  assert.match(planned.err, /^error: No key source .*\n(?: {2}fix: .*\n)? {2}title: 1 of 2: a \(a\.mp4\)\n/);
  assert.equal([JSON.parse(planned.out).error.code, planned.status], ['NO_KEY', 5]);
  const { err, status } = await run(cwd, '--quiet', '--workers', '0');
  assert.equal(err.match(/title: .*/g), ['title: 1 of 2: a (a.mp4)', 'title: 2 of 2: b (b.mp4)']);
  assert.is(status, 5);
});

test('a list that is ended while a title waits for its next try has the status of that', async ({ cwd }) => {
  const titles = ['a', 'b'].map((name) => ({
    inputs: [`${name}.mp4`],
    plugins: ['mode-ncg', 'busy'],
    workers: 0,
  }));
  await writeFile(join(cwd, 'packager.config.json'), JSON.stringify(titles));
  const busy = (): Plugin => ({
    name: 'busy',
    apply: ({ hooks }) => {
      hooks.resolveCid.tap('busy', () => 'film');
      hooks.acquireKey.tap('busy', () => {
        throw fail.requestFailed('keys.example', 'it is busy.');
      });
    },
  });
  const builtins = { ...parts.builtins, plugins: { ...parts.builtins.plugins, busy } };
  const controller = new AbortController();
  const { signal } = controller;
  const [stdout, stderr] = [new Sink(), new Sink()];
  const write = (text: string) => {
    stdout.write(text);
    if (text.includes('"type":"again"')) controller.abort();
  };
  const shell = { stdin: Readable.from([]), stdout: { write }, stderr, env: {}, cwd, signal, now: () => 0 };
  const status = await main(['--json'], shell, async () => ({ ...parts, builtins }));
  assert.match(stderr.text, /code: REQUEST_FAILED.*error: Cancelled/s);
  assert.is(status, 130);
});

test('--json tells of a failure before the first title, --quiet prints errors alone', async ({ cwd }) => {
  const json = await run(cwd, '--json', '--config', 'none.ts');
  assert.is(JSON.parse(json.out).error.code, 'CONFIG_NOT_LOADED');
  assert.match(json.err, /^error: /);
  const quiet = await run(
    cwd,
    '--quiet',
    '--preset',
    'local',
    '--mode',
    'ncg',
    'missing.mp4',
    '--workers',
    '0',
  );
  assert.is(quiet.out, '');
  assert.match(quiet.err, /^error: Input file not found/);
  assert.is(quiet.status, 3);
});

test.run();
