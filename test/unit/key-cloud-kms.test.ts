import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toHex } from '../../core/base/bytes.ts';
import type { PackagerError } from '../../core/base/errors.ts';
import { Packager, type Plugin } from '../../core/index.ts';
import { type KeyCloudKmsOptions, keyCloudKms } from '../../plugins/index.ts';
import { DIALECTS, type DialectName } from '../../plugins/key-cloud-kms/dialects/index.ts';
import { command } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { allKeys, askKey, hooksWith, source, withServer } from '../helpers/servers/ask-cloud-kms.ts';
import { cpix } from '../helpers/servers/cpix-documents.ts';
import { SERVER_PATHS } from '../helpers/servers/key-server-paths.ts';
import { keyRequest, testRun } from '../helpers/titles/ask.ts';
import { failureOf } from '../helpers/titles/package.ts';
import { readCpixRequest } from '../servers/cpix-request.ts';
import type { TransportFault } from '../servers/faults.ts';
import type { KeyFault } from '../servers/key-faults.ts';
import { TEST_TOKEN } from '../servers/key-server.ts';
import { serve } from '../servers/serve.ts';

const test = suite('key-cloud-kms');

test('PallyCon is asked once for DASH and FairPlay, once for HLS-NCG, once for NCG', () =>
  withServer({}, async (server) => {
    const keys = await allKeys(source(server));
    assert.is(server.requests.length, 3);
    const wanted = server.requests.map(({ body }) =>
      readCpixRequest(body)
        .systems.map(({ systemId }) => systemId.slice(0, 8))
        .join(' '),
    );
    // They are asked for side by side, so they arrive in any order.
    assert.equal(wanted.sort(), ['81376844', 'd9e4411a', 'edef8ba9 9a04f079 94ce86fb']);
    const [dash, hls, hlsNcgKey, ncgKey] = keys;
    assert.is(toHex(dash!.reveal()), toHex(hls!.reveal()));
    const issued = server.issued.find(({ kid }) => kid === dash!.uuid);
    assert.is(toHex(dash!.reveal()), issued!.key.toString('hex'));
    assert.is(Buffer.from(dash!.iv!).toString(), '0123456789abcdef');
    assert.is(toHex(ncgKey!.reveal()) + toHex(ncgKey!.iv!), issued!.cek.toString('hex'));
    assert.ok(hlsNcgKey!.signalling!['81376844-f976-481e-a84e-cc25d39b0b33']!.uri);
    assert.is(ncgKey!.signalling, undefined, 'the key is in no signalling');
  }));

test('SPEKE is asked once for each scheme', () =>
  withServer({}, async (server) => {
    await allKeys(source(server, { dialect: 'speke-v2' }));
    const schemes = server.requests.map(({ body }) => readCpixRequest(body).keys[0]!.scheme);
    assert.equal(schemes.sort(), ['AES-128', 'AES-128', 'cbcs', 'cenc']);
  }));

test('only the systems of the chosen modes are asked for; another run asks again', () =>
  withServer({}, async (server) => {
    const keys = source(server);
    await allKeys(keys, ['hls-aes']);
    await allKeys(keys, ['hls-aes']);
    assert.is(server.requests.length, 2);
    const [first, second] = server.requests.map(({ body }) => body);
    assert.is(first, second, 'the same question every time');
    const { systems, keys: asked } = readCpixRequest(first!);
    assert.equal(
      systems.map(({ systemId }) => systemId.slice(0, 8)),
      ['94ce86fb'],
    );
    assert.is(asked[0]!.scheme, 'cbcs');
  }));

for (const dialect of Object.keys(SERVER_PATHS) as (keyof typeof SERVER_PATHS)[]) {
  test(`${dialect}: the key is the server's`, () =>
    withServer({}, async (server) => {
      const key = await askKey(source(server, { dialect }), keyRequest());
      const [issued] = server.issued;
      assert.is(key!.uuid, issued!.kid);
      assert.is(toHex(key!.reveal()), issued!.key.toString('hex'));
      assert.is(server.requests[0]!.headers['content-type'], 'application/xml');
    }));
}

test('a dialect of the user, with headers and query that hold the token', () =>
  withServer({}, async (server) => {
    const dialect = { ...DIALECTS['speke-v2'], name: 'mine', headers: { 'x-own': '1' } };
    const url = `${server.url}/generic/keys`;
    await askKey(
      source(server, { dialect, url, headers: { 'X-Api-Key': '{token}' }, query: { site: 'a b' } }),
      keyRequest(),
    );
    const [request] = server.requests;
    assert.is(request!.headers['x-api-key'], TEST_TOKEN);
    assert.is(request!.headers['x-own'], '1');
    assert.is(request!.headers['authorization'], undefined);
    assert.is(request!.url.searchParams.get('site'), 'a b');
    await askKey(source(server, { dialect: 'generic', query: { api_key: '{token}' } }), keyRequest());
    assert.is(server.requests[1]!.url.searchParams.get('api_key'), TEST_TOKEN);
  }));

test('a token that has no place goes along as bearer token', () =>
  withServer({}, async (server) => {
    await askKey(source(server, { dialect: 'speke-v2' }), keyRequest());
    assert.is(server.requests[0]!.headers['authorization'], `Bearer ${TEST_TOKEN}`);
  }));

test('the token comes from a function, a file or the environment, and is asked for once a question', () =>
  withServer({}, async (server) => {
    const file = join(temporaryFolder('token'), 'token');
    writeFileSync(file, `${TEST_TOKEN}\n`);
    const url = server.url + SERVER_PATHS['pallycon-v2'];
    let calls = 0;
    const token = async () => {
      calls++;
      return TEST_TOKEN;
    };
    await askKey(keyCloudKms({ url, token }), keyRequest());
    await askKey(keyCloudKms({ url, tokenFile: file }), keyRequest());
    process.env['SEALPACK_KMS_TOKEN'] = TEST_TOKEN;
    try {
      await askKey(keyCloudKms({ url }), keyRequest());
    } finally {
      delete process.env['SEALPACK_KMS_TOKEN'];
    }
    assert.is(calls, 1);
    assert.is(server.requests.length, 3);
    assert.is((await failureOf(askKey(keyCloudKms({ url }), keyRequest()))).code, 'MISSING_OPTION');
  }));

test('a token and a token file are one too many', () => {
  const both = { token: 's3cret', tokenFile: 'token.txt' };
  assert.throws(
    () => new Packager([keyCloudKms(both)]),
    ({ code, message }: PackagerError) =>
      code === 'INVALID_OPTION' && message === 'key-cloud-kms has both `token` and `tokenFile`.',
  );
});

test('a token that cannot be had is told without its text', async () => {
  const url = 'http://127.0.0.1:9/{token}';
  const failing = () => {
    throw new Error('vault said s3cret');
  };
  for (const options of [{ token: failing }, { tokenFile: '/nowhere/token' }, { token: () => '  ' }]) {
    const error = await failureOf(askKey(keyCloudKms({ url, ...options }), keyRequest()));
    assert.is(error.code, 'INVALID_OPTION');
    assert.not.match(inspect(error, { depth: 9 }), /s3cret/);
  }
});

test('a token file that is a pipe or a device is refused at once', async () => {
  const pipe = join(temporaryFolder('token'), 'pipe');
  await command('mkfifo', [pipe]);
  for (const tokenFile of [pipe, '/dev/zero']) {
    const asking = askKey(keyCloudKms({ url: 'http://127.0.0.1:9/', tokenFile }), keyRequest());
    const { message } = await failureOf(asking);
    assert.ok(message.endsWith(`cannot be read: ${tokenFile} is no regular file.`), message);
  }
});

const FAULTS: readonly (readonly [fault: KeyFault | TransportFault, code: string])[] = [
  ['json-error', 'SERVER_ERROR'],
  ['wrong-kid', 'KEY_DOCUMENT'],
  ['missing-key', 'NO_KEY'],
  ['no-content-key', 'NO_KEY'],
  ['short-key', 'KEY_SIZE'],
  ['truncated-xml', 'KEY_DOCUMENT'],
  ['xml-entities', 'KEY_DOCUMENT'],
  ['huge', 'SERVER_ERROR'],
  ['forbidden', 'SERVER_ERROR'],
  ['redirect', 'SERVER_ERROR'],
  ['hang-up', 'REQUEST_FAILED'],
];

for (const [fault, code] of FAULTS) {
  test(`${fault} ends in ${code}, without key and token in the error`, () =>
    withServer({ fault }, async (server) => {
      const error = await failureOf(askKey(source(server), keyRequest()));
      assert.is(error.code, code, error.message);
      assert.is(error.plugin, 'key-cloud-kms');
      const shown = inspect(error, { depth: 9 }) + JSON.stringify(error);
      const secrets = [
        TEST_TOKEN,
        encodeURIComponent(TEST_TOKEN),
        Buffer.from(TEST_TOKEN, 'base64').toString(),
      ];
      const keys = server.issued.flatMap(({ key }) => [key.toString('hex'), key.toString('base64')]);
      for (const secret of [...secrets, ...keys]) assert.not.ok(shown.includes(secret), fault);
    }));
}

test('a JSON error is told in the words of the server', () =>
  withServer({ fault: 'json-error' }, async (server) => {
    const { message } = await failureOf(askKey(source(server), keyRequest()));
    assert.match(
      message,
      /^The key server 127\.0\.0\.1:\d+ answered with an error: 1003 The site may not use this service\./,
    );
  }));

test('a wrong token is a refusal of the server', () =>
  withServer({}, async (server) => {
    for (const dialect of ['pallycon-v2', 'speke-v2'] as const) {
      const error = await failureOf(
        askKey(source(server, { dialect, token: 'not-the-token' }), keyRequest()),
      );
      assert.is(error.code, 'SERVER_ERROR');
      assert.match(error.message, /The token is not valid/);
    }
  }));

test('a server that leaves the NCG key out: no other key takes its place', () =>
  withServer({ leaveEmpty: ['URIExtXKey'] }, async (server) => {
    const error = await failureOf(allKeys(source(server), ['ncg']));
    assert.is(error.code, 'NO_KEY');
  }));

/** Paths of a certificate and its private key. */
function recipient(): { readonly privateKey: string; readonly certificate: string } {
  const folder = temporaryFolder('recipient');
  const [privateKey, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=x', '-days', '1'];
  execFileSync('openssl', [...args, '-keyout', privateKey, '-out', certificate], { stdio: 'ignore' });
  return { privateKey, certificate };
}

test('keys encrypted for a certificate are opened, with the CA of one’s own over HTTPS', () =>
  withServer({ https: 'own' }, async (server) => {
    const { privateKey, certificate } = recipient();
    const dialect = 'speke-v2';
    const ca = server.ca!;
    const key = await askKey(source(server, { dialect, ca, certificate, privateKey }), keyRequest());
    assert.is(toHex(key!.reveal()), server.issued[0]!.key.toString('hex'));
    assert.ok(readCpixRequest(server.requests[0]!.body).certificate);
    const inline = {
      certificate: readFileSync(certificate, 'utf8'),
      privateKey: readFileSync(privateKey, 'utf8'),
    };
    await askKey(source(server, { dialect, ca, ...inline }), keyRequest());
    const stranger = await failureOf(askKey(source(server, { dialect }), keyRequest()));
    assert.is(stranger.code, 'REQUEST_FAILED');
  }));

test('a MAC that does not fit is refused', () =>
  withServer({ fault: 'wrong-mac' }, async (server) => {
    const { privateKey, certificate } = recipient();
    const error = await failureOf(
      askKey(source(server, { dialect: 'speke-v2', certificate, privateKey }), keyRequest()),
    );
    assert.is(error.code, 'INVALID_KEY');
  }));

test('a key in the clear is refused where a certificate asked for others', async () => {
  const pair = recipient();
  const refusal = (keys: Plugin, scheme: string) => failureOf(askKey(keys, keyRequest({ scheme })));
  await answering(cpix(), async (url) => {
    const asked = { dialect: 'generic', url, token: TEST_TOKEN, retries: 0 } as const;
    const error = await refusal(keyCloudKms({ ...asked, ...pair }), 'cenc');
    assert.is(error.code, 'KEY_DOCUMENT');
    assert.match(error.message, /it has the key [\da-f-]{36} in the clear, though it was asked to encrypt/);
    // Where it knows for whom to encrypt, nothing was asked of it.
    assert.ok(await askKey(keyCloudKms({ ...asked, privateKey: pair.privateKey }), keyRequest()));
  });
  await withServer({}, async (server) => {
    const error = await refusal(source(server, pair), 'ncg');
    assert.is(error.code, 'KEY_DOCUMENT');
    assert.match(error.message, /of the DRM system d9e4411a-e886-4909-a380-a77f28d52335 in the clear/);
  });
});

test('no content id leads out of its place in the URL', async () => {
  const ask = (url: string, contentId: string) =>
    askKey(keyCloudKms({ url, token: 'x', retries: 0 }), keyRequest({ contentId }));
  await answering(cpix({ root: 'id=".."' }), async (base) => {
    for (const [path, contentId] of [
      ['/a/{contentId}/keys', '..'],
      ['/a/{contentId}', '.'],
      ['/a/.{contentId}/keys?x={token}', '.'],
      ['/a/%2E{contentId}/keys', '.'],
    ] as const) {
      const error = await failureOf(ask(base + path, contentId));
      assert.is(error.code, 'INVALID_OPTION', path);
      assert.match(error.message, /a part of the URL of the key server would be dots alone/);
    }
    for (const path of ['/a/x{contentId}/keys', '/keys?of=/{contentId}'])
      assert.ok(await ask(base + path, '..'));
  });
});

test('SPEKE without a URL, a URL that is none, and a certificate without its key are mistakes of the config', async () => {
  const run = testRun();
  const ask = async (options: KeyCloudKmsOptions) =>
    askKey(keyCloudKms({ token: 'x', ...options }), keyRequest(), run);
  assert.match((await failureOf(ask({ dialect: 'speke-v1' }))).message, /has no URL of its own/);
  assert.match(
    (await failureOf(ask({ url: 'ftp://x/{token}' }))).message,
    /not an absolute http or https URL/,
  );
  assert.match((await failureOf(ask({ certificate: 'x.pem' }))).message, /no `privateKey`/);
});

async function answering(body: string, work: (url: string) => Promise<void>): Promise<void> {
  const server = await serve({}, () => ({ status: 200, body }));
  try {
    await work(server.url);
  } finally {
    await server.close();
  }
}

const WRONG_CONTENT = /other content than the key server was asked about/;

test('an answer for other content is refused; one that names none is taken', async () => {
  const cases: readonly (readonly [dialect: DialectName, root: string, isTaken: boolean])[] = [
    ['pallycon-v2', 'id="other"', false],
    ['speke-v1', 'id="other"', false],
    ['speke-v1', 'id="film" contentId="other"', false],
    ['speke-v2', 'contentId="other"', false],
    ['speke-v2', 'contentId="FILM"', false],
    ['generic', 'contentId="other" id="film"', false],
    ['speke-v1', 'id="film"', true],
    ['speke-v1', '', true],
    ['speke-v2', '', true],
    // The document's own id, where requests name the content beside it.
    ['speke-v2', 'id="document-1"', true],
    ['speke-v2', 'contentId="film" id="document-1"', true],
  ];
  for (const [dialect, root, isTaken] of cases) {
    await answering(cpix({ root }), async (url) => {
      const work = askKey(
        keyCloudKms({ dialect, url: `${url}/{token}`, token: TEST_TOKEN, retries: 0 }),
        keyRequest({ contentId: 'film' }),
      );
      if (isTaken) return assert.ok(await work, `${dialect} ${root}`);
      const error = await failureOf(work);
      assert.is(error.code, 'KEY_DOCUMENT');
      assert.match(error.message, WRONG_CONTENT, `${dialect} ${root}`);
    });
  }
  const own = { ...DIALECTS['speke-v1'], name: 'own', namesContent: false };
  await answering(cpix({ root: 'id="request-7"' }), async (url) => {
    assert.ok(
      await askKey(keyCloudKms({ dialect: own, url, token: 'x' }), keyRequest({ contentId: 'film' })),
    );
  });
});

test('plain http is for this machine, or for who says so', () => {
  const applied = (url: string, more: KeyCloudKmsOptions = {}) =>
    hooksWith(keyCloudKms({ url, token: 'x', ...more }));
  for (const host of [
    'keys.example',
    '10.0.0.1',
    '128.0.0.1',
    '[::2]',
    'localhost.example',
    '127.0.0.1.example',
    '0.0.0.0',
  ]) {
    assert.throws(() => applied(`http://${host}/{token}`), /plain http.*could be read/, host);
    assert.throws(() => applied(`HTTP://${host}:8080/`), /plain http/, host);
    assert.ok(applied(`http://${host}/`, { allowPlainHttp: true }));
    assert.ok(applied(`https://${host}/`));
  }
  for (const host of ['127.0.0.1', '127.1', '127.200.3.4', '[::1]', 'localhost', 'LOCALHOST', 'localhost.']) {
    assert.ok(applied(`http://${host}:8080/{token}`), host);
  }
});

test('a template that only becomes plain http with the token is refused, too', async () => {
  const error = await failureOf(
    askKey(
      keyCloudKms({ dialect: 'speke-v2', url: '{token}/keys', token: 'http://keys.example', retries: 0 }),
      keyRequest(),
    ),
  );
  assert.is(error.code, 'INVALID_OPTION');
});

test.run();
