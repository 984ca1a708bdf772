/**
 * Whatever goes wrong between the packager and its servers: the right code, in time, no output, and no secret in
 * anything that is written.
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PackagerError, type Plugin, packageTitle } from '../../core/index.ts';
import {
  dashCenc,
  demuxMp4,
  type GatewayCallbackOptions,
  gatewayCallback,
  hlsAes,
  hlsNcg,
  type KeyCloudKmsOptions,
  keyCloudKms,
  ncg,
  reportHtml,
  reportJson,
  reportXml,
} from '../../plugins/index.ts';
import { oneIn } from '../helpers/commands/extent.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { sealpack } from '../helpers/commands/sealpack-command.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { Writings } from '../helpers/oracles/secret-search.ts';
import { failureOf, testKey, titleOptions } from '../helpers/titles/package.ts';
import {
  type CidServer,
  type CidServerOptions,
  startCidServer,
  TEST_SITE_KEY,
} from '../servers/cid-server.ts';
import { type KeyServer, type KeyServerOptions, startKeyServer, TEST_TOKEN } from '../servers/key-server.ts';
import { refusedUrl, serve } from '../servers/serve.ts';

const test = suite('faults of servers');

const V2 = '/v2/cpix/pallycon/getKey/{token}';
const ACCESS_KEY = (JSON.parse(Buffer.from(TEST_TOKEN, 'base64').toString()) as { access_key: string })
  .access_key;
const SECRETS = [TEST_TOKEN, ACCESS_KEY, TEST_SITE_KEY];

/** Of a key server: what it has handed out. The first 12 bytes: a key may be cut short. */
const keysOf = ({ issued }: Pick<KeyServer, 'issued'>): Buffer[] =>
  issued.flatMap(({ key, cek }) => [key.subarray(0, 12), cek.subarray(0, 12), cek.subarray(16, 28)]);

/** Package into a folder, with all reports beside the output; answer all that was written there and said. */
async function packaging(plugins: readonly Plugin[], contentId: string | undefined) {
  const parent = temporaryFolder('faults');
  const writings = new Writings();
  const title = titleOptions({
    inputs: [await oddMedia('ctts-v0')],
    output: join(parent, 'out'),
    contentId,
  });
  const reports = [
    reportJson({ file: '../report.json' }),
    reportXml({ file: '../report.xml' }),
    reportHtml({ file: '../report.html' }),
  ];
  const work = packageTitle({
    title,
    plugins: [demuxMp4(), ...plugins, ...reports],
    onEvent: (event) => writings.add(`event ${event.type}`, event),
  });
  return { work, parent, writings };
}

async function failing(
  plugins: readonly Plugin[],
  contentId: string | undefined,
): Promise<{ error: PackagerError; writings: Writings }> {
  const { work, parent, writings } = await packaging(plugins, contentId);
  const error = await failureOf(work);
  writings.add('error', error);
  const files = await writings.addFiles(parent);
  assert.equal(files, ['report.html', 'report.json', 'report.xml'], 'nothing but the reports');
  return { error, writings };
}

const MODES: readonly Plugin[] = [dashCenc(), hlsAes(), hlsNcg(), ncg()];

async function withKeyServer(
  options: KeyServerOptions,
  use: (server: KeyServer, source: (more?: KeyCloudKmsOptions) => Plugin) => Promise<void>,
): Promise<void> {
  const server = await startKeyServer(options);
  const source = (more: KeyCloudKmsOptions = {}): Plugin =>
    keyCloudKms({
      url: server.url + V2,
      token: TEST_TOKEN,
      retries: 0,
      ...(server.ca !== undefined && { ca: server.ca }),
      ...more,
    });
  await use(server, source).finally(() => server.close());
}

/** In seconds: short where the limit is what is tried; else more than any machine needs, so that the fault comes first. */
const limitOf = ({ fault }: KeyServerOptions | CidServerOptions): number =>
  fault === 'silent' || fault === 'drip' ? 2 : 120;

const KEY_FAULTS: readonly [options: KeyServerOptions, code: string, words: RegExp][] = [
  [{ fault: 'hang-up' }, 'REQUEST_FAILED', /closed before/],
  [{ fault: 'reset' }, 'REQUEST_FAILED', /closed before/],
  [{ fault: 'silent' }, 'REQUEST_FAILED', /did not answer within 2\.0 s/],
  [{ fault: 'drip' }, 'REQUEST_FAILED', /not complete within 2\.0 s/],
  [{ https: 'stranger' }, 'REQUEST_FAILED', /certificate is not signed by an authority/],
  [{ https: 'other-name' }, 'REQUEST_FAILED', /certificate is for another name/],
  [{ fault: 'server-error' }, 'SERVER_ERROR', /HTTP 500: The key database is down/],
  [{ fault: 'too-many-requests' }, 'SERVER_ERROR', /HTTP 429: Slow down/],
  [{ fault: 'forbidden' }, 'SERVER_ERROR', /HTTP 403: Not allowed/],
  [{ fault: 'json-error' }, 'SERVER_ERROR', /The site may not use this service/],
  [{ fault: 'wrong-kid' }, 'KEY_DOCUMENT', /key document/],
  [{ fault: 'missing-key' }, 'NO_KEY', /key/],
  [{ fault: 'no-content-key' }, 'NO_KEY', /key/],
  [{ fault: 'short-key' }, 'KEY_SIZE', /15/],
  [{ fault: 'zero-key' }, 'INVALID_KEY', /all zeros/],
  [{ fault: 'key-is-its-id' }, 'INVALID_KEY', /its own key id/],
  [{ fault: 'truncated-xml' }, 'KEY_DOCUMENT', /key document/],
  [{ fault: 'xml-entities' }, 'KEY_DOCUMENT', /key document/],
  [{ fault: 'huge' }, 'SERVER_ERROR', /more than \d+ bytes/],
  [{ fault: 'huge-chunked' }, 'SERVER_ERROR', /more than \d+ bytes/],
  [{ https: 'own', fault: 'reset' }, 'REQUEST_FAILED', /closed before/],
];

for (const [options, code, words] of KEY_FAULTS) {
  test(`key server: ${Object.values(options).join(', ')}: ${code}`, () =>
    withKeyServer(options, async (server, source) => {
      const { error, writings } = await failing(
        [source({ timeoutSeconds: limitOf(options) }), ...MODES],
        'film-1',
      );
      assert.is(error.code, code, error.message);
      assert.is(error.exit, 5);
      assert.match(error.message, words);
      assert.is(error.plugin, 'key-cloud-kms');
      assert.ok(server.bytesSent() < 20_000_000);
      assert.equal(writings.holding([...SECRETS, ...keysOf(server)]), []);
    }));
}

test('key server: refused: REQUEST_FAILED', async () => {
  const plugin = keyCloudKms({ url: (await refusedUrl()) + V2, token: TEST_TOKEN, retries: 0 });
  const { error, writings } = await failing([plugin, ...MODES], 'film-1');
  assert.is(error.code, 'REQUEST_FAILED');
  assert.equal(writings.holding(SECRETS), []);
});

test('key server: a redirect to another host: SERVER_ERROR, and the token does not follow', async () => {
  const other = await serve({}, () => ({ status: 200, body: '' }));
  const redirectTo = `${other.url.replace('127.0.0.1', 'localhost')}/`;
  await withKeyServer({ fault: 'redirect', redirectTo }, async (_, source) => {
    const { error, writings } = await failing([source(), ...MODES], 'film-1');
    assert.is(error.code, 'SERVER_ERROR');
    assert.is(other.requests.length, 0);
    assert.equal(writings.holding(SECRETS), []);
  }).finally(() => other.close());
});

test('key server: the total limit ends silence and retries', () =>
  withKeyServer({ fault: 'silent' }, async (server, source) => {
    const { error } = await failing([source({ retries: 9, totalSeconds: 2 }), ...MODES], 'film-1');
    assert.is(error.code, 'REQUEST_FAILED');
    assert.is(server.requests.length, 1);
  }));

test('key server: 500, then 429 with Retry-After, then fine: packaged, and no secret in the output', () =>
  withKeyServer({ fault: ['server-error', 'too-many-requests'] }, async (server, source) => {
    const { work, parent, writings } = await packaging([source({ retries: 2 }), ...MODES], 'film-1');
    await work;
    const files = await writings.addFiles(parent);
    assert.ok(files.some((file) => file.endsWith('stream.mpd')));
    assert.ok(files.some((file) => file.endsWith('master.m3u8')));
    assert.equal(writings.holding([...SECRETS, ...keysOf(server)]), []);
    assert.is(server.issued.length, server.requests.length - 2);
  }));

const PAGE_FAULTS: readonly [options: CidServerOptions, code: string, words: RegExp][] = [
  [{ fault: 'hang-up' }, 'REQUEST_FAILED', /closed before/],
  [{ fault: 'reset' }, 'REQUEST_FAILED', /closed before/],
  [{ fault: 'silent' }, 'REQUEST_FAILED', /did not answer within 2\.0 s/],
  [{ https: 'stranger' }, 'REQUEST_FAILED', /certificate is not signed/],
  [{ fault: 'server-error' }, 'SERVER_ERROR', /HTTP 500/],
  [{ fault: 'forbidden' }, 'SERVER_ERROR', /HTTP 403/],
  [{ fault: 'redirect' }, 'SERVER_ERROR', /redirect/],
  [{ fault: 'huge' }, 'SERVER_ERROR', /more than \d+ bytes/],
  [{ fault: 'wrong-nonce' }, 'SERVER_ERROR', /another nonce/],
  [{ fault: 'no-nonce' }, 'SERVER_ERROR', /without nonce/],
  [{ fault: 'error-code' }, 'SERVER_ERROR', /4444 Unknown file/],
  [{ fault: 'no-cid' }, 'SERVER_ERROR', /without content id/],
  [{ fault: 'long-cid' }, 'SERVER_ERROR', /200 bytes/],
  [{ fault: 'not-encrypted' }, 'SERVER_ERROR', /site key|Base64/],
  [{ fault: 'other-key' }, 'SERVER_ERROR', /decrypted|site key/],
  [{ fault: 'nonsense' }, 'SERVER_ERROR', /sent an answer that/],
];

/** How many of them, from the first on, come before an answer is understood. */
const BEFORE_ANSWERS = PAGE_FAULTS.findIndex(([{ fault }]) => fault === 'wrong-nonce');

const gateway = (url: string, more: Partial<GatewayCallbackOptions> = {}): Plugin =>
  gatewayCallback({ url: `${url}/cid?site=DEMO`, siteKey: TEST_SITE_KEY, retries: 0, ...more });

const VARIANTS = ['json', 'xml'] as const;

for (const [index, [options, code, words]] of PAGE_FAULTS.entries()) {
  // Before anything of an answer is read, it has no variant.
  for (const variant of index < BEFORE_ANSWERS ? oneIn(2, VARIANTS, index) : VARIANTS) {
    test(`CID page, ${variant}: ${Object.values(options).join(', ')}: ${code}`, async () => {
      const page = await startCidServer({ ...options, variant });
      const more = {
        format: variant,
        timeoutSeconds: limitOf(options),
        ...(page.ca !== undefined && { ca: page.ca }),
      };
      const plugins = [gateway(page.url, more), testKey(), ...MODES];
      const { error, writings } = await failing(plugins, undefined).finally(() => page.close());
      assert.is(error.code, code, error.message);
      assert.match(`${error.message} ${error.hint}`, words);
      assert.equal(writings.holding(SECRETS), []);
    });
  }
}

for (const variant of ['json', 'xml'] as const) {
  test(`CID page, ${variant}: the answer to an earlier title again: SERVER_ERROR`, async () => {
    const page = await startCidServer({ variant, fault: [undefined, 'replayed-nonce'] });
    const plugins = [gateway(page.url, { format: variant }), testKey(), dashCenc()];
    try {
      const first = await packaging(plugins, undefined);
      assert.is((await first.work).contentId, 'ctts-v0');
      await first.writings.addFiles(first.parent);
      const { error, writings } = await failing(plugins, undefined);
      assert.is(error.code, 'SERVER_ERROR');
      assert.match(error.message, 'another nonce');
      for (const written of [first.writings, writings]) assert.equal(written.holding(SECRETS), []);
    } finally {
      await page.close();
    }
  });
}

/** The built command with keys and content id from servers, secrets in its environment. @param displays ways of printing */
async function commandFails(
  keys: KeyServer,
  page: CidServer,
  code: string,
  displays: readonly (readonly string[])[],
) {
  for (const display of displays) {
    const cwd = temporaryFolder('faults');
    const kmsOptions = { url: keys.url + V2, retries: 0 };
    const config = {
      preset: ['pallycon', { kms: kmsOptions }],
      inputs: [await oddMedia('ctts-v0')],
      output: 'out',
      plugins: [['gateway-callback', { url: `${page.url}/cid`, retries: 0 }]],
    };
    await writeFile(join(cwd, 'packager.config.json'), JSON.stringify(config));
    const env = { SEALPACK_KMS_TOKEN: TEST_TOKEN, SEALPACK_SITE_KEY: TEST_SITE_KEY };
    const { status, stdout, stderr } = await sealpack(display, cwd, { env });
    const printed = stdout + stderr;
    assert.is(status, 5, printed);
    assert.match(printed, code);
    const writings = new Writings();
    writings.add('terminal', printed);
    const files = await writings.addFiles(cwd);
    assert.equal(
      files.filter((file) => !file.endsWith('.xml')),
      ['packager.config.json'],
      'nothing but the report of the preset',
    );
    assert.equal(writings.holding([...SECRETS, ...keysOf(keys)]), []);
  }
}

const COMMAND_FAULTS: readonly [key: KeyServerOptions, page: CidServerOptions, code: string][] = [
  [{ fault: 'json-error' }, {}, 'SERVER_ERROR'],
  [{ fault: 'forbidden' }, {}, 'SERVER_ERROR'],
  [{ fault: 'short-key' }, {}, 'KEY_SIZE'],
  [{ fault: 'wrong-kid' }, {}, 'KEY_DOCUMENT'],
  [{ fault: 'xml-entities' }, {}, 'KEY_DOCUMENT'],
  [{}, { fault: 'silent' }, 'REQUEST_FAILED'],
  [{}, { fault: 'error-code' }, 'SERVER_ERROR'],
];

for (const [index, [keyOptions, pageOptions, code]] of COMMAND_FAULTS.entries()) {
  const fault = keyOptions.fault ? `key server, ${keyOptions.fault}` : `CID page, ${pageOptions.fault}`;
  test(`the command: ${fault}: ${code}`, async () => {
    const [keys, page] = await Promise.all([startKeyServer(keyOptions), startCidServer(pageOptions)]);
    try {
      // Ways of printing are the same for all.
      await commandFails(keys, page, code, oneIn(2, [[], ['--json']], index));
    } finally {
      await Promise.all([keys.close(), page.close()]);
    }
  });
}

test.run();
