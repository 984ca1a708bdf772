/** Signature Version 4 against the examples that Amazon publishes ("Transferring Payload in a Single Chunk"), and where buckets are asked. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PackagerError } from '../../core/index.ts';
import { sendRequest } from '../../core/kit.ts';
import {
  findCredentials as find,
  type Surroundings,
} from '../../plugins/store-s3/client/credentials/chain.ts';
import { CredentialsKeeper } from '../../plugins/store-s3/client/credentials/keeper.ts';
import { endpointOf, tokenServiceOf } from '../../plugins/store-s3/client/endpoint.ts';
import { placeOf } from '../../plugins/store-s3/client/place.ts';
import { readProfile, readSections } from '../../plugins/store-s3/client/profile-files.ts';
import { encodePath, encodeQuery, sha256, sign } from '../../plugins/store-s3/client/sign.ts';
import type { S3Options } from '../../plugins/store-s3/client/types.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';

const test = suite('S3: signatures, addresses, credentials');

const findCredentials = (by: Omit<Surroundings, 'http'>) => find({ ...by, http: { send: sendRequest } });

const before = { ...process.env };
test.before.each(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  const nowhere = join(temporaryFolder('aws'), 'none');
  Object.assign(process.env, { AWS_CONFIG_FILE: nowhere, AWS_SHARED_CREDENTIALS_FILE: nowhere });
  process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
});
test.after(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

const SCOPE = {
  credentials: {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  },
  region: 'us-east-1',
  time: new Date('2013-05-24T00:00:00Z'),
};
const HOST = 'https://examplebucket.s3.amazonaws.com';

const EXAMPLES: readonly (readonly [
  what: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signature: string,
])[] = [
  [
    'GET Object',
    'GET',
    '/test.txt',
    { range: 'bytes=0-9' },
    '',
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ],
  [
    'PUT Object',
    'PUT',
    `/${encodePath('test$file.text')}`,
    { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    'Welcome to Amazon S3.',
    '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  ],
  [
    'GET Bucket Lifecycle',
    'GET',
    `/?${encodeQuery({ lifecycle: '' })}`,
    {},
    '',
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  ],
  [
    'GET Bucket',
    'GET',
    `/?${encodeQuery({ prefix: 'J', 'max-keys': '2' })}`,
    {},
    '',
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
];
for (const [what, method, path, headers, body, signature] of EXAMPLES)
  test(`the example ${what}`, () => {
    const url = new URL(HOST + path);
    const { authorization = '' } = sign({ method, url, headers, payload: sha256(body) }, SCOPE);
    assert.is(/Signature=(\w+)$/.exec(authorization)?.[1], signature);
    assert.match(authorization, 'Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,');
  });

test('keys and queries are encoded byte by byte, as nothing else in a URL is', () => {
  assert.is(encodePath("a b/c+d(1)!*'~é"), 'a%20b/c%2Bd%281%29%21%2A%27~%C3%A9');
  assert.is(
    encodeQuery({ prefix: 'a/b c', 'max-keys': '2', delete: '' }),
    'delete=&max-keys=2&prefix=a%2Fb%20c',
  );
  assert.is(new URL(`https://h/${encodePath("a b'(é)")}`).pathname, `/${encodePath("a b'(é)")}`);
});

test('references: nothing is decoded, and what is none is said', () => {
  assert.equal(placeOf('s3://films/a/b%20c.mp4'), { bucket: 'films', key: 'a/b%20c.mp4' });
  assert.equal(placeOf('s3://films/a b+c#1?x=%2F'), { bucket: 'films', key: 'a b+c#1?x=%2F' });
  assert.equal(placeOf('S3://films/'), { bucket: 'films', key: '' });
  assert.equal(placeOf('s3://films//a//b/'), { bucket: 'films', key: '/a//b' });
  for (const wrong of [
    's3:films/a',
    's3:///a',
    's3://me:hush@films/a',
    's3://films?hush',
    's3://films/a?X-Amz-Date=1&X-Amz-Signature=hush',
    's3://films/../a',
  ])
    assert.throws(
      () => placeOf(wrong),
      ({ code, message, hint }: PackagerError) =>
        code === 'INVALID_OPTION' && !/hush/.test(`${message} ${hint}`),
      wrong,
    );
});

const ADDRESSES: readonly (readonly [
  what: string,
  bucket: string,
  options: S3Options,
  environment: Readonly<Record<string, string>>,
  address: string,
])[] = [
  ['of Amazon', 'films', {}, {}, 'https://films.s3.us-east-1.amazonaws.com/'],
  ['of a region', 'films', {}, { AWS_REGION: 'eu-west-1' }, 'https://films.s3.eu-west-1.amazonaws.com/'],
  [
    'of the other variable',
    'films',
    {},
    { AWS_DEFAULT_REGION: 'eu-west-2' },
    'https://films.s3.eu-west-2.amazonaws.com/',
  ],
  ['of China', 'films', { region: 'cn-north-1' }, {}, 'https://films.s3.cn-north-1.amazonaws.com.cn/'],
  ['with a dot in the bucket', 'my.films', {}, {}, 'https://s3.us-east-1.amazonaws.com/my.films/'],
  ['of a service', 'films', { endpoint: 'https://s3.example:9000' }, {}, 'https://s3.example:9000/films/'],
  ['below a path', 'films', { endpoint: 'https://h.example/s3/' }, {}, 'https://h.example/s3/films/'],
  [
    'in the name of the host',
    'films',
    { endpoint: 'https://s3.example', pathStyle: false },
    {},
    'https://films.s3.example/',
  ],
  [
    'of the environment',
    'films',
    {},
    { AWS_ENDPOINT_URL: 'https://one.example' },
    'https://one.example/films/',
  ],
  [
    'of S3 alone before that of all services',
    'films',
    {},
    { AWS_ENDPOINT_URL: 'https://one.example', AWS_ENDPOINT_URL_S3: 'https://two.example' },
    'https://two.example/films/',
  ],
  [
    'of nobody, if the environment says so',
    'films',
    {},
    { AWS_ENDPOINT_URL: 'https://one.example', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
    'https://films.s3.us-east-1.amazonaws.com/',
  ],
  [
    'of numbers, which have no names below them',
    'films',
    { endpoint: 'http://127.0.0.1:9000', pathStyle: false },
    {},
    'http://127.0.0.1:9000/films/',
  ],
  [
    'of IPv6',
    'films',
    { endpoint: 'https://[2001:db8::1]:9000', pathStyle: false },
    {},
    'https://[2001:db8::1]:9000/films/',
  ],
  ['of this machine', 'films', { endpoint: 'http://127.0.0.1:9000' }, {}, 'http://127.0.0.1:9000/films/'],
];
for (const [what, bucket, options, environment, address] of ADDRESSES)
  test(`the address ${what}`, async () => {
    Object.assign(process.env, environment);
    assert.is(endpointOf(bucket, options, await readProfile()).url.href, address);
  });

const TOKEN_SERVICES: readonly (readonly [
  what: string,
  environment: Readonly<Record<string, string>>,
  address: string,
])[] = [
  ['of Amazon', {}, 'https://sts.eu-1.amazonaws.com/'],
  ['of all services', { AWS_ENDPOINT_URL: 'https://all.example' }, 'https://all.example/'],
  [
    'of its own before that of all, as it is written',
    { AWS_ENDPOINT_URL: 'https://all.example', AWS_ENDPOINT_URL_STS: 'https://sts.example:9/token' },
    'https://sts.example:9/token',
  ],
  ['of S3 is none', { AWS_ENDPOINT_URL_S3: 'https://s3.example' }, 'https://sts.eu-1.amazonaws.com/'],
  ['of the services of the profile', { AWS_PROFILE: 'both' }, 'https://sts.both.example/'],
  ['of the profile', { AWS_PROFILE: 'all' }, 'https://all.profile.example/'],
  [
    'of the environment before the profile',
    { AWS_PROFILE: 'both', AWS_ENDPOINT_URL: 'https://all.example' },
    'https://all.example/',
  ],
  [
    'that is configured is ignored on demand',
    {
      ...{ AWS_PROFILE: 'both', AWS_ENDPOINT_URL_STS: 'https://sts.example' },
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
    },
    'https://sts.eu-1.amazonaws.com/',
  ],
];
for (const [what, environment, address] of TOKEN_SERVICES)
  test(`the token service ${what}`, async () => {
    const config = join(temporaryFolder('aws'), 'config');
    writeFileSync(
      config,
      [
        '[profile all]\nendpoint_url = https://all.profile.example',
        '[profile both]\nendpoint_url = https://all.profile.example\nservices = mine',
        '[services mine]\nsts =\n  endpoint_url = https://sts.both.example\ns3 =\n  endpoint_url = https://s3.both.example',
      ].join('\n'),
    );
    Object.assign(process.env, { AWS_CONFIG_FILE: config }, environment);
    assert.is(tokenServiceOf({}, await readProfile(), 'eu-1').href, address);
  });

test('plain HTTP goes to this machine alone, unless it is allowed', async () => {
  const profile = await readProfile();
  const options = { endpoint: 'http://store.example' };
  assert.throws(() => endpointOf('films', options, profile), /over plain HTTP/);
  assert.is(endpointOf('films', { ...options, allowPlainHttp: true }, profile).url.host, 'store.example');
});

test('a bucket that cannot be the name of a host is not asked for under another', async () => {
  const profile = await readProfile();
  const options = { endpoint: 'https://s3.example', pathStyle: false };
  for (const bucket of ['Films', 'fi_lms'])
    if (new URL(`https://${bucket}.s3.example`).hostname !== `${bucket}.s3.example`)
      assert.throws(() => endpointOf(bucket, options, profile), /cannot stand in the name of the host/);
  assert.throws(() => endpointOf('Films', options, profile), /cannot stand in the name/);
});

/** Files as `aws configure` writes them. */
function writeProfiles(): void {
  const folder = temporaryFolder('aws');
  Object.assign(process.env, {
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
  });
  writeFileSync(
    join(folder, 'config'),
    [
      '[default]\nregion = eu-central-1',
      '[profile night]\nregion=eu-north-1\nservices = mine\ns3 =\n  addressing_style = virtual\n',
      '[services mine]\ns3 = \n  endpoint_url = https://night.example\n',
      '[profile browser]\nsso_session = ours\n',
    ].join('\n# a comment\n'),
  );
  writeFileSync(
    join(folder, 'credentials'),
    '[default]\naws_access_key_id = ID1\naws_secret_access_key = se/cret+1==\n\n[night]\naws_access_key_id=ID2\naws_secret_access_key=secret2\naws_session_token=token2\n',
    { mode: 0o600 },
  );
}

test('profiles: the default one, one that is named, and one that is not there', async () => {
  writeProfiles();
  const usual = await readProfile();
  assert.is(endpointOf('films', {}, usual).url.href, 'https://films.s3.eu-central-1.amazonaws.com/');
  assert.is(
    (await findCredentials({ options: {}, profile: usual, region: '' })).secretAccessKey,
    'se/cret+1==',
  );
  process.env['AWS_PROFILE'] = 'night';
  const night = await readProfile();
  const { url, region } = endpointOf('films', {}, night);
  assert.is(`${region} ${url.href}`, 'eu-north-1 https://films.night.example/');
  const found = await findCredentials({ options: {}, profile: night, region });
  assert.is(`${found.accessKeyId} ${found.sessionToken} ${found.from}`, 'ID2 token2 the profile "night"');
  const error = await failing(readProfile('day'));
  assert.is(error.code, 'INVALID_OPTION');
  assert.match(error.message, /AWS profile "day" is in neither/);
});

test('credentials: options, then the environment, then the profile; a profile that the options name before the environment', async () => {
  writeProfiles();
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'ID3',
    AWS_SECRET_ACCESS_KEY: 'secret3',
    AWS_SESSION_TOKEN: 'token3',
  });
  const find = async (options: S3Options) =>
    findCredentials({ options, profile: await readProfile(options.profile), region: 'eu-west-1' });
  const given = { accessKeyId: 'ID4', secretAccessKey: 'secret4' };
  assert.is((await find({ credentials: async () => given })).accessKeyId, 'ID4');
  assert.is((await find({})).sessionToken, 'token3');
  assert.is((await find({ profile: 'night' })).accessKeyId, 'ID2');
  const broken = await failing(find({ credentials: { ...given, secretAccessKey: 'hush\nhush' } }));
  assert.match(broken.message, /hold a space or a line break/);
  assert.not.match(`${broken.message} ${broken.hint}`, /hush/);
  const other = await failing(find({ profile: 'browser' }));
  assert.match(
    `${other.message} ${other.hint}`,
    /`sso_session`, which is not done here.*export-credentials --profile browser/,
  );
});

test('no credentials anywhere: one sentence', async () => {
  const error = await failing(findCredentials({ options: {}, profile: await readProfile(), region: 'x' }));
  assert.is(error.code, 'MISSING_OPTION');
  assert.match(error.message, /There are no credentials for S3/);
});

test('sections of profile files', () => {
  const sections = readSections('[a]\nx=1=2\n ;no\n[ profile  "b" ]\r\ns3 =\r\n  y = 3\r\nz= 4 \n[a]\nq=5\n');
  assert.equal(
    [...sections],
    [
      ['a', { x: '1=2', q: '5' }],
      ['profile b', { s3: '', 's3.y': '3', z: '4' }],
    ],
  );
});

test('sections as people write them: indented, and with comments behind values', () => {
  const sections = readSections(
    '\uFEFF[night]\n  aws_access_key_id = ID # mine\n  aws_secret_access_key = se;c#ret ; hush\n  s3 =\n    addressing_style = path\n  region = eu-1\n',
  );
  assert.equal(
    [...sections],
    [
      [
        'night',
        {
          ...{ aws_access_key_id: 'ID', aws_secret_access_key: 'se;c#ret', s3: '' },
          ...{ 's3.addressing_style': 'path', region: 'eu-1' },
        },
      ],
    ],
  );
});

test('the keys of a profile with a role are those of who takes it', async () => {
  const settings = {
    ...{ aws_access_key_id: 'ID', aws_secret_access_key: 'secret' },
    ...{ role_arn: 'arn:aws:iam::1:role/r', source_profile: 'own' },
  };
  const profile = { name: 'own', settings, services: {} };
  const error = await failing(findCredentials({ options: {}, profile, region: 'x' }));
  assert.match(error.message, /gets its credentials by `source_profile`, which is not done here/);
});

test('credentials from JSON end at the time that they name; what is none is refused', async () => {
  const profile = await readProfile();
  const find = (expiration: string) =>
    findCredentials({ options: { credentials: { ...SCOPE.credentials, expiration } }, profile, region: 'x' });
  assert.is((await find('2026-11-28T12:00:00Z')).expiration?.getTime(), Date.UTC(2026, 10, 28, 12));
  assert.match(
    (await failing(find('tomorrow'))).message,
    /`expiration` of the option `credentials` is no time/,
  );
});

test('credentials that soon end are not asked for with each question', async () => {
  let asked = 0;
  const keeper = new CredentialsKeeper(async () => {
    asked++;
    return { ...SCOPE.credentials, expiration: new Date(Date.now() + 120_000), from: 'the test' };
  });
  for (let question = 0; question < 3; question++) await keeper.current();
  assert.is(asked, 1);
});

const failing = (work: Promise<unknown>): Promise<PackagerError> =>
  work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error) => error,
  );

test.run();
