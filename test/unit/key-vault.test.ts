import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toHex } from '../../core/base/bytes.ts';
import { type ContentKey, Packager, type PackagerError } from '../../core/index.ts';
import { type KeyVaultOptions, keyVault } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { askHooks, askKey, keyRequest, testRun } from '../helpers/titles/ask.ts';
import { failureOf } from '../helpers/titles/package.ts';
import { refusedUrl, type TestServer } from '../servers/serve.ts';
import { startVaultServer, VAULT_TOKEN, type VaultServerOptions, wrapped } from '../servers/vault-server.ts';

const test = suite('key-vault');

const KEY_ID = '00010203-0405-0607-0809-0a0b0c0d0e0f';
const KEY = '101112131415161718191a1b1c1d1e1f';
const IV = 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf';
const SECRET = { keyId: KEY_ID, key: KEY, iv: IV, note: 'for people' };

type Facts = Partial<Parameters<typeof keyRequest>[0]>;

/** Do something with a vault that has the key under `sealpack/film`, or other secrets. */
async function withVault<T>(
  options: Partial<VaultServerOptions>,
  work: (
    server: TestServer,
    ask: (more?: KeyVaultOptions, facts?: Facts) => Promise<ContentKey | undefined>,
  ) => Promise<T>,
): Promise<T> {
  const server = await startVaultServer({ secrets: { 'sealpack/film': SECRET }, ...options });
  const own = { url: server.url, token: VAULT_TOKEN, retries: 0, ...(server.ca && { ca: server.ca }) };
  try {
    return await work(server, (more, facts) => askKey(keyVault({ ...own, ...more }), keyRequest(facts)));
  } finally {
    await server.close();
  }
}

/** The failure, in which neither token nor key is in any spelling. */
async function refusal(
  options: Partial<VaultServerOptions>,
  more: KeyVaultOptions = {},
): Promise<PackagerError> {
  const error = await withVault(options, (_, ask) => failureOf(ask(more)));
  const text = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error);
  const base64 = Buffer.from(KEY, 'hex').toString('base64');
  for (const secret of [VAULT_TOKEN, KEY, KEY.toUpperCase(), base64])
    assert.not.ok(text.includes(secret), text);
  return error;
}

test('reads a secret of KV version 2', () =>
  withVault({}, async (server, ask) => {
    const key = (await ask())!;
    assert.is(key.uuid, KEY_ID);
    assert.is(toHex(key.reveal()), KEY);
    assert.is(toHex(key.iv!), IV);
    const [request] = server.requests;
    assert.is(request!.method, 'GET');
    assert.is(request!.url.pathname, '/v1/secret/data/sealpack/film');
    assert.is(request!.url.search, '');
    assert.is(request!.headers['x-vault-token'], VAULT_TOKEN);
  }));

test('unwraps the key with transit', async () => {
  const key = wrapped('films', Buffer.from(KEY, 'hex'));
  await withVault({ secrets: { 'sealpack/film': { ...SECRET, key } } }, async (server, ask) => {
    assert.is(toHex((await ask({ transitKey: 'films' }))!.reveal()), KEY);
    const [, request] = server.requests;
    assert.is(request!.method, 'POST');
    assert.is(request!.url.pathname, '/v1/transit/decrypt/films');
    assert.equal(JSON.parse(request!.body), { ciphertext: key });
  });
});

test('the path is made of content id, scheme and label; slashes of the id lead down', () =>
  withVault({ secrets: { 'cenc/HD/season 1/é': SECRET, 'sealpack/a/b': SECRET } }, async (server, ask) => {
    const facts = { contentId: 'season 1/é', label: 'HD' };
    assert.ok(await ask({ path: '{scheme}/{label}/{contentId}' }, facts));
    assert.is(server.requests[0]!.url.pathname, '/v1/secret/data/cenc/HD/season%201/%C3%A9');
    assert.ok(await ask({}, { contentId: 'a/b' }));
    const error = await failureOf(ask({ path: '{content}' }));
    assert.is(error.code, 'INVALID_OPTION');
    assert.match(error.message, /unknown placeholder: \{content\}/);
  }));

test('a secret that is not told apart by label or period stands in for no other', () =>
  withVault({ secrets: { 'sealpack/film': SECRET, 'film/HD/1': SECRET } }, async (server, ask) => {
    const two = { labels: ['SD', 'HD'], label: 'HD' };
    for (const [facts, placeholder] of [[two, '{label}'] as const, [{ period: 1 }, '{period}'] as const]) {
      const { code, message, hint } = await failureOf(ask({}, facts));
      assert.is(code, 'NO_KEY');
      assert.match(message, /`path` of key-vault \(sealpack\/\{contentId\}\) is the same for every/);
      assert.ok(hint?.includes(placeholder), placeholder);
    }
    assert.is(server.requests.length, 0);
    const path = '{contentId}/{label}/{period}';
    assert.ok(await ask({ path }, { ...two, period: 1 }));
    assert.is((await failureOf(ask({ path }, { ...two, label: 'SD' }))).code, 'NO_KEY');
  }));

test('no content id leads out of its place', () =>
  withVault({ secrets: { 'sealpack/film': SECRET, film: SECRET, other: SECRET } }, async (server, ask) => {
    for (const contentId of ['..', '.', '../other', 'a/../other', 'a/..', 'a//b', '/film', 'film/']) {
      const error = await failureOf(ask({}, { contentId }));
      assert.is(error.code, 'INVALID_OPTION', contentId);
    }
    assert.is(server.requests.length, 0);
    // Spelled out it is a name like any other, and stays one.
    assert.is((await failureOf(ask({}, { contentId: '%2e%2e' }))).code, 'NO_KEY');
    assert.is(server.requests[0]!.url.pathname, '/v1/secret/data/sealpack/%252e%252e');
  }));

test('a namespace goes along', async () => {
  await withVault({ namespace: 'media/eu' }, async (_, ask) => {
    assert.ok(await ask({ namespace: 'media/eu' }));
    assert.is((await failureOf(ask())).code, 'NO_KEY');
  });
});

test('modes of a run that share a secret ask once; another run asks anew', () =>
  withVault({}, async (server) => {
    const { hooks } = new Packager([keyVault({ url: server.url, token: VAULT_TOKEN })]);
    const run = testRun();
    await askHooks(hooks, keyRequest(), run);
    await askHooks(hooks, keyRequest({ mode: 'hls-aes', scheme: 'sample-aes' }), run);
    assert.is(server.requests.length, 1);
    await askHooks(hooks, keyRequest(), testRun());
    assert.is(server.requests.length, 2);
  }));

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

test('address and token come from the environment, the token from a file too', () =>
  withVault({}, async (server) => {
    const file = join(temporaryFolder('vault'), 'token');
    writeFileSync(file, `${VAULT_TOKEN}\n`);
    const { VAULT_ADDR, VAULT_TOKEN: token } = process.env;
    try {
      process.env['VAULT_ADDR'] = `${server.url}/`;
      assert.ok(await askKey(keyVault({ tokenFile: file }), keyRequest()));
      delete process.env['VAULT_TOKEN'];
      assert.is((await failureOf(askKey(keyVault(), keyRequest()))).code, 'MISSING_OPTION');
      process.env['VAULT_TOKEN'] = VAULT_TOKEN;
      assert.ok(await askKey(keyVault(), keyRequest()));
      delete process.env['VAULT_ADDR'];
      const error = await failureOf(askKey(keyVault(), keyRequest()));
      assert.is(error.code, 'MISSING_OPTION');
      assert.match(error.hint!, 'VAULT_ADDR');
    } finally {
      // Not another object in its place, which is the environment of this process for nobody else.
      restore('VAULT_ADDR', VAULT_ADDR);
      restore('VAULT_TOKEN', token);
    }
  }));

test('over TLS it trusts the authority that is named, and no other', async () => {
  await withVault({ https: 'own' }, async (_, ask) => void assert.ok(await ask()));
  assert.is((await refusal({ https: 'stranger' })).code, 'REQUEST_FAILED');
});

test('plain http to another machine is refused before anything is sent', async () => {
  const plugin = keyVault({ url: 'http://vault.example:8200', token: VAULT_TOKEN });
  assert.throws(() => new Packager([plugin]), /plain http/);
});

test('a vault that refuses is told in one sentence, with what it says', async () => {
  const sealed = await refusal({ fault: 'sealed' });
  assert.is(sealed.code, 'SERVER_ERROR');
  assert.match(sealed.message, /^The key vault 127\.0\.0\.1:\d+ answered with HTTP 503: Vault is sealed\.$/);
  const denied = await refusal({ token: 'another' });
  assert.is(denied.code, 'SERVER_ERROR');
  assert.match(denied.message, /answered with HTTP 403: permission denied\.$/);
  const missing = await refusal({ secrets: {} });
  assert.is(missing.code, 'NO_KEY');
  assert.match(missing.message, 'The key vault has no secret secret/sealpack/film, or has it no more.');
  assert.is((await refusal({ fault: 'deleted' })).code, 'NO_KEY');
});

test('what is no key is refused, by what is wrong with it', async () => {
  const { keyId, key } = SECRET;
  const wrappedKey = wrapped('films', Buffer.from(KEY, 'hex'));
  const unwrap = { transitKey: 'films' };
  const film = (secret: Record<string, unknown>) => ({ secrets: { 'sealpack/film': secret } });
  for (const [options, more, code, message] of [
    [{ fault: 'not-json' }, {}, 'KEY_DOCUMENT', /answer of the key vault is no JSON/],
    [{ fault: 'kv-1' }, {}, 'KEY_DOCUMENT', /secret secret\/sealpack\/film is none of KV version 2/],
    [film({ key }), {}, 'KEY_DOCUMENT', /has no text `keyId`/],
    [film({ keyId }), {}, 'KEY_DOCUMENT', /has no text `key`/],
    [film({ keyId, key: { hex: KEY } }), {}, 'KEY_DOCUMENT', /has no text `key`/],
    [
      film({ keyId, key: KEY.slice(2) }),
      {},
      'KEY_SIZE',
      /`key` of the secret secret\/sealpack\/film must have 16 bytes, but has 15/,
    ],
    [film({ keyId, key, iv: '00' }), {}, 'KEY_SIZE', /`iv` of the secret/],
    [film({ keyId, key: `${KEY}*` }), {}, 'INVALID_KEY', /neither Base64 nor hexadecimal/],
    [film({ keyId, key: '00'.repeat(16) }), {}, 'INVALID_KEY', /all zeros/],
    [
      film({ keyId, key: wrappedKey }),
      {},
      'KEY_DOCUMENT',
      /`key` of the secret secret\/sealpack\/film is wrapped/,
    ],
    [film({ keyId }), unwrap, 'KEY_DOCUMENT', /has no text `key`/],
    [film({ keyId, key }), unwrap, 'SERVER_ERROR', /HTTP 400: invalid ciphertext: no prefix/],
    [
      film({ keyId, key: wrappedKey }),
      { transitKey: 'others' },
      'SERVER_ERROR',
      /HTTP 400: cipher: message authentication failed/,
    ],
    [
      film({ keyId, key: wrappedKey }),
      { ...unwrap, transitMount: 'none' },
      'NO_KEY',
      /no transit engine at none/,
    ],
    [
      film({ keyId, key: wrapped('films', Buffer.from(KEY)) }),
      unwrap,
      'KEY_SIZE',
      /unwrapped, must have 16 bytes, but has 32/,
    ],
  ] as const) {
    const error = await refusal(options as Partial<VaultServerOptions>, more);
    assert.is(error.code, code, String(message));
    assert.match(error.message, message, error.message);
  }
});

test('faults of the way are those of any server, and are tried again where that may help', async () => {
  for (const [fault, code] of [
    ['hang-up', 'REQUEST_FAILED'],
    ['reset', 'REQUEST_FAILED'],
    ['server-error', 'SERVER_ERROR'],
    ['forbidden', 'SERVER_ERROR'],
    ['redirect', 'SERVER_ERROR'],
    ['huge', 'SERVER_ERROR'],
  ] as const) {
    assert.is((await refusal({ fault })).code, code, fault);
  }
  const silent = await refusal({ fault: 'silent' }, { timeoutSeconds: 0.2 });
  assert.is(silent.code, 'REQUEST_FAILED');
  const refused = await failureOf(
    askKey(keyVault({ url: await refusedUrl(), token: VAULT_TOKEN, retries: 0 }), keyRequest()),
  );
  assert.is(refused.code, 'REQUEST_FAILED');
  await withVault({ fault: ['hang-up', undefined] }, async (server, ask) => {
    assert.ok(await ask({ retries: 1 }));
    assert.is(server.requests.length, 2);
  });
});

test.run();
