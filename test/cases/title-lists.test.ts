/** Lists of titles: what is found before anything runs, and what a second run does. */
import { copyFile, mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { runCommand, sealpack } from '../helpers/commands/run-command.ts';
import { fault, hasFault } from '../helpers/media/faults.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { filesBelow, TEST_KEY } from '../helpers/titles/package.ts';

const test = suite('lists of titles');

const manual = ['manual', { key: TEST_KEY.key + TEST_KEY.iv, keyId: TEST_KEY.keyId }];

async function project(titles: unknown, files: readonly string[]): Promise<string> {
  const cwd = temporaryFolder('list');
  for (const file of files) {
    await mkdir(join(cwd, file, '..'), { recursive: true });
    await copyFile(await oddMedia('video-only'), join(cwd, file));
  }
  await writeFile(join(cwd, 'packager.config.json'), JSON.stringify(titles));
  return cwd;
}

const title = (input: string, more: object = {}) => ({
  ...{ preset: manual, modes: ['dash-cenc'], workers: 0, inputs: [input], output: 'out' },
  ...more,
});

test('two titles of one name into one folder: nothing runs, whatever may be overwritten', async () => {
  const cwd = await project([title('a/movie.mp4'), title('b/movie.mp4')], ['a/movie.mp4', 'b/movie.mp4']);
  for (const flags of [[], ['--overwrite'], ['--json']]) {
    const { status, stderr } = await runCommand(sealpack, flags, cwd);
    assert.is(status, 2);
    assert.match(
      stderr,
      `Titles 1 and 2 (mode dash-cenc) would both write ${join(cwd, 'out/DASH_movie_mp4')}.`,
    );
    assert.match(stderr, /fix: .*`output`/);
  }
  assert.equal(
    (await filesBelow(cwd)).filter((file) => file.startsWith('out')),
    [],
  );
});

test('the list that once lost a title', async () => {
  if (!hasFault('same-name-titles')) return;
  const cwd = fault('same-name-titles');
  const { status, stderr } = await runCommand(sealpack, ['--output', temporaryFolder('out'), '--quiet'], cwd);
  assert.is(status, 2);
  assert.match(stderr, 'Titles 1 and 2 (mode dash-cenc) would both write');
});

test('all mistakes of all titles at once, each with its place, before anything runs', async () => {
  const titles = [
    title('a.mp4'),
    title('gone.mp4', { modes: ['dash-cnec', 'hls-aes', 'x'], output: 'out2' }),
    title('a.mp4', {
      preset: ['manual', { key: 'AAAA' }],
      inputs: ['a.mp4', 'dir', 'empty.mp4'],
      output: 'out3',
    }),
    title('gs://bucket/a.mp4?token=hush', { output: 'gs://bucket' }),
    title('a.mp4', { segmentDuraton: 4, inputs: ['lost.mp4'], preset: 'locl' }),
  ];
  const cwd = await project(titles, ['a.mp4']);
  await mkdir(join(cwd, 'dir'));
  await writeFile(join(cwd, 'empty.mp4'), '');
  const { status, stderr, stdout } = await runCommand(sealpack, [], cwd);
  assert.is(status, 2);
  assert.is(stdout, '');
  const lines = stderr.split('\n').map((line) => line.trim().replaceAll(cwd, ''));
  for (const line of [
    'error: /packager.config.json is not valid:',
    '[4].segmentDuraton: there is no such option. Did you mean "segmentDuration"?',
    '[4].preset: there is no built-in preset "locl". Did you mean "local"?',
    '[3].inputs[0]: No source reads gs: inputs: there are web servers, S3 buckets and the local disk. Copy the file to this machine, or add a plugin whose source reads gs: references.',
    '[3].output: No store takes gs: outputs: there are S3 buckets and the local disk. Choose a folder of this machine, or add a plugin whose store takes gs: locations.',
    '[1].modes[0]: There is no mode "dash-cnec". Did you mean "dash-cenc"?',
    '[1].modes[2]: There is no mode "x". Choose from: dash-cenc, hls-aes, hls-ncg, ncg.',
    '[1].inputs[0]: Input file not found: /gone.mp4. Check the path. Relative paths in a config start at its folder, those on a command line at the working directory.',
    '[2].inputs[1]: /dir cannot be read: it is a folder. Name a media file.',
    '[2].inputs[2]: /empty.mp4 cannot be read: it is empty. Copy or encode it again.',
    '[4].inputs[0]: Input file not found: /lost.mp4. Check the path. Relative paths in a config start at its folder, those on a command line at the working directory.',
  ]) {
    assert.ok(lines.includes(line), `${line}\n is not in\n${lines.join('\n')}`);
  }
  assert.match(stderr, /\[2\]\.preset.*plugins.*\(key-manual\): The key of key-manual must have 16, or 32/);
  assert.not.match(stderr, /hush/);
  assert.equal(await filesBelow(join(cwd, 'out')), []);
});

test('a missing file of the last title alone: its own codes, with its place', async () => {
  const cwd = await project([title('a.mp4'), title('gone.mp4')], ['a.mp4']);
  const { status, stderr } = await runCommand(sealpack, [], cwd);
  assert.is(status, 3);
  assert.match(stderr, /^error: \[1\]\.inputs\[0\]: Input file not found: .*gone\.mp4\n/);
  assert.match(stderr, /^ {2}code: INPUT_NOT_FOUND$/m);
  assert.equal(await filesBelow(join(cwd, 'out')), []);
});

test('all environment variables that are not set, with the rest', async () => {
  const cwd = temporaryFolder('unset');
  const config = (inputs: string) => `export default ({ required, optional }) => ({
  preset: ['manual', { key: required('KEY_A'), keyId: required('KEY_B') }],
  contentId: 'film-' + required('KEY_C'), output: optional('KEY_D', 'out'), modes: ['dash-cenc'], inputs: ${inputs},
});`;
  await copyFile(await oddMedia('video-only'), join(cwd, 'a.mp4'));
  await writeFile(join(cwd, 'packager.config.ts'), config("['a.mp4']"));
  const only = await runCommand(sealpack, [], cwd);
  assert.is(only.status, 2);
  assert.match(only.stderr, 'preset (manual).key: the environment variable KEY_A is not set.');
  assert.match(only.stderr, 'preset (manual).keyId: the environment variable KEY_B is not set.');
  assert.match(only.stderr, 'contentId: the environment variable KEY_C is not set.');
  assert.match(only.stderr, 'code: MISSING_ENVIRONMENT');
  assert.not.match(only.stderr, /KEY_D|expected|content id:/);
  await writeFile(
    join(cwd, 'packager.config.ts'),
    config("['gone.mp4', new URL('file:///tmp/gone%20too.mp4')]"),
  );
  const more = await runCommand(sealpack, [], cwd, { KEY_A: 'x', KEY_C: 'y' });
  assert.match(more.stderr, 'preset (manual).keyId: the environment variable KEY_B is not set.');
  assert.match(more.stderr, /inputs\[0\]: Input file not found: .*gone\.mp4\./);
  assert.match(more.stderr, 'inputs[1]: Input file not found: /tmp/gone too.mp4.');
  await writeFile(
    join(cwd, 'packager.config.ts'),
    `export default ({ required }) => ({ preset: [Buffer.from(required('A'), 'hex').readUInt8(9), required('B')] });`,
  );
  assert.match((await runCommand(sealpack, [], cwd)).stderr, 'The environment variable A is not set.');
});

test('a second run passes over what is there, and ends well when the rest does', async () => {
  const names = ['a.mp4', 'b.mp4', 'c.mp4'];
  const cwd = await project(
    names.map((name) => title(name)),
    names,
  );
  await writeFile(join(cwd, 'b.mp4'), 'no media at all');
  const first = await runCommand(sealpack, [], cwd);
  assert.is(first.status, 3);
  assert.match(first.stdout, '2 titles written, 1 failed');
  const manifest = await readFile(join(cwd, 'out/DASH_a_mp4/stream.mpd'), 'utf8');

  await copyFile(join(cwd, 'a.mp4'), join(cwd, 'b.mp4'));
  const second = await runCommand(sealpack, [], cwd);
  assert.is(second.status, 0, second.stderr);
  assert.is(second.stderr, '');
  assert.match(second.stdout, '1 title written, 2 already there, none failed');
  assert.match(second.stdout, /there {4}Title 1 of 3: a\.mp4\n/);
  assert.is(await readFile(join(cwd, 'out/DASH_a_mp4/stream.mpd'), 'utf8'), manifest);

  const third = await runCommand(sealpack, ['--json'], cwd);
  assert.is(third.status, 0);
  const events = third.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  const outputs = names.map((name) => [join(cwd, `out/DASH_${name.replace('.', '_')}`)]);
  assert.equal(
    events.slice(0, -1),
    outputs.map((paths, index) => ({ type: 'exists', title: index + 1, outputs: paths })),
  );
  const { type, titles, written, exists, failed } = events.at(-1) as Record<string, unknown>;
  assert.equal(
    { type, titles, written, exists, failed },
    { type: 'summary', titles: 3, written: 0, exists: 3, failed: 0 },
  );
});

test('what is there is no proof when an input has changed since, or came later under an older date', async () => {
  const names = ['a.mp4', 'b.mp4', 'c.mp4'];
  const cwd = await project(
    names.map((name) => title(name)),
    names,
  );
  assert.is((await runCommand(sealpack, [], cwd)).status, 0);
  await copyFile(await oddMedia('ctts-v0'), join(cwd, 'b.mp4'));
  const old = new Date('2001-01-01T00:00:00Z');
  await copyFile(await oddMedia('ctts-v0'), join(cwd, 'c.mp4'));
  await utimes(join(cwd, 'c.mp4'), old, old);
  const { status, stdout, stderr } = await runCommand(sealpack, [], cwd);
  assert.is(status, 4);
  assert.match(stdout, '0 titles written, 1 already there, 2 failed');
  assert.match(stderr, /DASH_b_mp4 exists already and was left as it is\.\n {2}fix: An input has changed/);
  const again = await runCommand(sealpack, ['--overwrite'], cwd);
  assert.is(again.status, 0, again.stderr);
  assert.match(again.stdout, '3 titles written, none failed');
});

test('half of a title, or a single title, that is there is a failure', async () => {
  const cwd = await project([title('a.mp4'), title('b.mp4')], ['a.mp4', 'b.mp4']);
  assert.is((await runCommand(sealpack, [], cwd)).status, 0);
  const wider = await runCommand(sealpack, ['--mode', 'dash-cenc,ncg'], cwd);
  assert.is(wider.status, 4);
  assert.match(wider.stdout, '0 titles written, 2 failed');
  await writeFile(join(cwd, 'packager.config.json'), JSON.stringify(title('a.mp4')));
  const single = await runCommand(sealpack, [], cwd);
  assert.is(single.status, 4);
  assert.match(single.stderr, /exists already and was left as it is/);
});

test.run();
