import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkConfig } from '../../core/config/check.ts';
import { type ContentKey, Packager, PackagerError, type Plugin } from '../../core/index.ts';
import { toHex } from '../../core/kit.ts';
import { cidFileName } from '../../plugins/cid-file-name.ts';
import { type GatewayCallbackOptions, gatewayCallback } from '../../plugins/pallycon/gateway-callback.ts';
import { command } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { askHooks, keyRequest, testRun } from '../helpers/titles/ask.ts';
import {
  type CidFault,
  type CidServer,
  type CidServerOptions,
  encrypt,
  startCidServer,
  TEST_SITE_KEY,
} from '../servers/cid-server.ts';
import { serve } from '../servers/serve.ts';

const test = suite('gateway-callback');

const FORMATS = ['json', 'xml'] as const;
const KEY = { id: '00112233445566778899aabbccddeeff', key: 'c0ffee'.padEnd(32, '7'), iv: 'f0'.repeat(16) };
const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');
const ISSUED = { key_id: base64(KEY.id), key: base64(KEY.key), iv: base64(KEY.iv) };

type Options = Partial<GatewayCallbackOptions>;

/** Nothing that a page and its client share may be shown. */
function assertSecret(error: Error): void {
  const shown = [inspect(error, { depth: 9 }), JSON.stringify(error), error.stack].join('\n');
  const secrets = [Buffer.from(TEST_SITE_KEY), Buffer.from(KEY.key, 'hex')];
  for (const secret of secrets) {
    for (const spelling of ['latin1', 'hex', 'base64'] as const) {
      assert.not.ok(shown.includes(secret.toString(spelling)), `${spelling} in ${shown}`);
    }
  }
  assert.not.ok(shown.includes('page-token'), `the query in ${shown}`);
}

/** What a plugin answers to the two questions of a title. */
async function resolve(plugins: readonly Plugin[], file?: string) {
  const { hooks } = new Packager(plugins);
  const run = testRun(file);
  const contentId = await hooks.resolveCid.promise(run);
  const key = await askHooks(hooks, keyRequest({ contentId: contentId ?? '' }), run);
  return { contentId, key };
}

async function failure(work: Promise<unknown>): Promise<PackagerError> {
  const outcome: unknown = await work.catch((error: unknown) => error);
  if (!PackagerError.is(outcome)) throw new Error(`it did not fail: ${inspect(outcome)}`);
  assertSecret(outcome);
  return outcome;
}

async function withPage<T>(options: CidServerOptions, use: (page: CidServer) => Promise<T>): Promise<T> {
  const page = await startCidServer(options);
  try {
    return await use(page);
  } finally {
    await page.close();
  }
}

/** A page that always sends the same body. */
async function withBody<T>(body: string, use: (page: { url: string }) => Promise<T>): Promise<T> {
  const page = await serve({}, () => ({ status: 200, body }));
  try {
    return await use(page);
  } finally {
    await page.close();
  }
}

/** What happens when a page answers with a document, well encrypted. */
const failureOf = (document: string, options: Options = {}): Promise<PackagerError> =>
  withBody(encrypt(document, TEST_SITE_KEY), (page) => failure(resolve([pluginFor(page, options)])));

const pluginFor = ({ url }: { readonly url: string }, options: Options = {}): Plugin =>
  gatewayCallback({ url: `${url}/cid?t=page-token`, siteKey: TEST_SITE_KEY, retries: 0, ...options });

const failureOfPage = (server: CidServerOptions, options: Options = {}): Promise<PackagerError> =>
  withPage(server, (page) =>
    failure(resolve([pluginFor(page, { format: server.variant ?? 'json', ...options })])),
  );

for (const variant of FORMATS) {
  test(`${variant}: the page is told name, path and a nonce, and names the content`, () =>
    withPage({ variant }, async (page) => {
      const name = '기생충 & <b>+.mp4';
      const { contentId, key } = await resolve([pluginFor(page, { format: variant })], name);
      assert.is(contentId, '기생충 & <b>+');
      assert.is(key, undefined);
      const [question] = page.questions;
      assert.is(question?.fileName, name);
      assert.is(question?.filePath, `media/${name}`);
      assert.match(question?.nonce ?? '', /^[0-9a-f]{32}$/);
    }));

  test(`${variant}: OpenSSL decrypts what is sent, from a form with one field`, () =>
    withPage({ variant }, async (page) => {
      await resolve([pluginFor(page, { format: variant })]);
      const [request] = page.requests;
      assert.is(request?.method, 'POST');
      assert.is(request?.headers['content-type'], 'application/x-www-form-urlencoded');
      const form = new URLSearchParams(request?.body);
      assert.equal([...form.keys()], ['data']);
      const [key, iv] = [TEST_SITE_KEY, '0123456789abcdef'].map((text) => Buffer.from(text).toString('hex'));
      const cipher = ['enc', '-d', '-aes-256-cbc', '-K', key!, '-iv', iv!, '-base64', '-A'];
      const document = await command('openssl', cipher, { input: Buffer.from(form.get('data') ?? '') });
      assert.match(document.toString(), 'feature.mp4');
      assert.match(document.toString(), page.questions[0]!.nonce);
    }));

  test(`${variant}: every title gets a nonce of its own`, () =>
    withPage({ variant }, async (page) => {
      const plugin = pluginFor(page, { format: variant });
      const ids = await Promise.all(['a.mp4', 'b.mp4', 'c.mp4'].map((file) => resolve([plugin], file)));
      assert.equal(
        ids.map(({ contentId }) => contentId),
        ['a', 'b', 'c'],
      );
      assert.is(new Set(page.questions.map(({ nonce }) => nonce)).size, 3);
    }));

  const REFUSED: readonly (readonly [CidFault, RegExp])[] = [
    ['wrong-nonce', /sent an answer with another nonce/],
    ['no-nonce', /sent an answer without nonce/],
    ['error-code', /answered with an error: 4444 Unknown file \(\[…\]\)$/],
    ['no-cid', /sent an answer without content id/],
    ['long-cid', /gave a content id that is none: it must have 1 to 200 bytes/],
    ['not-encrypted', /sent an answer that is not Base64/],
    ['other-key', /sent an answer that cannot be decrypted with the site key/],
    ['empty', /sent an answer that is empty\./],
    ['euc-kr', /sent an answer that is not UTF-8\./],
    ['euc-kr-error', /answered with an error: 4444 \(its message is not UTF-8\)$/],
    ['nonsense', /sent an answer that is not (a JSON object|an XML document)/],
  ];
  for (const [fault, sentence] of REFUSED) {
    test(`${variant}: ${fault} is a server error`, async () => {
      const error = await failureOfPage({ variant, fault });
      assert.is(error.code, 'SERVER_ERROR', error.message);
      assert.match(error.message, sentence);
      assert.match(error.message, /^The content id page 127\.0\.0\.1:\d+ /);
      assert.is(error.plugin, 'gateway-callback');
      assert.is(error.hook, 'resolve-cid');
    });
  }

  test(`${variant}: the answer to an earlier question is refused`, () =>
    withPage({ variant, fault: [undefined, 'replayed-nonce'] }, async (page) => {
      const plugin = pluginFor(page, { format: variant });
      assert.is((await resolve([plugin])).contentId, 'feature');
      const error = await failure(resolve([plugin]));
      assert.is(error.code, 'SERVER_ERROR');
      assert.match(error.message, 'not the answer to this request');
    }));

  test(`${variant}: a key that the page hands over is the title's key`, () =>
    withPage({ variant, more: ISSUED }, async (page) => {
      const { contentId, key } = await resolve([pluginFor(page, { format: variant })]);
      assert.is(contentId, 'feature');
      const { id, iv } = key as ContentKey;
      assert.equal([id, key!.reveal(), iv!].map(toHex), [KEY.id, KEY.key, KEY.iv]);
      assert.is(page.requests.length, 1);
      assertSecret(new Error(inspect(key)));
    }));
}

test('a public sample with the nonce null is an answer without nonce; one with a code is its message', async () => {
  const siteKey = 'a'.repeat(32);
  const samples = [
    'euh3OrEWXGWoJWS4rgy/bvU/6bnIyClZR5tydh0g79AhS1nbh971iJpJuHlrpyaFPPv4/Z7zMLI9UQhsVXvfYRVOdkdIglXFFnt/VNXssqQ=',
    'hAAEAnhUkWTyy3D9SedII6J6CSqaoUXg5hj5Gm+tkTu8XZWrADCGINBIup3qL4FKa448aAtYE1hZspQq55oglA==',
  ];
  const messages: string[] = [];
  for (const body of samples) {
    const ask = (page: { url: string }) => failure(resolve([pluginFor(page, { siteKey })]));
    const { code, message } = await withBody(`${body}\r\n`, ask);
    assert.is(code, 'SERVER_ERROR');
    messages.push(message.replace(/^.*:\d+ /, ''));
  }
  assert.equal(messages, ['sent an answer without nonce.', 'answered with an error: 1111 error message']);
});

test('an answer without error code is refused, also one with a number in its place', async () => {
  for (const [document, sentence] of [
    ['{"cid":"film"}', /without error code/],
    ['{"error_code":0,"cid":"film"}', /answered with an error: 0$/],
  ] as const) {
    assert.match((await failureOf(document)).message, sentence);
  }
});

test('an XML answer that declares entities is refused, and nothing is expanded', async () => {
  const document = '<!DOCTYPE RES [<!ENTITY a "film">]><RES><ERROR>0000</ERROR><CID>&a;</CID></RES>';
  const error = await failureOf(document, { format: 'xml' });
  assert.is(error.code, 'SERVER_ERROR');
  assert.match(error.message, 'it declares a document type or entities');
});

const BAD_KEYS: readonly (readonly [what: string, change: Readonly<Record<string, string>>, code: string])[] =
  [
    ['a key of 15 bytes', { key: base64(KEY.key.slice(2)) }, 'KEY_SIZE'],
    ['a key of 32 bytes', { key: base64(KEY.key.repeat(2)) }, 'KEY_SIZE'],
    ['a key id of 15 bytes', { key_id: base64(KEY.id.slice(2)) }, 'KEY_SIZE'],
    ['an IV of 8 bytes', { iv: base64(KEY.iv.slice(16)) }, 'KEY_SIZE'],
    ['a key that is not Base64', { key: `${ISSUED.key.slice(0, -2)}!=` }, 'INVALID_KEY'],
    ['a key id of zeros', { key_id: base64('00'.repeat(16)) }, 'INVALID_KEY'],
    ['a key of zeros', { key: base64('00'.repeat(16)) }, 'INVALID_KEY'],
    ['a key that is its own key id', { key: base64(KEY.id) }, 'INVALID_KEY'],
    ['no IV', { iv: '' }, 'SERVER_ERROR'],
    ['no key id', { key_id: '' }, 'SERVER_ERROR'],
    ['no key', { key: '' }, 'SERVER_ERROR'],
  ];

for (const [what, change, code] of BAD_KEYS) {
  test(`a page that hands over ${what} stops the run`, async () => {
    const error = await failureOfPage({ more: { ...ISSUED, ...change } });
    assert.is(error.code, code, error.message);
  });
}

test('an error message that repeats the key shows none of it', async () => {
  const document = JSON.stringify({ error_code: '9', error_message: `bad ${ISSUED.key}`, ...ISSUED });
  assert.match((await failureOf(document)).message, /an error: 9 bad \[…\]$/);
});

test('a title whose content another names gets no key of the page, and the page is not asked', () =>
  withPage({ more: ISSUED }, async (page) => {
    const { hooks } = new Packager([pluginFor(page)]);
    const run = testRun();
    assert.is(await hooks.acquireKey.promise(keyRequest(), run), undefined);
    assert.is(page.requests.length, 0);
    assert.is(await hooks.resolveCid.promise(run), 'feature');
    assert.is(await hooks.acquireKey.promise(keyRequest({ contentId: 'other' }), run), undefined);
    assert.ok(await hooks.acquireKey.promise(keyRequest({ contentId: 'feature' }), run));
  }));

test('it is asked before the file name counts, wherever it stands in the list', () =>
  withPage({ contentId: () => 'from-the-page' }, async (page) => {
    const plugins = [cidFileName(), pluginFor(page)];
    assert.is((await resolve(plugins)).contentId, 'from-the-page');
    assert.is((await resolve(plugins.reverse())).contentId, 'from-the-page');
  }));

test('the page can be told another path than that on this machine', () =>
  withPage({}, async (page) => {
    await resolve([pluginFor(page, { pathPrefix: 'M:\\masters\\' })]);
    assert.is(page.questions[0]?.filePath, 'M:\\masters\\feature.mp4');
  }));

test('a page that does not answer within the limit is a failed request', async () => {
  const error = await failureOfPage({ fault: 'silent' }, { timeoutSeconds: 0.2 });
  assert.is(error.code, 'REQUEST_FAILED');
  assert.match(error.message, /did not answer within 0\.2 s/);
});

test('the limit is 3 s, if nothing else is said', async () => {
  assert.match((await failureOfPage({ fault: 'silent' })).message, /did not answer within 3\.0 s/);
});

test('a page that fails once is asked again, with the same question', () =>
  withPage({ fault: ['server-error'] }, async (page) => {
    assert.is((await resolve([pluginFor(page, { retries: 1 })])).contentId, 'feature');
    const [first, second] = page.requests;
    assert.is(first?.body, second?.body);
  }));

test('a page that cannot be reached, or sends far too much', async () => {
  assert.is((await failureOfPage({ fault: 'hang-up' })).code, 'REQUEST_FAILED');
  assert.is((await failureOfPage({ fault: 'huge-chunked' })).code, 'SERVER_ERROR');
  assert.is((await failureOfPage({ fault: 'redirect' })).code, 'SERVER_ERROR');
});

test('https: with the authority that signed its certificate, as text or as a file, and not otherwise', () =>
  withPage({ https: 'own' }, async (page) => {
    const { ca = '' } = page;
    const path = join(temporaryFolder('ca'), 'ca.pem');
    writeFileSync(path, ca);
    for (const each of [ca, path])
      assert.is((await resolve([pluginFor(page, { ca: each })])).contentId, 'feature');
    const error = await failure(resolve([pluginFor(page)]));
    assert.is(error.code, 'REQUEST_FAILED');
    assert.match(error.message, 'certificate');
  }));

test('the page that GATEWAY.md shows names contents, hands over keys and says what is wrong', async () => {
  const guide = readFileSync(new URL('../../plugins/pallycon/GATEWAY.md', import.meta.url), 'utf8');
  const [, code = ''] = /```js\n([\s\S]+?)```/.exec(guide) ?? [];
  type LookUp = (name: string, path: string) => object | undefined;
  const shown = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
    answer(data: string, siteKey: string, lookUp: LookUp): string;
  };
  const lookUp: LookUp = (name) => (name === 'feature.mp4' ? { cid: 'feature-1', ...ISSUED } : undefined);
  const page = await serve({}, ({ body }) => {
    const data = new URLSearchParams(body).get('data') ?? '';
    return { status: 200, body: shown.answer(data, TEST_SITE_KEY, lookUp) };
  });
  try {
    const { contentId, key } = await resolve([pluginFor(page)]);
    assert.is(contentId, 'feature-1');
    assert.is(key?.hexId, KEY.id);
    const { message } = await failure(resolve([pluginFor(page)], 'other.mp4'));
    assert.match(message, /answered with an error: 4444 other\.mp4 is not in the catalogue$/);
  } finally {
    await page.close();
  }
});

test('the site key comes from the config, a function, a file or the environment', () =>
  withPage({}, async (page) => {
    const file = join(temporaryFolder('site-key'), 'key');
    writeFileSync(file, `${TEST_SITE_KEY}\n`);
    const ask = async (options: Options) =>
      (await resolve([gatewayCallback({ url: page.url, retries: 0, ...options })])).contentId;
    assert.is(await ask({ siteKey: async () => TEST_SITE_KEY }), 'feature');
    assert.is(await ask({ siteKeyFile: file }), 'feature');
    const failing = () => Promise.reject(new Error(TEST_SITE_KEY));
    const { message } = await failure(ask({ siteKey: failing }));
    assert.is(message, 'The function that was to get the site key failed.');
    assert.match(
      (await failure(ask({ siteKeyFile: `${file}2` }))).message,
      /The site key file cannot be read/,
    );
    const both = ask({ siteKey: TEST_SITE_KEY, siteKeyFile: file });
    assert.is((await failure(both)).message, 'gateway-callback has both `siteKey` and `siteKeyFile`.');
    const missing = await failure(ask({}));
    assert.is(missing.code, 'MISSING_OPTION');
    assert.match(missing.hint ?? '', 'SEALPACK_SITE_KEY');
    process.env['SEALPACK_SITE_KEY'] = TEST_SITE_KEY;
    try {
      assert.is(await ask({}), 'feature');
    } finally {
      delete process.env['SEALPACK_SITE_KEY'];
    }
  }));

test('a site key of another length stops the run before anything is asked, and is not repeated', () =>
  withPage({}, async (page) => {
    const short = TEST_SITE_KEY.slice(0, 31);
    const made = async () => new Packager([pluginFor(page, { siteKey: short })]);
    for (const work of [made(), resolve([pluginFor(page, { siteKey: () => short })])]) {
      const error = await failure(work);
      assert.is(error.code, 'KEY_SIZE');
      assert.is(error.message, 'The site key must have 32 bytes, but has 31.');
      assert.not.ok(inspect(error, { depth: 9 }).includes(short));
    }
    assert.is(page.requests.length, 0);
  }));

test('the options are checked, and the site key is not quoted', () => {
  const complaint = (options: object): string => {
    const config = { plugins: [['gateway-callback', options]] };
    try {
      checkConfig(config, 'it', { plugins: { 'gateway-callback': gatewayCallback }, presets: {} });
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  };
  const good = { url: 'https://cms.example/cid', siteKey: TEST_SITE_KEY, format: 'xml', timeoutSeconds: 5 };
  assert.is(complaint(good), '');
  assert.match(complaint({}), /url: missing; expected an http or https URL/);
  assert.match(complaint({ ...good, url: 'cms.example' }), /url: expected an http or https URL/);
  assert.match(complaint({ ...good, format: 'yaml' }), /format: expected one of "json", "xml"/);
  assert.match(complaint({ ...good, timeoutSeconds: 0 }), /timeoutSeconds: expected seconds/);
  const wrong = complaint({ ...good, siteKey: [TEST_SITE_KEY] });
  assert.match(wrong, /siteKey: expected a site key, or a function that gets it, got a list of length 1/);
  assert.not.ok(wrong.includes(TEST_SITE_KEY));
});

test.run();
