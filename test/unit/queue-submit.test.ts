/** Titles for a queue, before the first of them is in it: `npm run test:queue` has the servers. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TitleQueue } from '../../plugins/queue-bullmq/driver.ts';
import type { JobData } from '../../plugins/queue-bullmq/job.ts';
import { put } from '../../plugins/queue-bullmq/put.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { runCommand, sealpack } from '../helpers/commands/run-command.ts';
import { serveWeb } from '../helpers/servers/web-server.ts';

const test = suite('submitting');

/** Nobody listens there: what gets so far would try to connect. */
const SUBMIT = ['submit', '--connection', 'redis://127.0.0.1:1'];
const CONFIG = JSON.stringify({ preset: 'local', modes: ['dash-cenc'], output: 'out/{contentId}' });

/** Submit rows of a manifest. @param inputs of each */
async function submit(name: string, inputs: readonly string[]) {
  const folder = temporaryFolder(name);
  const rows = inputs.map((input, index) => `film-${index + 1},${input}`);
  await writeFile(join(folder, 'titles.csv'), `contentId,inputs\n${rows.join('\n')}\n`);
  await writeFile(join(folder, 'packager.config.json'), CONFIG);
  await writeFile(join(folder, 'there.mp4'), 'a film');
  return runCommand(sealpack, [...SUBMIT, '--manifest', 'titles.csv'], folder);
}

test('all inputs that are not there are told of at once, in the order of the titles, and none is put in', async () => {
  const one = await submit('submit-one', ['there.mp4', 'none.mp4', 'there.mp4']);
  assert.is(one.status, 3, one.stderr);
  assert.match(one.stderr, /none\.mp4/);
  assert.not.match(one.stderr, /No title was put in/);
  assert.is(one.stdout, '');
  const web = await serveWeb();
  try {
    // Its answer is later than that of the disk.
    const two = await submit('submit-two', [`${web.url}/none.mp4`, 'there.mp4', 'other.mp4']);
    assert.is(two.status, 3, two.stderr);
    assert.match(two.stderr, /No title was put in:\s+film-1: .*none\.mp4.*film-3: .*other\.mp4/s);
    // Of each what to do as well.
    assert.is(two.stderr.match(/Check the (?:path|address)/g)?.length, 2, two.stderr);
  } finally {
    await web.close();
  }
});

test('of the inputs of one title each is told of, in their order, and one that is named twice once', async () => {
  const { status, stderr } = await submit('submit-title', ['b.mp4;there.mp4;a.srt;b.mp4;c.srt', 'd.mp4']);
  assert.is(status, 3, stderr);
  const told = stderr
    .match(/film-\d: .*\.(?:mp4|srt)\b/g)!
    .map((line) => line.replace(/(film-\d): .*\/(.*)/, '$1 $2'));
  assert.equal(told, ['film-1 b.mp4', 'film-1 a.srt', 'film-1 c.srt', 'film-2 d.mp4']);
});

test('of very many no more are looked at than can be read', async () => {
  const inputs = Array.from({ length: 3000 }, (_, index) => `none-${index + 1}.mp4`);
  const { status, stderr, stdout } = await submit('submit-many', inputs);
  assert.is(status, 3);
  assert.is(stdout, '');
  const told = stderr.match(/film-\d+: /g) ?? [];
  assert.ok(told.length >= 20 && told.length < 40, String(told.length));
  assert.match(stderr, /film-1: .*No further input was looked at\./s);
});

test('what is said anew of a title that waits counts, and what is not said stays', async () => {
  const row = { contentId: 'film', inputs: ['/film.mp4'], verify: true };
  const data: JobData = { version: 1, name: 'film', row, beyond: {} };
  let now = data;
  const told: unknown[] = [];
  const job = {
    priority: 1000,
    getState: async () => 'prioritized',
    get data() {
      return now;
    },
    updateData: async (newer: JobData) => {
      now = newer;
    },
    changePriority: async ({ priority }: { readonly priority: number }) => told.push(priority),
  };
  const queue = { getJob: async () => job } as unknown as TitleQueue;
  const outcome = async (more: object, priority?: number) =>
    (await put(queue, { id: 't1', data: { ...data, row: { ...row, ...more } }, priority }, false)).outcome;
  assert.is(await outcome({}), 'there');
  assert.is(await outcome({ verify: undefined }), 'there');
  assert.is(now, data);
  assert.is(await outcome({ overwrite: true, verify: undefined }), 'changed');
  assert.equal(now, { ...data, row: { ...row, overwrite: true } });
  assert.is(await outcome({}), 'there');
  assert.is(await outcome({ verify: false }, 1), 'changed');
  assert.equal([now.row, told], [{ ...row, overwrite: true, verify: false }, [1]]);
  assert.is(await outcome({ verify: undefined }, 2), 'moved');
});

test('tries that are asked for count for a title that is known: it is put in anew', async () => {
  const data: JobData = {
    version: 1,
    name: 'film',
    row: { inputs: ['/film.mp4'], verify: true },
    beyond: {},
  };
  const told: unknown[] = [];
  let state = 'failed';
  let isLocked = false;
  const known = {
    ...{ data, priority: 7, opts: { attempts: 5 } },
    getState: async () => state,
    updateData: async () => void told.push('data'),
    changePriority: async () => void told.push('priority'),
    retry: async () => void told.push('retry'),
    remove: async () => {
      if (isLocked) state = 'active';
      if (isLocked) throw new Error('Job t1 could not be removed because it is locked by another worker');
      told.push('removed');
    },
  };
  const queue = {
    getJob: async () => known,
    add: async (_: string, { row }: JobData, { attempts, priority }: Record<string, unknown>) =>
      void told.push([row.verify, attempts, priority]),
  } as unknown as TitleQueue;
  const outcome = async (attempts: number | undefined, again = true) => {
    told.length = 0;
    const row = { inputs: ['/film.mp4'] };
    return (await put(queue, { id: 't1', data: { ...data, row }, attempts }, again)).outcome;
  };
  assert.is(await outcome(undefined), 'again');
  assert.equal(told, ['data', 'retry']);
  assert.is(await outcome(5), 'again');
  assert.equal(told, ['data', 'retry'], 'as many as it has');
  assert.is(await outcome(9, false), 'failed');
  assert.equal(told, []);
  assert.is(await outcome(9), 'again');
  assert.equal(told, ['removed', [undefined, 9, 7]]);
  state = 'delayed';
  assert.is(await outcome(9, false), 'changed');
  assert.equal(told, ['removed', [true, 9, 7]], 'what is not said stays as it was');
  isLocked = true;
  assert.is(await outcome(9, false), 'running');
  assert.equal(told, []);
});

test('with --json a command of the queue that is refused, or fails, says so in a line as well', async () => {
  const folder = temporaryFolder('submit-json');
  await writeFile(join(folder, 'film.mp4'), 'a film');
  const nowhere = ['--connection', 'redis://127.0.0.1:1'];
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['INVALID_OPTION', ['submit', '--json', '--bogus']],
    ['MISSING_OPTION', ['submit', 'film.mp4', '--json']],
    ['INVALID_OPTION', ['worker', '--json', '--lock', 'banana', ...nowhere]],
    ['INVALID_OPTION', ['jobs', 'list', '--state', 'none', '--json', ...nowhere]],
    ['MISSING_OPTION', ['jobs', 'watch', '--json']],
    ['QUEUE_NOT_READY', ['jobs', 'list', '--json', ...nowhere]],
  ];
  for (const [code, argv] of rows) {
    const { stdout, stderr } = await runCommand(sealpack, argv, folder);
    const [line = '', ...rest] = stdout.trimEnd().split('\n');
    const { type, error } = JSON.parse(line || '{}');
    assert.equal([type, error?.code, rest], ['error', code, []], `${argv.join(' ')}: ${stderr}`);
  }
  for (const argv of [
    ['jobs', 'list', '--bogus'],
    ['jobs', 'retry', '--json'],
  ])
    assert.is((await runCommand(sealpack, argv, folder)).stdout, '', argv.join(' '));
});

test.run();
