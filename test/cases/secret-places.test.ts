/**
 * A secret in the place of something else: of a path, a name, a whole config. Whatever becomes of it, nothing that is
 * written holds it, in any usual spelling.
 */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { pallyconPackager, runCommand, sealpack } from '../helpers/commands/run-command.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { Writings } from '../helpers/oracles/secret-search.ts';
import { serve } from '../servers/serve.ts';

const test = suite('secrets in the wrong place');

const KEY = createHash('sha256').update('a key that stands where it should not').digest().subarray(0, 16);
const TOKEN = 'tok-9f8e7d6c5b4a39281706f5e4d3c2b1a0';
/** As many bytes as one of RSA has, the same in each run. */
const PRIVATE_KEY = Buffer.concat(
  Array.from({ length: 38 }, (_, n) => createHash('sha256').update(`a private key ${n}`).digest()),
);
/** The middle of it, too: a message may be cut. */
const SECRETS = [KEY, TOKEN, PRIVATE_KEY, PRIVATE_KEY.subarray(100, 130), PRIVATE_KEY.subarray(0, 40)];

/** What people paste: the key in the spellings of tools, the token, PEM without its first and last line. */
const PASTED: Readonly<Record<string, string>> = {
  'a key in hexadecimal': KEY.toString('hex'),
  'a key in Base64': KEY.toString('base64'),
  'a key as a UUID': KEY.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  'a token': TOKEN,
  'a private key without armour': PRIVATE_KEY.toString('base64'),
  'a private key in lines': (PRIVATE_KEY.toString('base64').match(/.{1,64}/g) ?? []).join('\n'),
};

/** All that it prints, with the stacks of its errors. */
async function run(command: typeof sealpack, argv: readonly string[], cwd: string, env: object = {}) {
  const { status, stdout, stderr } = await runCommand(command, argv, cwd, { ...env, SEALPACK_DEBUG: '1' });
  return { status, text: stdout + stderr };
}

/** Run with a config; it must fail, and hold no secret in what it prints and in its reports. */
async function failsSilently(config: unknown, file = 'packager.config.json'): Promise<string> {
  const cwd = temporaryFolder('secrets');
  await writeFile(join(cwd, file), typeof config === 'string' ? config : JSON.stringify(config));
  const writings = new Writings();
  let said = '';
  for (const flags of [[], ['--json'], ['--quiet']]) {
    const { status, text } = await run(sealpack, [...flags, '--config', file], cwd);
    assert.is.not(status, 0, text);
    assert.not.match(text, 'Sealpack failed in a way it should not');
    writings.add(`sealpack ${flags.join(' ')}`, text);
    said += text;
  }
  await writings.addFiles(join(cwd, 'out'));
  assert.equal(writings.holding(SECRETS), [], said);
  return said;
}

const title = async (plugin: readonly [string, object]) => ({
  contentId: 'film',
  inputs: [await oddMedia('ctts-v0')],
  workers: 0,
  plugins: ['demux-mp4', plugin, 'mode-dash-cenc', ['report-json', { file: 'report.json' }], 'report-xml'],
});

const KMS = { url: 'http://127.0.0.1:9/', token: 'a-token-of-no-worth', retries: 0, totalSeconds: 2 };

const OPTIONS: readonly (readonly [plugin: string, option: string, others: object])[] = [
  ['key-cpix-file', 'privateKey', { file: 'keys.xml' }],
  ['key-cpix-file', 'file', {}],
  ['key-cloud-kms', 'privateKey', KMS],
  ['key-cloud-kms', 'certificate', { ...KMS, privateKey: 'key.pem' }],
  ['key-cloud-kms', 'ca', KMS],
  ['key-cloud-kms', 'tokenFile', { ...KMS, token: undefined }],
  ['key-cloud-kms', 'url', { ...KMS }],
  ['key-cloud-kms', 'dialect', { ...KMS }],
  ['gateway-callback', 'siteKeyFile', { url: KMS.url }],
  ['gateway-callback', 'format', { url: KMS.url }],
  ['mode-dash-cenc', 'layout', {}],
];

for (const [plugin, option, others] of OPTIONS) {
  test(`${plugin}: in \`${option}\``, async () => {
    for (const secret of Object.values(PASTED)) {
      const config = await title([plugin, { ...others, [option]: secret }]);
      const { contentId, ...unnamed } = config;
      await failsSilently(plugin === 'gateway-callback' ? unnamed : config);
      assert.ok(contentId);
    }
  });
}

const CONFIGS: Readonly<Record<string, (secret: string) => unknown>> = {
  'the whole config': (secret) => JSON.stringify(secret),
  'a list of titles': (secret) => [secret, secret],
  'a preset': (secret) => ({ inputs: ['a.mp4'], preset: secret }),
  'a preset with options': (secret) => ({ inputs: ['a.mp4'], preset: [secret, {}] }),
  'a plugin': (secret) => ({ inputs: ['a.mp4'], plugins: [secret, [secret, {}]] }),
  'a mode': (secret) => ({ inputs: ['a.mp4'], preset: 'local', modes: [secret] }),
  'a DRM system': (secret) => ({
    inputs: ['a.mp4'],
    plugins: [['mode-dash-cenc', { systems: [secret, [secret, {}]] }]],
  }),
  'a number': (secret) => ({ inputs: ['a.mp4'], segmentDuration: secret, workers: secret }),
  'the seed': (secret) => ({ inputs: ['a.mp4'], reproducible: { seed: secret, time: secret } }),
};

for (const [where, config] of Object.entries(CONFIGS)) {
  test(`a config: in the place of ${where}`, async () => {
    for (const secret of Object.values(PASTED)) await failsSilently(config(secret));
  });
}

test('a config in TypeScript that forgets the quotation marks, or throws with the key in its words', async () => {
  const name = `f${KEY.toString('hex')}`;
  await failsSilently(`export default { contentId: ${name} };`, 'a.config.ts');
  for (const secret of Object.values(PASTED)) {
    await failsSilently(`throw new Error(${JSON.stringify(`no use for ${secret}`)});`, 'a.config.ts');
  }
});

test('a plugin of the config that throws with the key in its words', async () => {
  const input = JSON.stringify(await oddMedia('ctts-v0'));
  for (const secret of Object.values(PASTED)) {
    const words = JSON.stringify(`the vault says ${secret}`);
    await failsSilently(
      `export default { contentId: 'film', inputs: [${input}], workers: 0,
  plugins: ['mode-dash-cenc', 'report-json', {
    name: 'vault',
    apply: ({ hooks }) => hooks.acquireKey.tap('vault', () => { throw new Error(${words}); }),
  }] };`,
      'a.config.ts',
    );
  }
});

test('a YAML config whose secrets begin with what YAML takes for its own', async () => {
  const texts = [
    `key: *${TOKEN}`,
    `key: !${TOKEN} x`,
    `${TOKEN}: [`,
    `key: "${TOKEN}`,
    `? ${TOKEN}\n- ${TOKEN}`,
  ];
  for (const text of texts) await failsSilently(text, 'a.config.yaml');
});

test('a key server that quotes the key in its error', async () => {
  for (const secret of Object.values(PASTED).filter((text) => text !== TOKEN)) {
    for (const status of [200, 403, 500]) {
      const json = JSON.stringify({ error_code: 'A1', error_message: `cannot wrap ${secret}` });
      const server = await serve({}, () => ({ status, body: json }));
      try {
        const said = await failsSilently(await title(['key-cloud-kms', { ...KMS, url: server.url }]));
        assert.match(said, /The key server/);
      } finally {
        await server.close();
      }
    }
  }
});

const PALLYCON = [
  '--site-id',
  'DEMO',
  '--access-key',
  'QUNDRVNTLUtFWQ==',
  '--dash',
  '--i',
  'test.mp4',
  '--o',
  'out',
];

for (const variable of ['PALLYCON_KMS_TOKEN_FILE', 'PALLYCON_SITE_KEY_FILE', 'PALLYCON_CA_FILE']) {
  test(`PallyConPackager: in ${variable}`, async () => {
    const cwd = temporaryFolder('secrets');
    await writeFile(join(cwd, 'test.mp4'), 'no media');
    const needed = {
      PALLYCON_KMS_URL: KMS.url,
      PALLYCON_GATEWAY_URL: KMS.url,
      ...(variable === 'PALLYCON_CA_FILE' && { PALLYCON_KMS_TOKEN: 'a-token-of-no-worth' }),
      ...(variable === 'PALLYCON_CA_FILE' && { PALLYCON_SITE_KEY: 'abcdefghijklmnopqrstuvwxyz012345' }),
    };
    const names = variable === 'PALLYCON_SITE_KEY_FILE' ? [] : ['--contents-id', 'film'];
    for (const secret of Object.values(PASTED)) {
      const { status, text } = await run(pallyconPackager, [...PALLYCON, ...names], cwd, {
        ...needed,
        [variable]: secret,
      });
      assert.is.not(status, 0);
      const writings = new Writings();
      writings.add('output', text);
      assert.equal(writings.holding(SECRETS), [], text);
    }
  });
}

test('an option that there is not: its value is not repeated', async () => {
  for (const secret of Object.values(PASTED)) {
    const cwd = temporaryFolder('secrets');
    for (const args of [
      [`--key=${secret}`],
      [`-${secret}`],
      [`--${secret}`],
      ['--preset', secret, 'a.mp4'],
    ]) {
      const { status, text } = await run(sealpack, args, cwd);
      assert.is(status, 2);
      const writings = new Writings();
      writings.add('output', text);
      assert.equal(writings.holding(SECRETS), [], text);
    }
  }
});

test.run();
