/** Inputs from a place that a plugin brings: `test/plugins/source-acme.ts`, made of the public doors alone. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  openTitle,
  type PackagerError,
  packageTitle,
  planTitle,
  type RunEvent,
  type TitleOptions,
  type WorkerPool,
} from '../../core/index.ts';
import { sourceHttp } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { runCommand, sealpack } from '../helpers/commands/run-command.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { type Bucket, type BucketFault, serveBucket } from '../helpers/servers/bucket.ts';
import { S3_USER, serveS3 } from '../helpers/servers/s3-server.ts';
import { serveWeb } from '../helpers/servers/web-server.ts';
import {
  BUCKET_MODES,
  bucketOrigin,
  bucketPlugins,
  bucketPool,
  digestsBelow,
} from '../helpers/titles/bucket-titles.ts';
import { modeNamed } from '../helpers/titles/modes.ts';
import { failureOf, filesBelow, testPlugins, titleOptions } from '../helpers/titles/package.ts';

const PASSWORD = 'pa/ss?w0rd-of-the-bucket';
const TOKEN = 'tok+en/of=the%bucket&more';
const SECRETS = [PASSWORD, TOKEN].flatMap((text) => [text, encodeURIComponent(text)]);

const test = suite('sources', {
  bucket: undefined as unknown as Bucket,
  path: '',
  reference: '',
  pool: undefined as unknown as WorkerPool,
});

test.before(async (context) => {
  context.bucket = await serveBucket(PASSWORD, TOKEN);
  context.path = await oddMedia('ctts-v0');
  context.bucket.objects.set('/films/ctts-v0.mp4', await readFile(context.path));
  context.reference = referenceTo(context.bucket, 'ctts-v0.mp4');
  context.pool = bucketPool(BUCKET_MODES);
});
test.before.each(({ bucket }) => {
  bucket.fault = undefined;
  bucket.requests.length = 0;
});
test.after(async ({ bucket, pool }) => {
  await pool.close();
  await bucket.close();
});

const referenceTo = ({ host }: Bucket, name: string): string =>
  `acme://me:${encodeURIComponent(PASSWORD)}@${host}/films/${name}?token=${encodeURIComponent(TOKEN)}`;

interface Told {
  readonly title: TitleOptions;
  readonly error: PackagerError;
  readonly events: readonly RunEvent[];
}

/** Package what is expected to fail, and look that nothing is left and nothing is told that must not be. */
async function failing(reference: string, pool?: WorkerPool): Promise<Told> {
  const events: RunEvent[] = [];
  const title = titleOptions({ inputs: [reference], workers: pool ? 2 : 0 });
  const options = {
    title,
    plugins: bucketPlugins(BUCKET_MODES),
    onEvent: (event: RunEvent) => events.push(event),
  };
  const origin = pool && { origin: bucketOrigin(BUCKET_MODES), pool };
  const error = await failureOf(packageTitle({ ...options, ...origin }));
  assert.equal(await filesBelow(dirname(title.output)), []);
  assertNoSecret({ error: error.toJSON(), stack: error.stack, cause: String(error.cause), events });
  return { title, error, events };
}

function assertNoSecret(told: unknown): void {
  const text = JSON.stringify(told);
  for (const secret of SECRETS) assert.not.ok(text.includes(secret), `${secret} is in ${text}`);
}

test('all modes, with threads and without: the bytes of the local file', async ({
  path,
  reference,
  bucket,
  pool,
}) => {
  const plugins = bucketPlugins(BUCKET_MODES);
  const local = await packageTitle({ title: titleOptions({ inputs: [path] }), plugins });
  const expected = await digestsBelow(local.output);
  assert.ok(expected.length > 10);
  for (const workers of [0, 2]) {
    const title = titleOptions({ inputs: [reference], workers });
    const events: RunEvent[] = [];
    const report = await packageTitle({
      title,
      plugins,
      origin: bucketOrigin(BUCKET_MODES),
      pool,
      onEvent: (event) => events.push(event),
    });
    assert.equal(await digestsBelow(title.output), expected, `${workers} threads`);
    assert.is(report.inputs[0]?.path, `acme://…@${bucket.host}/films/ctts-v0.mp4?…`);
    assert.is(report.inputs[0]?.name, 'ctts-v0.mp4');
    assertNoSecret([report, events]);
  }
});

test('a plan shows the reference without its secrets', async ({ reference, bucket }) => {
  const opened = await openTitle(
    { title: titleOptions({ inputs: [reference] }), plugins: bucketPlugins(['dash-cenc']) },
    { writes: false },
  );
  const plan = await planTitle(opened).finally(() => opened.title.close());
  assert.is(plan.inputs[0]?.path, `acme://…@${bucket.host}/films/ctts-v0.mp4?…`);
  assertNoSecret(plan);
});

const FAULTS: readonly (readonly [kind: BucketFault['kind'], code: string, says: RegExp])[] = [
  ['gone', 'INPUT_NOT_FOUND', /^Input file not found: acme:\/\/…@127\.0\.0\.1:\d+\/films\/ctts-v0\.mp4\?…$/],
  ['status-503', 'INPUT_NOT_READABLE', /\?… cannot be read: Acme buckets: \w+ acme:.* as …: 503$/],
  ['short', 'INPUT_NOT_READABLE', /\?… cannot be read: it ends at byte \d+, in the middle/],
  ['cut', 'INPUT_NOT_READABLE', /\?… cannot be read: Acme buckets: terminated/],
  ['changed', 'INPUT_CHANGED', /\?… changed while it was being packaged: /],
];

for (const [kind, code, says] of FAULTS) {
  test(`a bucket that is ${kind}, from any request on: one sentence, and nothing is left`, async ({
    bucket,
    reference,
  }) => {
    const whole = titleOptions({ inputs: [reference] });
    await packageTitle({ title: whole, plugins: bucketPlugins(BUCKET_MODES) });
    const count = bucket.requests.length;
    assert.ok(count > 8, `${count} requests`);
    // The first two requests look at the input and open it; the last one looks whether it has changed.
    const moments = new Set([kind === 'changed' ? 2 : 1, 2, 4, count >> 1, count - 1, count]);
    for (const from of moments) {
      bucket.fault = { kind, from };
      bucket.requests.length = 0;
      // Neither hurts who only looks.
      const isLastLook = from === count && (kind === 'short' || kind === 'cut');
      if (isLastLook) continue;
      const { error } = await failing(reference);
      const isGoneLater = kind === 'gone' && from === count;
      assert.is(error.code, isGoneLater ? 'INPUT_CHANGED' : code, `from request ${from}: ${error.message}`);
      if (!isGoneLater) assert.match(error.message, says, `from request ${from}`);
    }
  });
}

test('a fault in a thread is told as it is elsewhere', async ({ bucket, reference, pool }) => {
  bucket.fault = { kind: 'status-503', from: 12 };
  const { error } = await failing(reference, pool);
  assert.is(error.code, 'INPUT_NOT_READABLE', error.message);
});

test('what no source reads is refused before anything runs; nothing of it is told but the scheme', async () => {
  for (const [reference, scheme] of [
    ['https://me:secret-password@host/film.mp4?token=secret-token', 'https'],
    ['other://secret/secret', 'other'],
    ['gs:secret', 'gs'],
  ]) {
    const { error } = await failing(reference!);
    assert.is(error.code, 'INVALID_OPTION');
    assert.is(
      error.message,
      `No source reads ${scheme}: inputs: there are Acme buckets, S3 buckets and the local disk.`,
    );
    assert.not.match(`${error.message} ${error.hint}`, /secret/);
  }
});

test('a list of titles, by the command: names of the reference, refused with its place', async () => {
  const cwd = temporaryFolder('sources');
  const args = ['gs://me:hush@host/film.mp4?token=hush', '--preset', 'local', '--mode', 'ncg'];
  for (const command of ['run', 'plan']) {
    const { status, stderr, stdout } = await runCommand(sealpack, [command, ...args], cwd);
    assert.is(status, 2);
    assert.match(
      stderr,
      /^error: No source reads gs: inputs: there are web servers, S3 buckets and the local disk\.\n {2}fix: Copy/,
    );
    assert.not.match(stdout + stderr, /hush/);
  }
  assert.equal(await filesBelow(join(cwd, 'out')), []);
});

test('web servers: the bytes of the local file, from a server that ends each answer in the middle', async ({
  path,
}) => {
  const web = await serveWeb();
  const headers = { etag: '"film"' };
  web.objects.set('/films/ctts-v0.mp4', { bytes: await readFile(path), headers });
  const modes = BUCKET_MODES.map((name) => modeNamed(name).plugin());
  const plugins = [...testPlugins(), sourceHttp(), ...modes];
  try {
    const local = await packageTitle({ title: titleOptions({ inputs: [path] }), plugins });
    web.turn = ({ headers: { range } }) => (range === 'bytes=0-0' ? undefined : { cutAfter: 20_000 });
    const title = titleOptions({ inputs: [`${web.url}/films/ctts%2Dv0.mp4?token=hush`] });
    const report = await packageTitle({ title, plugins });
    assert.equal(await digestsBelow(report.output), await digestsBelow(local.output));
    assert.is(report.inputs[0]?.name, 'ctts-v0.mp4');
    assert.not.match(JSON.stringify(report), /hush/);
  } finally {
    await web.close();
  }
});

test('a film that is longer than all that is kept of it: its bytes come once, whatever is made of them', async () => {
  const path = join(temporaryFolder('sources'), 'film.mp4');
  const sample = ['-stream_loop', '11', '-i', 'test/media/sample-360p.mp4'];
  await ffmpeg([...sample, '-c', 'copy', '-movflags', '+faststart', path]);
  const bytes = await readFile(path);
  assert.ok(bytes.length > 20 * 2 ** 20, `${bytes.length} bytes`);
  const web = await serveWeb();
  web.objects.set('/film.mp4', { bytes, headers: { etag: '"film"' } });
  const modes = ['dash-cenc', 'ncg'].map((name) => modeNamed(name).plugin());
  const plugins = [...testPlugins(), sourceHttp(), ...modes];
  try {
    const local = await packageTitle({ title: titleOptions({ inputs: [path] }), plugins });
    const title = titleOptions({ inputs: [`${web.url}/film.mp4`] });
    let looked = 0;
    const onEvent = (event: RunEvent) => {
      if (event.type === 'plan') looked = web.requests.length;
    };
    const far = await packageTitle({ title, plugins, onEvent });
    assert.equal(await digestsBelow(far.output), await digestsBelow(local.output));
    const asked = web.requests.slice(looked).reduce((sum, { headers }) => {
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '')!;
      return sum + Number(last) + 1 - Number(first);
    }, 0);
    assert.ok(asked < 1.2 * bytes.length, `${asked} bytes of ${bytes.length}`);
  } finally {
    await web.close();
  }
});

test('S3: the bytes of the local file, with threads and without, from answers that end in the middle', async ({
  path,
}) => {
  const s3 = await serveS3();
  const environment = {
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_REGION: s3.region,
    AWS_ACCESS_KEY_ID: S3_USER.accessKeyId,
    AWS_SECRET_ACCESS_KEY: S3_USER.secretAccessKey,
  };
  Object.assign(process.env, environment);
  const plugins = bucketPlugins(BUCKET_MODES);
  const reference = 's3://films/a b/ctts-v0.mp4';
  const { objects } = s3.addBucket('films');
  const object = { bytes: await readFile(path), etag: '"one"', modified: 0, headers: {} };
  const pool = bucketPool(BUCKET_MODES); // its threads have the environment of now
  try {
    const local = await packageTitle({ title: titleOptions({ inputs: [path] }), plugins });
    for (const workers of [0, 2]) {
      objects.set('a b/ctts-v0.mp4', object);
      const cut = new Set<string | undefined>();
      s3.turn = ({ what, headers: { range } }) =>
        what !== 'GetObject' || cut.size > 2 || cut.has(range) || !cut.add(range)
          ? undefined
          : { cutAfter: 20_000 };
      const title = titleOptions({ inputs: [reference], workers });
      const report = await packageTitle({ title, plugins, origin: bucketOrigin(BUCKET_MODES), pool });
      assert.equal(await digestsBelow(report.output), await digestsBelow(local.output), `${workers} threads`);
      assert.is(report.inputs[0]?.path, reference);
      assert.not.match(JSON.stringify(report), new RegExp(S3_USER.accessKeyId));
      assert.ok(cut.size > 0);

      s3.requests.length = 0;
      s3.turn = ({ what }) => {
        if (what === 'GetObject') objects.set('a b/ctts-v0.mp4', { ...object, etag: '"two"' });
        return undefined;
      };
      const changed = titleOptions({ inputs: [reference], workers });
      const error = await failureOf(
        packageTitle({ title: changed, plugins, origin: bucketOrigin(BUCKET_MODES), pool }),
      );
      assert.is(error.code, 'INPUT_CHANGED');
      assert.equal(await filesBelow(dirname(changed.output)), []);
    }
  } finally {
    for (const name of Object.keys(environment)) delete process.env[name];
    await pool.close();
    await s3.close();
  }
});

test('a title from a web server, by the command: in threads, proved against it', async ({ path }) => {
  const web = await serveWeb();
  web.objects.set('/film.mp4', { bytes: await readFile(path), headers: { etag: '"film"' } });
  try {
    const cwd = temporaryFolder('sources');
    const common = ['--preset', 'local', '--mode', 'dash-cenc', '--workers', '2'];
    const { status, stdout, stderr } = await runCommand(
      sealpack,
      ['run', `${web.url}/film.mp4`, ...common, '--verify'],
      cwd,
    );
    assert.is(status, 0, stderr);
    assert.match(stdout + stderr, /proved/);
    const files = await filesBelow(join(cwd, 'out'));
    assert.ok(
      files.some((file) => file.endsWith('/stream.mpd')),
      files.join(),
    );
  } finally {
    await web.close();
  }
});

test.run();
