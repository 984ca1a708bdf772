/** Credentials that are asked for: of a web identity, a container, a machine, from servers on loopback. */
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Packager, PackagerError } from '../../core/index.ts';
import { type InputSource, type Store, sendRequest } from '../../core/kit.ts';
import { type StoreS3Options, storeS3 } from '../../plugins/index.ts';
import { findCredentials } from '../../plugins/store-s3/client/credentials/chain.ts';
import type { FoundCredentials } from '../../plugins/store-s3/client/credentials/found.ts';
import { readProfile } from '../../plugins/store-s3/client/profile-files.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { serveS3 } from '../helpers/servers/s3-server.ts';

/** A request, as the servers of credentials see it. */
interface Asked {
  readonly what: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Answer {
  readonly status?: number;
  readonly body: string;
}

/** What a server answers: by method and path. */
type Answers = Readonly<Record<string, Answer>>;

const test = suite('S3: credentials that are asked for', {
  asked: [] as Asked[],
  url: '',
  answers: {} as Answers,
  close: (): void => undefined,
});

const before = { ...process.env };

test.before.each(async (context) => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  const nowhere = join(temporaryFolder('aws'), 'none');
  Object.assign(process.env, { AWS_CONFIG_FILE: nowhere, AWS_SHARED_CREDENTIALS_FILE: nowhere });
  process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
  context.asked = [];
  context.answers = {};
  const server = createServer((request, response) => {
    const chunks: Uint8Array[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const what = `${request.method} ${request.url}`;
      context.asked.push({ what, headers: request.headers, body: Buffer.concat(chunks).toString() });
      const { status = 200, body } = context.answers[what] ?? { status: 404, body: 'nothing here' };
      response.writeHead(status).end(body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  context.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  context.close = () => {
    server.closeAllConnections();
    server.close();
  };
});
test.after.each(({ close }) => close());
test.after(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

const find = async (): Promise<FoundCredentials> =>
  findCredentials({
    options: {},
    profile: await readProfile(),
    region: 'eu-1',
    http: { send: sendRequest },
  });

const failing = (work: Promise<unknown>): Promise<PackagerError> =>
  work.then(
    () => {
      throw new Error('it did not fail');
    },
    (cause) => PackagerError.from(cause),
  );

/** Names of what is found, without where it comes from. */
const told = ({ accessKeyId, secretAccessKey, sessionToken, expiration }: FoundCredentials): string =>
  [accessKeyId, secretAccessKey, sessionToken, expiration?.toISOString()].join(' ');

const EXPECTED = 'ID hush-secret hush-token 2030-01-02T03:04:05.000Z';
const JSON_ANSWER = JSON.stringify({
  ...{ Code: 'Success', AccessKeyId: 'ID', SecretAccessKey: 'hush-secret' },
  ...{ Token: 'hush-token', Expiration: '2030-01-02T03:04:05Z' },
});
const STS_ANSWER = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ID</AccessKeyId><SecretAccessKey>hush-secret</SecretAccessKey>
  <SessionToken>hush-token</SessionToken><Expiration>2030-01-02T03:04:05Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>
  </AssumeRoleWithWebIdentityResponse>`;

function webIdentity(url: string): void {
  const file = join(temporaryFolder('token'), 'token');
  writeFileSync(file, 'hush.identity\n', { mode: 0o600 });
  Object.assign(process.env, {
    ...{ AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: 'arn:aws:iam::1:role/night' },
    ...{ AWS_ROLE_SESSION_NAME: 'titles', AWS_ENDPOINT_URL_STS: url },
  });
}

test('a web identity: the token of the file for a role', async (context) => {
  webIdentity(context.url);
  context.answers = { 'POST /': { body: STS_ANSWER } };
  const found = await find();
  assert.is(told(found), EXPECTED);
  const form = new URLSearchParams(context.asked[0]!.body);
  assert.equal(Object.fromEntries(form), {
    ...{ Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15', RoleArn: 'arn:aws:iam::1:role/night' },
    ...{ RoleSessionName: 'titles', WebIdentityToken: 'hush.identity' },
  });
});

for (const [what, answer, says] of [
  [
    'refuses',
    { status: 400, body: '<E><Message>Token hush.identity is expired</Message></E>' },
    /HTTP 400.*is expired/,
  ],
  ['answers with a page', { body: '<html>hush-secret</html>' }, /gave an answer that holds no credentials/],
  ['answers with nothing', { body: '' }, /gave an answer that holds no credentials/],
] as const)
  test(`a web identity whose service ${what}: one sentence, without the token`, async (context) => {
    webIdentity(context.url);
    context.answers = { 'POST /': answer };
    const error = await failing(find());
    assert.match(error.message, says);
    assert.not.match(JSON.stringify(error), /hush/);
  });

test('a web identity goes nowhere over plain HTTP, and nowhere without a role', async () => {
  webIdentity('http://sts.example');
  assert.match((await failing(find())).message, /over plain HTTP/);
  delete process.env['AWS_ROLE_ARN'];
  assert.is((await failing(find())).code, 'MISSING_OPTION');
});

/** The source and the store of a title. */
function pluginOf(options: StoreS3Options): { source: InputSource; store: Store } {
  const added: { source?: InputSource; store?: Store } = {};
  storeS3(options).apply({
    source: (source: InputSource) => Object.assign(added, { source }),
    store: (store: Store) => Object.assign(added, { store }),
  } as unknown as Packager);
  return added as { source: InputSource; store: Store };
}

const NEVER = new AbortController().signal;

test('twenty titles ask the token service once, and once more when what it gave has ended', async (context) => {
  webIdentity(context.url);
  const answerOf = (id: string) => ({ 'POST /': { body: STS_ANSWER.replace('>ID<', `>${id}<`) } });
  context.answers = answerOf('ID');
  const s3 = await serveS3();
  try {
    s3.users.set('ID', { secret: 'hush-secret', token: 'hush-token' });
    s3.addBucket('films');
    s3.addBucket('masters');
    const { url: endpoint, region } = s3;
    const titles = Array.from({ length: 20 }, () => pluginOf({ endpoint, region, retries: 0 }));
    const all = () =>
      Promise.all(
        titles.map(async ({ source, store }, number) => {
          await store.put?.('s3://films/vod', `${number}.json`, '{}');
          const facts = await source.look('s3://films/vod/0.json', { signal: NEVER });
          assert.is(facts.bytes, 2);
          assert.is(
            (await failing(source.look('s3://masters/none', { signal: NEVER }))).code,
            'INPUT_NOT_FOUND',
          );
        }),
      );
    await pluginOf({ endpoint, region }).store.put?.('s3://films/vod', '0.json', '{}');
    await all();
    assert.is(context.asked.length, 1);
    s3.users.set('ID', {
      secret: 'hush-secret',
      refusal: { status: 400, code: 'ExpiredToken', message: 'It has ended.' },
    });
    s3.users.set('ID2', { secret: 'hush-secret', token: 'hush-token' });
    context.answers = answerOf('ID2');
    await all();
    assert.is(context.asked.length, 2);
    // Another role asks for itself.
    process.env['AWS_ROLE_ARN'] = 'arn:aws:iam::1:role/day';
    await pluginOf({ endpoint, region }).store.put?.('s3://films/vod', '1.json', '{}');
    assert.is(context.asked.length, 3);
  } finally {
    await s3.close();
  }
});

test('keys that a profile has got since are taken when the old ones are not any more', async () => {
  const file = join(temporaryFolder('aws'), 'credentials');
  const write = (id: string) =>
    writeFileSync(file, `[default]\naws_access_key_id=${id}\naws_secret_access_key=hush\n`, { mode: 0o600 });
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = file;
  write('FIRST');
  const s3 = await serveS3();
  try {
    s3.users.set('FIRST', { secret: 'hush' });
    s3.addBucket('films');
    const put = () =>
      pluginOf({ endpoint: s3.url, region: s3.region }).store.put?.('s3://films', 'a.json', '{}') ??
      Promise.reject(new Error('it has no put'));
    await put();
    s3.users.delete('FIRST');
    s3.users.set('SECOND', { secret: 'hush' });
    const error = await failing(put());
    assert.match(`${error.message} ${error.hint}`, /does not know the access key id.*the profile "default"/);
    write('SECOND');
    await put();
  } finally {
    await s3.close();
  }
});

for (const isFile of [true, false])
  test(`the container, with its token ${isFile ? 'in a file' : 'in the environment'}`, async (context) => {
    process.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] = `${context.url}/v1/credentials`;
    if (isFile) {
      const file = join(temporaryFolder('token'), 'token');
      writeFileSync(file, 'hush.pod\n', { mode: 0o600 });
      process.env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] = file;
    } else process.env['AWS_CONTAINER_AUTHORIZATION_TOKEN'] = 'hush.pod';
    context.answers = { 'GET /v1/credentials': { body: JSON_ANSWER } };
    assert.is(told(await find()), EXPECTED);
    assert.is(context.asked[0]?.headers.authorization, 'hush.pod');
    context.answers = { 'GET /v1/credentials': { status: 403, body: 'hush.pod is not one of ours' } };
    const error = await failing(find());
    assert.match(error.message, /credentials of the container at 127.*HTTP 403/);
    assert.not.match(JSON.stringify(error), /hush/);
  });

test('the container is asked at its own addresses, or over https', async () => {
  process.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] = 'http://films.example/hush';
  const error = await failing(find());
  assert.is(error.code, 'INVALID_OPTION');
  assert.not.match(JSON.stringify(error), /hush/);
});

function machine(url: string): void {
  delete process.env['AWS_EC2_METADATA_DISABLED'];
  process.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] = `${url}/`;
}

const ROLES = '/latest/meta-data/iam/security-credentials/';

test('the role of the machine, with a token of its own', async (context) => {
  machine(context.url);
  context.answers = {
    'PUT /latest/api/token': { body: 'hush.session' },
    [`GET ${ROLES}`]: { body: 'night shift\n' },
    [`GET ${ROLES}night%20shift`]: { body: JSON_ANSWER },
  };
  const found = await find();
  assert.is(`${told(found)} of ${found.from}`, `${EXPECTED} of the role of this machine`);
  assert.equal(
    context.asked.map(({ headers }) => headers['x-aws-ec2-metadata-token']),
    [undefined, 'hush.session', 'hush.session'],
  );
  assert.is(context.asked[0]?.headers['x-aws-ec2-metadata-token-ttl-seconds'], '21600');
});

test('a machine without a role, or that is no machine of a cloud: there are no credentials', async (context) => {
  machine(context.url);
  assert.is((await failing(find())).code, 'MISSING_OPTION');
  context.answers = { 'PUT /latest/api/token': { body: 't' }, [`GET ${ROLES}`]: { body: '' } };
  assert.is((await failing(find())).code, 'MISSING_OPTION');
  context.answers = {
    ...context.answers,
    [`GET ${ROLES}`]: { body: 'r' },
    [`GET ${ROLES}r`]: { body: '{"Code":"Failed"}' },
  };
  assert.match((await failing(find())).message, /the role of this machine gave an answer that holds no/);
});

test.run();
