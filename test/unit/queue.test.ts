/** Titles by a queue, as far as no server is needed: rows, ids, refusals, locks, figures. `npm run test:queue` has the servers. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { canonical } from '../../core/base/canonical.ts';
import { PackagerError } from '../../core/base/errors.ts';
import { queuePlace } from '../../plugins/queue-bullmq/connection.ts';
import { optional } from '../../plugins/queue-bullmq/driver.ts';
import { lost, notReady, SILENCE } from '../../plugins/queue-bullmq/failures.ts';
import { type JobProgress, jobId } from '../../plugins/queue-bullmq/job.ts';
import { Leases } from '../../plugins/queue-bullmq/leases.ts';
import { Metrics } from '../../plugins/queue-bullmq/metrics.ts';
import { metricsAddress, serveMetrics } from '../../plugins/queue-bullmq/metrics-server.ts';
import { packageRow, type Workshop } from '../../plugins/queue-bullmq/package-row.ts';
import { titleProcessor } from '../../plugins/queue-bullmq/process-title.ts';
import { Pulse } from '../../plugins/queue-bullmq/pulse.ts';
import { isWorthAnotherTry } from '../../plugins/queue-bullmq/retry-class.ts';
import { beyondRow, refuseOtherOptions, refuseSecrets, rowOf } from '../../plugins/queue-bullmq/row.ts';
import { follow } from '../../plugins/queue-bullmq/watch.ts';
import { workStatus } from '../../plugins/queue-bullmq/worker.ts';
import type { WorkerLog } from '../../plugins/queue-bullmq/worker-log.ts';
import { Sink } from '../helpers/commands/cli-runs.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { runCommand, sealpack } from '../helpers/commands/run-command.ts';
import { workshopIn } from '../helpers/commands/workshop.ts';
import { serveWeb } from '../helpers/servers/web-server.ts';
import { TEST_KEY, titleOptions } from '../helpers/titles/package.ts';

const test = suite('queue');

const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (PackagerError.is(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
};

const placeOf = (connection: string | undefined, env: NodeJS.ProcessEnv, queue = 'night') =>
  queuePlace({ connection, queue }, env);

test('the id of a job follows from what is packaged, and not from how', () => {
  const row = { contentId: 'film', inputs: ['/in/film.mp4'], output: '/out', modes: ['dash-cenc'] };
  const id = jobId({ row, beyond: {} }, ['/in/film.mp4 1']);
  assert.match(id, /^t[0-9a-f]{20}$/);
  const turned = { modes: ['dash-cenc'], output: '/out', inputs: ['/in/film.mp4'], contentId: 'film' };
  assert.is(jobId({ row: turned, beyond: {} }, ['/in/film.mp4 1']), id, 'the order of the fields');
  assert.is(jobId({ row: { ...row, overwrite: true, verify: true }, beyond: {} }, ['/in/film.mp4 1']), id);
  const others = [
    jobId({ row: { ...row, contentId: 'other' }, beyond: {} }, ['/in/film.mp4 1']),
    jobId({ row: { ...row, output: '/elsewhere' }, beyond: {} }, ['/in/film.mp4 1']),
    jobId({ row, beyond: { keyRotation: 'a' } }, ['/in/film.mp4 1']),
    jobId({ row, beyond: {} }, ['/in/film.mp4 2']),
  ];
  assert.is(new Set([id, ...others]).size, 5);
  assert.is(canonical({ b: [1, undefined], a: { d: 'x', c: undefined } }), '{"a":{"d":"x"},"b":[1,null]}');
});

test('a title of a config becomes a row, and what a row cannot say is compared by workers', () => {
  const title = titleOptions({
    contentId: 'film',
    inputs: ['/in/film.mp4', '/in/en.vtt'],
    choices: [undefined, { language: 'en', sdh: true }],
    output: '/out',
    modes: ['dash-cenc'],
    keyRotation: 60,
    workers: 2,
    priority: 1,
    reproducible: undefined,
  });
  assert.equal(rowOf(title), {
    contentId: 'film',
    inputs: ['/in/film.mp4', { file: '/in/en.vtt', language: 'en', sdh: true }],
    output: '/out',
    modes: ['dash-cenc'],
    segmentDuration: title.segmentDuration,
    workers: 2,
  });
  const beyond = beyondRow(title);
  assert.equal(Object.keys(beyond), ['keyRotation']);
  refuseOtherOptions({ beyond }, title);
  refuseOtherOptions({ beyond: {} }, title);
  const others = { ...title, keyRotation: 30 };
  assert.match(
    refusal(() => refuseOtherOptions({ beyond }, others)),
    /^INVALID_CONFIG: .*keyRotation/s,
  );
});

test('nothing secret goes into a queue, and no password into the command line', () => {
  const secrets = [
    's3://user:secret@bucket/film.mp4',
    's3://u:p@bucket/film.mp4',
    'https://media.example/film.mp4?X-Amz-Signature=0123456789abcdef',
    'https://media.example/film.mp4#0123456789',
  ];
  for (const secret of secrets) {
    for (const row of [
      { inputs: [secret] },
      { inputs: [{ file: secret }] },
      { inputs: ['/a.mp4'], output: secret },
    ]) {
      const told = refusal(() => refuseSecrets(row));
      assert.match(told, /^INVALID_OPTION: /);
      assert.not.match(told, /secret@|u:p|0123456789/);
    }
  }
  refuseSecrets({ inputs: ['/a#b?c@d.mp4', 's3://bucket/film.mp4'], output: 's3://bucket/out' });

  assert.is(placeOf('redis://host:6379', {}).kind, 'redis');
  assert.is(
    placeOf(undefined, { SEALPACK_QUEUE_URL: 'postgresql://u:p@host/db' }).shown,
    'postgresql://…@host/db',
  );
  assert.is(placeOf('postgres://user@host/db', {}).kind, 'postgres');
  for (const name of ['', 'night:films'])
    assert.match(
      refusal(() => placeOf('redis://host', {}, name)),
      /^INVALID_OPTION: --queue: ".*" is no name for a queue\./,
    );
  for (const url of ['redis://:pw@host', 'postgres://u:pw@host/db', 'postgres://host/db?password=pw'])
    assert.match(
      refusal(() => placeOf(url, {})),
      /^INVALID_OPTION: --connection holds a password/,
    );
  assert.match(
    refusal(() => placeOf('http://host', {})),
    /^INVALID_OPTION/,
  );
  assert.match(
    refusal(() => placeOf(undefined, {})),
    /^MISSING_OPTION/,
  );
});

test('a package that is not installed is one sentence with what to run', async () => {
  const missing = () => import('sealpack-is-not-installed' as string);
  const error = await optional('sealpack-is-not-installed', { kind: 'postgres' }, missing).catch((e) => e);
  assert.ok(PackagerError.is(error));
  assert.is(error.code, 'QUEUE_NOT_INSTALLED');
  assert.is(error.hint, 'Run: npm install bullmq@6 pg');
});

test('a server that says nothing for ten beats is gone, one that is slow is not', async () => {
  let answer = async (): Promise<unknown> => undefined;
  const pulse = new Pulse(() => answer());
  const beats = async (number: number) => {
    const heard: boolean[] = [];
    for (let beat = 0; beat < number; beat++) {
      heard.push(pulse.beat());
      await new Promise((resolve) => setImmediate(resolve));
    }
    return heard.indexOf(false) + 1;
  };
  assert.is(await beats(30), 0);
  let late = (): void => {};
  answer = () => new Promise<void>((resolve) => (late = resolve));
  assert.is(await beats(9), 0);
  late();
  await new Promise((resolve) => setImmediate(resolve));
  assert.is(await beats(30), 11, 'asked once, and silent');
  const refused = new Pulse(() => Promise.reject(new Error('refused')));
  const heard = [];
  for (let beat = 0; beat < 11; beat++) {
    heard.push(refused.beat());
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.is(heard.indexOf(false), 10, 'what it could not be asked is no answer');
});

test('what a server that is away is told as is one sentence; what is no fault of its stays what it is', () => {
  const place = placeOf(undefined, { SEALPACK_QUEUE_URL: 'redis://:secret@host:1' });
  const failed = (message: string, more: object = {}) => Object.assign(new Error(message), more);
  const rows: readonly (readonly [Error, unknown, string])[] = [
    [SILENCE, undefined, 'it does not answer'],
    [SILENCE, failed('connect', { code: 'ECONNREFUSED' }), 'the connection was refused'],
    [failed('read', { code: 'ECONNRESET' }), undefined, 'the connection was cut'],
    [failed('Connection is closed.'), undefined, 'the connection was cut'],
    [failed('Connection terminated unexpectedly'), undefined, 'the connection was cut'],
    [failed('terminating connection', { code: '57P01' }), undefined, 'the connection was cut'],
    [failed('timeout exceeded when trying to connect'), undefined, 'it does not answer'],
    [failed('OOM command not allowed', { name: 'ReplyError' }), undefined, 'Redis says OOM'],
  ];
  for (const [cause, trouble, reason] of rows) {
    const told = lost(place, cause, trouble);
    assert.ok(PackagerError.is(told), cause.message);
    assert.equal(
      [told.code, told.exit, told.transient, told.message],
      ['QUEUE_LOST', 1, true, `The queue in redis://…@host:1 was lost: ${reason}.`],
    );
  }
  const own = failed('x is not a function', { name: 'TypeError' });
  const wrong = new PackagerError({ code: 'INPUT_NOT_FOUND', exit: 3, message: 'none' });
  for (const cause of [own, wrong, failed('bullmq: job 1 not active', { code: 'BM001' })])
    assert.is(lost(place, cause, undefined), cause);
  assert.is(
    notReady(place, SILENCE).message,
    'The queue in redis://…@host:1 cannot be used: it does not answer.',
  );
});

test('a port where something else than Redis answers is said to be that', async () => {
  const web = await serveWeb();
  const connection = web.url.replace('http:', 'redis:');
  try {
    const { status, stderr } = await runCommand(sealpack, ['jobs', 'list', '--connection', connection], '.');
    assert.is(status, 1);
    assert.match(stderr, /cannot be used: what answers there is no Redis\./);
  } finally {
    await web.close();
  }
});

test('a lock that nobody renews in its time is lost', () => {
  let now = 0;
  const leases = new Leases(1000, () => now);
  const [one, other, third] = [leases.take('one'), leases.take('other'), leases.take('third')];
  now = 900;
  leases.renewed(['one']);
  now = 1100;
  leases.check();
  assert.equal([one.why, other.why, third.why], [undefined, 'lost', 'lost']);
  assert.equal([one.signal.aborted, other.signal.aborted], [false, true]);
  leases.letGo(['one'], 'cancelled');
  leases.letAllGo('handed-back');
  assert.is(one.why, 'cancelled', 'the first reason counts');
  const anew = leases.take('other');
  leases.letGo(['other'], 'cancelled');
  assert.equal(
    [other.why, anew.why],
    ['lost', 'cancelled'],
    'what is said of a job is said of its last lease',
  );
  leases.end(anew);
  leases.end(other);
  assert.equal(leases.ids, ['one', 'third']);
});

test('a title that cannot be handed back, since the queue is away, counts as lost', async () => {
  const leases = new Leases(1000, () => 0);
  const outcomes: string[] = [];
  const log = {
    begin: () => leases.letAllGo('handed-back'),
    ended: ({ outcome }: { outcome: string }) => void outcomes.push(outcome),
  } as unknown as WorkerLog;
  const process = titleProcessor({
    workshop: { shell: { now: () => 0 } } as unknown as Workshop,
    ...{
      leases,
      log,
      metrics: new Metrics(),
      bullmq: { UnrecoverableError: Error, WaitingError: Error } as never,
    },
  });
  const job = {
    data: { name: 'film', row: { inputs: ['s3://a:b@bucket/film.mp4'] }, beyond: {} },
    id: 'one',
    opts: {},
    moveToWait: async () => {
      throw new Error('Missing lock for job one.');
    },
  } as unknown as Parameters<typeof process>[0];
  const error: unknown = await Promise.resolve(process(job, 'token')).catch((cause: unknown) => cause);
  assert.is((error as Error).message, 'The lock was lost.');
  assert.equal(outcomes, ['lost']);
  assert.is(leases.size, 0);
  log.begin = () => {};
  const failed: unknown = await Promise.resolve(process(job, 'token')).catch((cause: unknown) => cause);
  assert.match(
    (failed as Error).message,
    /^INVALID_OPTION: .*no secrets\. Give the reference without them/,
    'the queue has what to do about it',
  );
});

test('servers that are down are tried again, bad files are not', () => {
  const failure = (code: string) => new PackagerError({ code, exit: 1, message: '' });
  assert.ok(isWorthAnotherTry(failure('REQUEST_FAILED')));
  assert.ok(isWorthAnotherTry(failure('OUTPUT_BUSY')));
  for (const code of ['NOT_MEDIA', 'INPUT_NOT_FOUND', 'INVALID_KEY', 'OUTPUT_EXISTS', 'UNEXPECTED'])
    assert.not.ok(isWorthAnotherTry(failure(code)), code);
});

test('a title whose report alone has failed is published, and not tried again', () => {
  const failure = (code: string) => new PackagerError({ code, exit: 1, message: '', hook: 'report' });
  for (const code of ['REQUEST_FAILED', 'DISK_FULL']) assert.not.ok(isWorthAnotherTry(failure(code)), code);
});

test('who follows a queue is told how it ended: well, with a failed title, or by somebody', async () => {
  const counts = { waiting: 0, prioritized: 0, delayed: 0, active: 0, completed: 2, failed: 0 };
  const statusOf = (more: object, signal = new AbortController().signal) => {
    const queue = { getJobCounts: async () => ({ ...counts, ...more }), getActive: async () => [] };
    return follow(queue, {}, { stdout: new Sink(), signal }, () => {});
  };
  assert.is(await statusOf({}), 0);
  assert.is(await statusOf({ failed: 1 }), 1);
  assert.is(await statusOf({ waiting: 3 }, AbortSignal.timeout(20)), 130);
});

test('a worker that is to empty a queue has failed with a title, one that is ended has not', () => {
  const metrics = new Metrics();
  for (const outcome of ['published', 'retried', 'cancelled', 'lost'] as const) metrics.count(outcome, 1);
  assert.is(workStatus({ untilEmpty: true }, metrics), 0);
  metrics.count('failed', 1);
  assert.equal([workStatus({ untilEmpty: true }, metrics), workStatus({}, metrics)], [1, 0]);
});

test('figures are served as Prometheus reads them, and health says when the queue is away', async () => {
  const metrics = new Metrics();
  metrics.count('published', 2, { bytesRead: 10, bytesWritten: 20 });
  metrics.count('failed', 1);
  let [isReady, isThere] = [true, true];
  const depth = async () => {
    if (!isThere) throw new Error('gone');
    return { waiting: 7 };
  };
  const server = await serveMetrics(metricsAddress('127.0.0.1:0'), {
    metrics,
    depth,
    isReady: () => isReady,
  });
  const get = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return `${answer.status} ${await answer.text()}`;
  };
  try {
    const text = await get('/metrics');
    for (const line of [
      '# TYPE sealpack_titles_total counter',
      'sealpack_titles_total{outcome="published"} 1',
      'sealpack_titles_total{outcome="failed"} 1',
      'sealpack_title_seconds_total 3',
      'sealpack_read_bytes_total 10',
      'sealpack_written_bytes_total 20',
      'sealpack_queue_up 1',
      'sealpack_queue_titles{state="waiting"} 7',
    ])
      assert.ok(text.includes(`\n${line}\n`) || text.startsWith(`200 ${line}`), line);
    for (const line of text.slice(4).trim().split('\n'))
      assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[\w-]+"\})? [\d.e+]+)$/);
    assert.is(await get('/readyz'), '200 ready\n');
    isThere = false;
    assert.match(await get('/readyz'), /^503 /);
    assert.match(await get('/metrics'), /sealpack_queue_up 0\n/);
    isReady = false;
    assert.is(await get('/readyz'), '503 draining\n');
    assert.is(await get('/healthz'), '200 alive\n');
    assert.match(await get('/other'), /^404 /);
  } finally {
    server.close();
  }
  for (const wrong of ['9464', 'host:', 'host:99999', ':1'])
    assert.match(
      refusal(() => metricsAddress(wrong)),
      /^INVALID_OPTION/,
    );
});

test('a worker lays the row over its config; a title that is there is said to be, and a cancelled one leaves nothing', async () => {
  const folder = temporaryFolder('queue');
  const film = join(folder, 'film.mp4');
  const workshop = await workshopIn(folder);
  const row = { contentId: 'film', inputs: [film], output: join(folder, 'out') };
  const said: JobProgress[] = [];
  const work = (more: object, signal = new AbortController().signal) =>
    packageRow({ row: { ...row, ...more }, beyond: {} }, workshop, signal, (progress) => said.push(progress));
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'none',
      (error: PackagerError) => error.code,
    );

  assert.is(await codeOf(work({}, AbortSignal.abort())), 'CANCELLED');
  assert.is(await codeOf(stat(join(folder, 'out', 'DASH_film_mp4'))), 'ENOENT');
  const first = await work({});
  assert.is(first.outcome, 'published');
  assert.equal(
    first.modes?.map(({ keyIds }) => keyIds),
    [['00010203-0405-0607-0809-0a0b0c0d0e0f']],
  );
  assert.is(said.at(-1)?.percent, 100);
  assert.not.ok(JSON.stringify([first, said]).includes(TEST_KEY.key));
  const again = await work({});
  assert.equal(again.outputs, [join(folder, 'out', 'DASH_film_mp4')]);
  assert.is(again.outcome, 'already-published');
  assert.is((await work({ overwrite: true })).outcome, 'published');
  assert.is(await codeOf(work({ inputs: [join(folder, 'none.mp4')] })), 'INPUT_NOT_FOUND');
  assert.is(await codeOf(work({ inputs: ['s3://a:b@bucket/film.mp4'] })), 'INVALID_OPTION');
  const byReceipt = (more: object) =>
    packageRow(
      { row: { ...row, output: join(folder, 'receipts'), ...more }, beyond: {} },
      workshop,
      new AbortController().signal,
      () => {},
    );
  assert.is((await byReceipt({})).outcome, 'published');
  assert.is((await byReceipt({})).outcome, 'already-published');
  const other: unknown = await byReceipt({ segmentDuration: 1 }).catch((error: unknown) => error);
  assert.ok(PackagerError.is(other) && other.code === 'OUTPUT_EXISTS', String(other));
  assert.match(
    other.hint ?? '',
    /^Its receipt does not match \(.*options.*submit the title with --again --overwrite/,
  );
  const web = await serveWeb();
  try {
    const served = await workshopIn(folder, { plugins: ['store-http'] });
    const toWeb = (more: object) =>
      packageRow(
        { row: { ...row, output: `${web.url}/out/`, ...more }, beyond: {} },
        served,
        new AbortController().signal,
        () => {},
      );
    const isTriedAgain = async (more: object) => {
      const error: unknown = await toWeb(more).catch((cause: unknown) => cause);
      assert.ok(PackagerError.is(error) && error.code === 'OUTPUT_EXISTS', String(error));
      return isWorthAnotherTry(error);
    };
    web.writes = 'put';
    const media = '/out/DASH_film_mp4/media-video-1.mp4';
    web.objects.set(media, { bytes: Buffer.from('of another worker, which is at work') });
    assert.is(await isTriedAgain({}), true, 'it may be at work');
    assert.is(await isTriedAgain({ receipt: false }), false, 'nobody would know when it is over');
    web.objects.delete(media);
    assert.is((await toWeb({})).outcome, 'published');
    assert.is((await toWeb({})).outcome, 'already-published');
    assert.is(await isTriedAgain({ segmentDuration: 1 }), false, 'it is another');
  } finally {
    await web.close();
  }
  const named = { ...workshop, contentId: 'all' };
  const { contentId: _, ...nameless } = row;
  const told = packageRow({ row: nameless, beyond: {} }, named, new AbortController().signal, () => {});
  assert.is(await codeOf(told), 'INVALID_OPTION');
});

test.run();
