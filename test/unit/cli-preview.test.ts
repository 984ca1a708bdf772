import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as assert from 'uvu/assert';
import { titleShares } from '../../core/cli/title-shares.ts';
import { cliSuite, run } from '../helpers/commands/cli-program.ts';
import { Sink } from '../helpers/commands/cli-runs.ts';
import { sealpack } from '../helpers/commands/run-command.ts';
import { TEST_KEY, titleOptions } from '../helpers/titles/package.ts';

const test = cliSuite('cli: preview');

test('an address is no place to play from, and its password is not shown', async ({ cwd }) => {
  const { status, err } = await run(cwd, 'preview', 'https://night:hush-hush@media.example/film/stream.mpd');
  assert.is(status, 3);
  assert.match(
    err,
    'https://…@media.example/film/stream.mpd cannot be read: https: URLs are not supported here',
  );
  assert.not.match(err, 'hush');
});

test('titles of a config that go to places of their own are packaged apart, and each is verified as what it is', async ({
  cwd,
}) => {
  const key = Buffer.from(TEST_KEY.key + TEST_KEY.iv, 'hex').toString('base64');
  const titles = ['a', 'b'].map((name) => ({
    ...{ preset: ['manual', { key, keyId: TEST_KEY.keyId }], modes: ['dash-cenc'], workers: 0 },
    ...{ inputs: [join(import.meta.dirname, '../media/sample-180p.mp4')], output: name, contentId: name },
  }));
  await writeFile(join(cwd, 'packager.config.json'), JSON.stringify(titles));
  const controller = new AbortController();
  const [stdout, stderr] = [new Sink(), new Sink()];
  const write = (text: string) => {
    stdout.write(text);
    if (text.includes('Ctrl-C')) controller.abort();
  };
  const { signal } = controller;
  const shell = { stdin: Readable.from([]), stdout: { write }, stderr, env: {}, cwd, signal, now: () => 0 };
  const status = await sealpack(['preview', 'packager.config.json'], shell);
  assert.is(status, 0, stderr.text);
  assert.match(stdout.text, '2 titles written');
  assert.match(stdout.text, 'Preview of packager.config.json');
});

test('what lies in the folder of a title is its share', async () => {
  const roots = ['1/DASH_a/stream.mpd', '2/DASH_a/stream.mpd'];
  const list = async () => roots.map((path) => ({ path, bytes: 1 }));
  const files = { name: '/tmp/preview', roots, list, open: assert.unreachable, close: async () => {} };
  const titles = ['a', 'b'].map((contentId) => ({
    title: titleOptions({ contentId, inputs: [] }),
    plugins: [],
  }));
  const shares = await titleShares(files as never, titles, { apart: true });
  assert.equal(
    shares.map(({ part, title }) => [title?.title.contentId, part.roots]),
    [
      ['a', [roots[0]]],
      ['b', [roots[1]]],
    ],
  );
});

test.run();
