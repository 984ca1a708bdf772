/** The built command, as users run it: workers, determinism, exit statuses, secrets. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, renameSync } from 'node:fs';
import { chmod, copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { oneIn } from '../helpers/commands/extent.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import {
  COMMAND_KEY as KEY,
  sealpackProject as project,
  sealpack,
  sealpackHere,
} from '../helpers/commands/sealpack-command.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { filesBelow, TEST_KEY } from '../helpers/titles/package.ts';

const test = suite('command sealpack');
const MEDIA = join(import.meta.dirname, '../media');

/** SHA-256 of every file below a folder. */
async function digests(folder: string): Promise<Record<string, string>> {
  const files = await filesBelow(folder);
  const digest = async (file: string) =>
    [
      file,
      createHash('sha256')
        .update(await readFile(join(folder, file)))
        .digest('hex'),
    ] as const;
  return Object.fromEntries(await Promise.all(files.map(digest)));
}

test('two runs with one seed are byte-identical, in one thread or in two; secrets are nowhere', async () => {
  const folder = await project();
  const outcomes = [
    await sealpackHere(['--workers', '0', '--output', 'one'], folder),
    await sealpack(['--workers', '2', '--output', 'two', '--json'], folder),
  ];
  for (const { status, stdout, stderr } of outcomes) {
    assert.is(status, 0, stderr);
    for (const secret of [KEY, TEST_KEY.key, TEST_KEY.iv]) assert.not((stdout + stderr).includes(secret));
  }
  const [one, two] = [await digests(join(folder, 'one')), await digests(join(folder, 'two'))];
  assert.equal(one, two);
  assert.ok(Object.keys(one).length > 15, Object.keys(one).join());
});

test('what threads have written they read again before it appears, of one title and of several at a time', async () => {
  const folder = await project();
  const threads = ['--workers', '2', '--verify', '--json'];
  const one = await sealpack([...threads, '--output', 'one'], folder);
  assert.is(one.status, 0, one.stderr);
  const rows = ['contentId,output', 'a,a', 'b,b', 'c,c'];
  await writeFile(join(folder, 'titles.csv'), rows.join('\n'));
  const list = await sealpack([...threads, '--concurrency', '2', '--manifest', 'titles.csv'], folder);
  assert.is(list.status, 0, list.stderr);
  for (const [{ stdout }, titles] of [
    [one, 1],
    [list, 3],
  ] as const)
    assert.is(stdout.match(/"verification":{"verdict":"proved"/g)?.length, titles);
  for (const name of ['one', 'a', 'b', 'c'])
    assert.ok((await filesBelow(join(folder, name))).length > 15, name);
});

test('the choice of tracks and their language are the same in one thread and in two', async () => {
  const folder = temporaryFolder('choice');
  const film = join(MEDIA, 'sample-180p.mp4');
  const config = {
    preset: ['manual', { key: KEY, keyId: TEST_KEY.keyId }],
    inputs: [
      { file: film, audio: false },
      { file: await oddMedia('languages'), video: false, audio: ['ko', 'und'] },
      { file: await oddMedia('audio-only'), language: 'fr-CA' },
    ],
    reproducible: { seed: 'cd'.repeat(32), time: '2026-01-02T03:04:05Z' },
    modes: ['dash-cenc', 'hls-aes'],
  };
  await writeFile(join(folder, 'packager.config.json'), JSON.stringify(config));
  for (const { status, stderr } of [
    await sealpackHere(['--workers', '0', '--output', '0'], folder),
    await sealpack(['--workers', '2', '--output', '2'], folder),
  ])
    assert.is(status, 0, stderr);
  const one = await digests(join(folder, '0'));
  assert.equal(await digests(join(folder, '2')), one);
  const files = Object.keys(one).filter((file) => file.endsWith('.mp4') && file.startsWith('DASH'));
  assert.equal(
    files.map((file) => file.split('/').at(-1)),
    ['kor', 'fr-CA', 'und']
      .map((language) => `media-audio-${language}.mp4`)
      .sort()
      .concat('media-video-1.mp4'),
  );
});

test('--json prints one event a line; progress reaches the total of every unit', async () => {
  const { status, stdout } = await sealpackHere(
    ['--workers', '0', '--json', '--mode', 'dash-cenc'],
    await project(),
  );
  assert.is(status, 0);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const ended = events.filter(({ type, state }) => type === 'unit' && state === 'end');
  assert.is(ended.length, 4);
  for (const { done, total } of ended) assert.is(done, total);
  assert.is(events.at(-1)?.['type'], 'finished');
});

test('a plugin of the config runs in worker threads; its error names it and nothing is left', async () => {
  const folder = await project();
  await writeFile(
    join(folder, 'extra.ts'),
    `import { isMainThread } from 'node:worker_threads';
export const extra = [{
  name: 'breaker',
  apply({ hooks }) {
    hooks.segment.for('hls-aes').tapPromise({ name: 'breaker', stage: -1 }, async (job) => {
      throw new Error('broken in ' + (isMainThread ? 'the main thread' : 'a worker') + ' at ' + job.unit.id);
    });
  },
}];
`,
  );
  const { status, stderr } = await sealpack(['--workers', '2'], folder);
  assert.is.not(status, 0);
  assert.match(stderr, /breaker/);
  assert.match(stderr, /broken in a worker at media-/);
  assert.equal(await filesBelow(join(folder, 'out')), []);
});

test('a worker that dies ends the run cleanly', async () => {
  const folder = await project();
  await writeFile(
    join(folder, 'extra.ts'),
    `export const extra = [{
  name: 'killer',
  apply({ hooks }) {
    hooks.segment.for('ncg').tapPromise({ name: 'killer', stage: -1 }, async () => process.exit(7));
  },
}];
`,
  );
  const { status, stderr } = await sealpack(['--workers', '2'], folder);
  assert.is.not(status, 0);
  assert.match(stderr, /died.*status 7/);
  assert.equal(await filesBelow(join(folder, 'out')), []);
});

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGHUP', 129],
  ['SIGTERM', 143],
  ['SIGQUIT', 131],
] as const;

for (const [signal, expected] of oneIn(2, SIGNALS)) {
  test(`${signal} ends the run with status ${expected} and leaves nothing`, async () => {
    const folder = await project();
    let sent = false; // a second one would end it at once
    const { status } = await sealpack(['--json', '--workers', '2'], folder, {
      onText: (text, child) => {
        if (!sent && text.includes('"type":"unit"')) child.kill(signal);
        sent ||= text.includes('"type":"unit"');
      },
    });
    assert.is(status, expected);
    assert.not(existsSync(join(folder, 'out')));
  });
}

test('an output folder that no folder can be made in is refused', async () => {
  const { status, stderr } = await sealpackHere(['--output', '/proc/nowhere/deep'], await project());
  assert.is(status, 4);
  assert.match(stderr, 'Cannot write to /proc/nowhere/deep: its folder is not there, and cannot be made.');
});

test('an input that another file replaces while threads are at work ends the run, and nothing is left', async () => {
  const folder = temporaryFolder('threads');
  const path = join(folder, 'master.mp4');
  await copyFile(join(MEDIA, 'sample-360p.mp4'), path);
  let isReplaced = false;
  const args = ['--json', '--workers', '2', '--preset', 'local', '--mode', 'dash-cenc,hls-aes', path];
  const onText = (text: string): void => {
    if (isReplaced || !text.includes('"type":"unit"')) return;
    isReplaced = true;
    copyFileSync(join(MEDIA, 'sample-180p.mp4'), `${path}.new`);
    renameSync(`${path}.new`, path);
  };
  const { status, stderr, stdout } = await sealpack(args, folder, { onText });
  assert.ok(isReplaced);
  assert.is(status, 3, stderr + stdout);
  assert.match(stderr + stdout, /changed while it was being packaged/);
  assert.equal(await filesBelow(join(folder, 'out')), []);
});

test('a missing environment variable is named', async () => {
  const folder = await project(["output: required('NO_SUCH_VARIABLE'),"]);
  const { status, stderr } = await sealpackHere([], folder);
  assert.is(status, 2);
  assert.match(stderr, /NO_SUCH_VARIABLE/);
});

test('a config that may not be read is not passed over', async () => {
  const folder = await project();
  const path = join(folder, 'packager.config.ts');
  await chmod(path, 0);
  // Root may read everything, unless it gives that up.
  const through =
    process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : [];
  const { status, stderr } = await sealpack([], folder, { through });
  assert.is(status, 2);
  assert.match(stderr, `${path} could not be loaded: this user may not read it.`);
});

test('no config is needed when the command line says everything', async () => {
  const folder = temporaryFolder('bare');
  const input = await oddMedia('video-only');
  const first = await sealpack([input, '--preset', 'local', '--mode', 'dash-cenc', '--quiet'], folder);
  assert.is(first.status, 0, first.stderr);
  assert.is(first.stdout, '');
  assert.equal(await filesBelow(join(folder, 'out')), [
    'DASH_video-only_mp4/media-video-1.mp4',
    'DASH_video-only_mp4/stream.mpd',
  ]);
  const again = await sealpackHere([input, '--preset', 'local', '--mode', 'dash-cenc'], folder);
  assert.is(again.status, 4);
  assert.match(again.stderr, /exists already/);
});

test.run();
