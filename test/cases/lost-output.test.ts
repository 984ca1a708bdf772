/** What a command has to say goes where nothing fits any more. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runBuilt } from '../helpers/commands/built-command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { MANUAL, PACKAGER } from '../helpers/commands/packager-command.ts';
import { sealpack } from '../helpers/commands/sealpack-command.ts';
import { tinyDisk } from '../helpers/commands/tiny-disk.ts';

const test = suite('lost output');
const MOVIE = join(import.meta.dirname, '../media/sample-180p.mp4');

/** Standard output goes to a file or a device. */
const into = (file: string): readonly string[] => ['sh', '-c', 'exec "$@" >"$0"', file];

const LOST = 'error: Cannot write to standard output: there is no space left on its disk.';

test('a full disk behind standard output is an output that could not be written', async () => {
  for (const args of [['inspect', MOVIE, '--json'], ['inspect', MOVIE], ['--version']]) {
    const { status, stderr } = await sealpack(args, '.', { through: into('/dev/full') });
    assert.is(status, 4, stderr);
    assert.match(stderr, LOST);
  }
  assert.is((await sealpack(['--help'], '.', { through: into('/dev/full') })).status, 4);
});

test('so is one that takes a part', async () => {
  const disk = tinyDisk('size=4k');
  const through = [...disk.through, ...into(join(disk.folder, 'told.json'))];
  const { status, stderr } = await sealpack(['inspect', MOVIE, '--json', '--boxes'], '.', { through });
  assert.is(status, 4, stderr);
  assert.match(stderr, LOST);
});

test('a command that has failed keeps its status; a reader that has gone, and a file, are none of that', async () => {
  const none = await sealpack(['inspect', 'none.mp4', '--json'], '.', { through: into('/dev/full') });
  assert.is(none.status, 3, none.stderr);
  const gone = ['sh', '-c', '{ "$@"; echo "status $?" >&2; } | head -c 1 >&2', 'sh'];
  const cut = await sealpack(['inspect', MOVIE, '--json', '--boxes'], '.', { through: gone });
  assert.match(cut.stderr, 'status 0');
  const file = join(temporaryFolder('told'), 'told.json');
  assert.is((await sealpack(['inspect', MOVIE, '--json'], '.', { through: into(file) })).status, 0);
  assert.type(JSON.parse(await readFile(file, 'utf8')), 'object');
});

test('a full disk under a file beside the outputs takes nothing of these away, and says so', async () => {
  // No name fits, not even an empty file.
  const { folder, through } = tinyDisk('nr_inodes=1');
  const cwd = temporaryFolder('beside');
  const config = `export default {
    preset: 'local', modes: ['ncg'], inputs: [${JSON.stringify(MOVIE)}], output: 'out', plugins: [],
  };`;
  await writeFile(join(cwd, 'packager.config.mjs'), config);
  const args = ['run', '--config', 'packager.config.mjs', '--report', join(folder, 'list.json')];
  const { status, stderr } = await sealpack(args, cwd, { through });
  assert.is(status, 4, stderr);
  assert.match(stderr, /list\.json: this file does not fit; all others are as they were/);
  assert.equal(await readdir(join(cwd, 'out')), ['sample-180p.mp4.ncg']);
  const within = [...through, 'sh', '-c', 'cd "$0" && exec "$@"', folder];
  for (const init of [['init'], ['init', '--force']])
    assert.match((await sealpack(init, cwd, { through: within })).stderr, 'this file does not fit');
});

test('PallyConPackager does not answer 0 either where its result is lost', async () => {
  const args = [...MANUAL, '--dash', '--i', MOVIE, '--o', temporaryFolder('lost')];
  const { status, stderr } = await runBuilt(PACKAGER, args, { env: process.env, through: into('/dev/full') });
  assert.is(status, 4, stderr);
  assert.match(stderr, LOST);
});

test.run();
