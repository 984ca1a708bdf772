import { ifLong } from '../helpers/commands/extent.ts';
import type { Answer, ReceivedRequest } from '../servers/serve.ts';
import {
  ACCESS_KEY,
  BOTH,
  DER,
  IV,
  KEY,
  KEY_ID,
  PEM,
  PROXY_PASSWORD,
  SITE_KEY,
  SPELLED,
  TOKEN,
} from './values.ts';

/** A run with secrets, and how to make it end as it does. `{server}` in texts becomes the URL of a server. */
export interface Failure {
  readonly name: string;
  /** @default 'sealpack' */
  readonly command?: 'sealpack' | 'PallyConPackager';
  readonly args?: readonly string[];
  /** An object: `packager.config.json`; a text: `packager.config.ts`. */
  readonly config?: object | string;
  readonly env?: Readonly<Record<string, string>>;
  /** Beside the config and `film.mp4`. */
  readonly files?: Readonly<Record<string, string>>;
  readonly answer?: (request: ReceivedRequest) => Answer;
  /** Whether it needs a process of its own: threads, crashes, proxies. */
  readonly isProcess?: true;
  /** What it must say: that it has failed as it should. */
  readonly says?: RegExp;
  /** It does not fail at all. */
  readonly succeeds?: true;
}

const manual = (options: object, more: object = {}): object => ({
  preset: ['manual', { key: BOTH, keyId: KEY_ID, ...options }],
  contentId: 'film',
  inputs: ['film.mp4'],
  ...more,
  plugins: [
    ['report-json', {}],
    'report-xml',
    'report-html',
    ...((more as { plugins?: unknown[] }).plugins ?? []),
  ],
});

const kms = (options: object = {}): object => ({
  contentId: 'film',
  inputs: ['film.mp4'],
  plugins: [
    ['key-cloud-kms', { dialect: 'speke-v2', url: '{server}/', token: TOKEN, retries: 0, ...options }],
    ...['demux-mp4', 'mode-dash-cenc', 'report-json', 'report-xml', 'report-html'],
  ],
});

const gateway = (options: object = {}): object => ({
  inputs: ['film.mp4'],
  plugins: [
    ['gateway-callback', { url: '{server}/', siteKey: SITE_KEY, retries: 0, ...options }],
    ...['demux-mp4', 'mode-dash-cenc', 'report-json', 'report-xml', 'report-html'],
  ],
});

const cpixFile = (options: object = {}): object => ({
  contentId: 'film',
  inputs: ['film.mp4'],
  plugins: [
    ['key-cpix-file', { file: 'keys.xml', ...options }],
    'demux-mp4',
    'mode-dash-cenc',
    'report-json',
  ],
});

const vault = (options: object = {}): object => ({
  contentId: 'film',
  inputs: ['film.mp4'],
  plugins: [
    ['key-vault', { url: '{server}', token: TOKEN, retries: 0, ...options }],
    ...['demux-mp4', 'mode-dash-cenc', 'report-json', 'report-xml', 'report-html'],
  ],
});

const secret = (key: string): Answer => ({
  status: 200,
  body: JSON.stringify({ data: { data: { keyId: KEY_ID, key }, metadata: {} } }),
});

const program = {
  'key.mjs': `console.log('${BOTH}'); console.error(process.argv[2], '${BOTH}'); process.exit(1);`,
};

const commanded = (command: readonly string[]): object => ({
  contentId: 'film',
  inputs: ['film.mp4'],
  plugins: [
    ['key-command', { command }],
    'demux-mp4',
    'mode-dash-cenc',
    'report-json',
    'report-xml',
    'report-html',
  ],
});

/** A config in TypeScript with a plugin of its own. @param body what its `apply` does with `hooks` */
const plugin = (body: string, more = ''): string => `
const key = Buffer.from('${KEY.toString('hex')}', 'hex');
const words = 'the vault says ${KEY.toString('base64')}';
const plugin = { name: 'vault', apply({ hooks }) { ${body} } };
export default {
  preset: ['manual', { key: '${BOTH}', keyId: '${KEY_ID}' }],
  contentId: 'film',
  inputs: ['film.mp4'],
  plugins: [['report-json', {}], 'report-xml', 'report-html', plugin],
  ${more}
};`;

const document = (key: string): string => `<?xml version="1.0"?>
<cpix:CPIX xmlns:cpix="urn:dashif:org:cpix" xmlns:pskc="urn:ietf:params:xml:ns:keyprov:pskc" contentId="film">
<cpix:ContentKeyList><cpix:ContentKey kid="00010203-0405-0607-0809-0a0b0c0d0e0f"><cpix:Data><pskc:Secret>
<pskc:PlainValue>${key}</pskc:PlainValue></pskc:Secret></cpix:Data></cpix:ContentKey></cpix:ContentKeyList></cpix:CPIX>`;

const base64 = KEY.toString('base64');
const repeating = ({ headers, url, body }: ReceivedRequest): string =>
  `${JSON.stringify(headers)} ${url.href} ${body} ${base64} ${KEY.toString('hex')} ${IV.toString('hex')}`;

const KEYS_AND_CONFIG: readonly Failure[] = [
  { name: 'nothing at all', config: manual({}), succeeds: true },
  {
    name: 'HLS in fMP4',
    config: manual({}, { plugins: [['mode-hls-aes', { container: 'fmp4' }]] }),
    succeeds: true,
  },
  { name: 'an output that is there', config: manual({}), files: { 'out/DASH_film_mp4': 'mine' } },
  { name: 'an output folder that is a file', config: manual({}), files: { out: 'mine' } },
  { name: 'no such input', config: manual({}, { inputs: ['none.mp4'] }) },
  {
    name: 'an input that is no media',
    config: manual({}, { inputs: ['text.mp4'] }),
    files: { 'text.mp4': BOTH },
  },
  ...[...SPELLED.slice(0, 4), BOTH, '+/'.repeat(11).concat('=='), TOKEN, DER].map(
    (text): Failure => ({
      name: `an input that is ${text.slice(0, 10)}…`,
      config: manual({}, { inputs: [text] }),
    }),
  ),
  ...(['config', 'mode', 'preset', 'workers', 'segment-duration', 'clear'] as const).map(
    (option): Failure => ({
      name: `the key behind --${option}`,
      args: ['film.mp4', `--${option}`, base64],
      config: manual({}),
    }),
  ),
  { name: 'a key of 15 bytes', config: manual({ key: KEY.subarray(0, 15).toString('base64') }) },
  {
    name: 'a key of 31 bytes',
    config: manual({ key: Buffer.concat([KEY, IV]).subarray(0, 31).toString('hex') }),
  },
  { name: 'a key with a stray character', config: manual({ key: `${BOTH.slice(0, 20)}*${BOTH.slice(20)}` }) },
  { name: 'a key that is its id', config: manual({ keyId: KEY.toString('hex') }) },
  { name: 'a key id that is key and IV', config: manual({ keyId: BOTH }) },
  { name: 'an unknown option with the key', config: manual({ kei: BOTH }) },
  { name: 'an option named like the key', config: manual({ [base64]: 'x' }) },
  { name: 'a content id that is the key, too long', config: manual({}, { contentId: BOTH.repeat(9) }) },
  { name: 'a mode that is the key', config: manual({}, { modes: [base64] }) },
  { name: 'a config that is cut off', config: `export default { preset: ['manual', { key: '${BOTH}` },
  { name: 'a config that throws the key', config: `throw new Error('${SPELLED.join(' ')}');` },
  { name: 'a config that throws an object', config: `throw { key: Buffer.from('${base64}', 'base64') };` },
  {
    name: 'a variable that is not set',
    config: `export default ({ required }) => ({ contentId: required('${base64}') });`,
  },
];

const SERVERS: readonly Failure[] = [
  {
    name: 'key server: repeats all it was asked with',
    config: kms(),
    answer: (asked) => ({ status: 403, body: repeating(asked) }),
  },
  {
    name: 'key server: the same in JSON',
    config: kms(),
    answer: (asked) => ({ status: 500, body: JSON.stringify({ message: repeating(asked) }) }),
  },
  {
    name: 'key server: the key in no document',
    config: kms(),
    answer: () => ({ status: 200, body: `${base64} ${TOKEN}` }),
  },
  {
    name: 'key server: a document cut off behind the key',
    config: kms(),
    answer: () => ({ status: 200, body: document(base64).slice(0, -40) }),
  },
  {
    name: 'key server: a key of 17 bytes',
    config: kms(),
    answer: () => ({
      status: 200,
      body: document(Buffer.concat([KEY, IV]).subarray(0, 17).toString('base64')),
    }),
  },
  {
    name: 'key server: redirects with the token',
    config: kms(),
    answer: () => ({
      status: 302,
      headers: { location: `http://elsewhere.example/?token=${TOKEN}` },
      body: '',
    }),
  },
  {
    name: 'key server: the token in a path that is not there',
    config: kms({ url: '{server}/keys/{token}?t={token}' }),
    answer: ({ url }) => ({ status: 404, body: `No ${url.href}` }),
  },
  { name: 'key server: nobody listens', config: kms({ url: 'http://127.0.0.1:9/{token}' }) },
  { name: 'key server: credentials in the URL', config: kms({ url: `http://user:${TOKEN}@127.0.0.1:9/` }) },
  {
    name: 'key server: a header that cannot be sent',
    config: kms({ headers: { 'x-key': `${TOKEN}\n${base64}` } }),
  },
  {
    name: 'key server: two sources of the token',
    config: kms({ tokenFile: 'token.txt' }),
    files: { 'token.txt': TOKEN },
  },
  {
    name: 'key server: a private key that is none',
    config: kms({ privateKey: PEM.replace('MII', 'XII'), certificate: PEM }),
  },
  {
    name: 'vault: repeats all it was asked with',
    config: vault(),
    answer: (asked) => ({ status: 403, body: JSON.stringify({ errors: [repeating(asked)] }) }),
    says: /HTTP 403/,
  },
  { name: 'vault: key and IV in one', config: vault(), answer: () => secret(BOTH), says: /16 bytes/ },
  {
    name: 'vault: the key in no JSON',
    config: vault(),
    answer: () => ({ status: 200, body: `${base64} ${TOKEN}` }),
    says: /no JSON/,
  },
  {
    name: 'vault: the token for its path',
    config: vault({ path: TOKEN }),
    answer: ({ url }) => ({ status: 403, body: JSON.stringify({ errors: [`No ${url.href}`] }) }),
    says: /HTTP 403/,
  },
  {
    name: 'program: says the key, and fails',
    config: commanded([process.execPath, 'key.mjs', TOKEN]),
    files: program,
    says: /exit status 1/,
  },
  {
    name: 'program: prints something else',
    config: commanded(['printf', '%s %s', BOTH, TOKEN]),
    says: /no JSON/,
  },
  { name: 'program: the key in its place', config: commanded([BOTH]), says: /cannot be started/ },
  {
    name: 'content id page: repeats all',
    config: gateway(),
    answer: (asked) => ({ status: 500, body: `${repeating(asked)} ${SITE_KEY}` }),
  },
  {
    name: 'content id page: answers with the site key',
    config: gateway(),
    answer: () => ({ status: 200, body: SITE_KEY }),
  },
  { name: 'content id page: a site key of 31', config: gateway({ siteKey: SITE_KEY.slice(1) }) },
  {
    name: 'CPIX file: damaged',
    config: cpixFile(),
    files: { 'keys.xml': document(base64).replace('</pskc:PlainValue>', '') },
  },
  {
    name: 'CPIX file: a key of 15 bytes',
    config: cpixFile(),
    files: { 'keys.xml': document(KEY.subarray(0, 15).toString('base64')) },
  },
  {
    name: 'CPIX file: of another content',
    config: cpixFile(),
    files: { 'keys.xml': document(base64).replace('"film"', '"other"') },
  },
  { name: 'CPIX file: no document but a key', config: cpixFile(), files: { 'keys.xml': BOTH } },
  {
    name: 'a proxy that refuses, with a password in its URL',
    isProcess: true,
    config: kms({ url: 'http://keys.example/{token}', allowPlainHttp: true }),
    env: { http_proxy: `http://user:${PROXY_PASSWORD}@{host}` },
    answer: (asked) => ({ status: 407, body: repeating(asked) }),
  },
  {
    name: 'a proxy that nobody is, with a password in its URL',
    isProcess: true,
    config: kms({ url: 'https://keys.example/{token}' }),
    env: { https_proxy: `http://user:${PROXY_PASSWORD}@127.0.0.1:9` },
  },
  {
    name: 'a proxy whose URL is none, with a password in it',
    isProcess: true,
    config: kms({ url: 'https://keys.example/{token}' }),
    env: { https_proxy: `http//user:${PROXY_PASSWORD}@:x` },
  },
];

const PLUGINS: readonly Failure[] = [
  ...SPELLED.map(
    (text): Failure => ({
      name: `a key source throws ${text.slice(0, 10)}…`,
      config: plugin(
        `hooks.acquireKey.tap({ name: 'vault', stage: -99 }, () => { throw new Error(${JSON.stringify(`no ${text}`)}); });`,
      ),
    }),
  ),
  {
    name: 'a key source throws a key',
    config: plugin(`hooks.acquireKey.tap({ name: 'vault', stage: -99 }, () => { throw key; });`),
  },
  {
    name: 'a key source throws an object',
    config: plugin(
      `hooks.acquireKey.tap({ name: 'vault', stage: -99 }, () => { throw { key, toString: () => words }; });`,
    ),
  },
  {
    name: 'a key source throws with causes',
    config: plugin(`hooks.acquireKey.tap({ name: 'vault', stage: -99 }, () => {
      throw Object.assign(new Error('no answer', { cause: new Error(words, { cause: key }) }), { key, words });
    });`),
  },
  {
    name: 'a key source answers with bytes',
    says: /key/,
    config: plugin(`hooks.acquireKey.tap({ name: 'vault', stage: -99 }, () => key);`),
  },
  {
    name: 'a key source answers with an object',
    says: /key/,
    config: plugin(
      `hooks.acquireKey.tap({ name: 'vault', stage: -99 }, () => ({ id: key, key: key.subarray(1) }));`,
    ),
  },
  {
    name: 'a content id that is the key',
    config: plugin(
      `hooks.resolveCid.tap({ name: 'vault', stage: -99 }, () => { throw new TypeError(words); });`,
      'contentId: undefined,',
    ),
  },
  ...(
    [
      'demux',
      "encrypt.for('dash-cenc')",
      "segment.for('dash-cenc')",
      "emitManifest.for('dash-cenc')",
      'report',
    ] as const
  ).map(
    (hook): Failure => ({
      name: `a plugin throws the key in ${hook}`,
      config: plugin(
        `hooks.${hook}.tap({ name: 'vault', stage: -99 }, () => { throw new Error(words); });`,
        'workers: 0,',
      ),
    }),
  ),
  {
    name: 'a worker throws the key',
    isProcess: true,
    config: plugin(
      `hooks.encrypt.for('dash-cenc').tap({ name: 'vault', stage: -99 }, () => { throw new Error(words, { cause: key }); });`,
      'workers: 2,',
    ),
  },
  ...['Buffer.from(words)', 'words', '{ words, toString: () => words }', '[words]'].map(
    (thrown): Failure => ({
      name: `a key source throws ${thrown}`,
      says: /error/,
      config: plugin(`hooks.acquireKey.tap({ name: 'vault', stage: -99 }, () => { throw ${thrown}; });`),
    }),
  ),
  // Rows above throw the others of these in this process.
  ...['Buffer.from(words)', ...ifLong(['words', '[words]'])].map(
    (thrown): Failure => ({
      name: `a worker crashes with ${thrown}`,
      says: /died/,
      isProcess: true,
      config: plugin(
        `hooks.encrypt.for('dash-cenc').tap({ name: 'vault', stage: -99 }, () => { setTimeout(() => { throw ${thrown}; }); });`,
        'workers: 2,',
      ),
    }),
  ),
  {
    name: 'a report fails with the key after a failure with it',
    config: plugin(`
      hooks.acquireKey.tap({ name: 'vault', stage: -99 }, () => { throw new Error(words); });
      hooks.report.tap({ name: 'vault', stage: -99 }, () => { throw new Error(words); });`),
  },
  {
    name: 'a worker crashes with the key',
    isProcess: true,
    config: plugin(
      `hooks.encrypt.for('dash-cenc').tap({ name: 'vault', stage: -99 }, () => { setTimeout(() => { throw new Error(words); }); });`,
      'workers: 2,',
    ),
  },
  {
    name: 'a worker ends',
    says: /worker|process/,
    isProcess: true,
    config: plugin(
      `hooks.encrypt.for('dash-cenc').tap({ name: 'vault', stage: -99 }, () => process.exit(3));`,
      'workers: 2,',
    ),
  },
  {
    name: 'a timer crashes with the key',
    isProcess: true,
    config: plugin(`hooks.acquireKey.tapPromise({ name: 'vault', stage: -99 }, async () => {
      setTimeout(() => { throw new Error(words); });
      await new Promise((resolve) => setTimeout(resolve, 50));
    });`),
  },
  {
    name: 'a promise that nobody waits for fails with the key',
    isProcess: true,
    config: plugin(`hooks.acquireKey.tapPromise({ name: 'vault', stage: -99 }, async () => {
      void Promise.reject(new Error(words));
      void Promise.reject(key);
      await new Promise((resolve) => setTimeout(resolve, 50));
    });`),
  },
];

const OTHER_COMMANDS: readonly Failure[] = [
  { name: 'keys, not revealed', args: ['keys', '--content-id', 'film'], config: manual({}), succeeds: true },
  {
    name: 'keys, of nobody',
    args: ['keys', '--content-id', 'film'],
    config: kms(),
    answer: (asked) => ({ status: 403, body: repeating(asked) }),
  },
  {
    name: 'keys with the key as content id',
    args: ['keys', `--content-id=${BOTH.repeat(9)}`],
    config: manual({}),
  },
  { name: 'help of a command with the key', args: ['help', base64] },
  { name: 'a command that is the key', args: [base64, '--overwrite'] },
  { name: 'init with the key', args: ['init', base64] },
  { name: 'init over what is there', args: ['init'], config: `export default { key: '${BOTH}' };` },
  { name: 'ncg info of no NCG file', args: ['ncg', 'info', 'key.bin'], files: { 'key.bin': BOTH } },
  { name: 'ncg info of the key', args: ['ncg', 'info', base64] },
  ...[base64, `${BOTH}x`, '{"key":"'.concat(base64), `{"key":"${base64}"}`].map(
    (text): Failure => ({
      name: `ncg decrypt with ${text.slice(0, 6)}… in the environment`,
      args: ['ncg', 'decrypt', 'film.mp4', '--output', 'clear.mp4'],
      env: { SEALPACK_KEY: text },
    }),
  ),
  {
    name: 'ncg decrypt with the key in the place of its file',
    args: ['ncg', 'decrypt', 'film.mp4', '--output', 'clear.mp4', '--key-file', BOTH],
  },
];

const PALLYCON = ['--contents-id', 'film', '--i', 'film.mp4', '--o', 'out'];
const BY_HAND = [...PALLYCON, '--manual-mode', '--encryption-key', BOTH];
const pallycon = (name: string, args: readonly string[], more: Partial<Failure> = {}): Failure => ({
  name: `PallyConPackager: ${name}`,
  command: 'PallyConPackager',
  args,
  ...more,
});

const PALLYCON_COMMAND: readonly Failure[] = [
  pallycon('by hand', [...BY_HAND, '--hls'], { succeeds: true, isProcess: true }),
  pallycon('no key id', [...BY_HAND, '--dash']),
  pallycon('the key twice', [...BY_HAND, '--hls', '--encryption-key', BOTH]),
  pallycon('the key as a word', [...BY_HAND, '--hls', base64]),
  pallycon(
    'the key behind an equals sign',
    [...PALLYCON, '--hls', '--manual-mode', `--encryption-key=${BOTH}`],
    { succeeds: true },
  ),
  pallycon('an unknown option with the key', [...BY_HAND, '--hls', `--key=${base64}`]),
  pallycon('a key of 15 bytes', [
    ...PALLYCON,
    '--hls',
    '--manual-mode',
    '--encryption-key',
    KEY.subarray(0, 15).toString('base64'),
  ]),
  pallycon('a key in hexadecimal', [
    ...PALLYCON,
    '--hls',
    '--manual-mode',
    '--encryption-key',
    `${KEY.toString('hex')}zz`,
  ]),
  pallycon('the key as key id', [...BY_HAND, '--dash', '--key-id', base64]),
  pallycon('the key as fragment duration', [
    ...BY_HAND,
    '--dash',
    '--key-id',
    Buffer.from(KEY_ID, 'hex').toString('base64'),
    '--fragment-duration',
    base64,
  ]),
  pallycon('the key as input', [
    '--contents-id',
    'film',
    '--o',
    'out',
    '--manual-mode',
    '--encryption-key',
    BOTH,
    '--hls',
    '--i',
    base64,
  ]),
  pallycon('the access key, and no token', [
    '--site-id',
    'DEMO',
    '--access-key',
    ACCESS_KEY,
    ...PALLYCON,
    '--dash',
  ]),
  pallycon(
    'the access key, and a token that is refused',
    ['--site-id', 'DEMO', '--access-key', ACCESS_KEY, ...PALLYCON, '--dash'],
    {
      env: { PALLYCON_KMS_TOKEN: TOKEN, PALLYCON_KMS_URL: '{server}/' },
      answer: (asked) => ({ status: 403, body: repeating(asked) }),
    },
  ),
  pallycon(
    'a page that repeats the site key',
    ['--site-id', 'DEMO', '--access-key', ACCESS_KEY, '--i', 'film.mp4', '--o', 'out', '--dash'],
    {
      env: { PALLYCON_SITE_KEY: SITE_KEY, PALLYCON_GATEWAY_URL: '{server}/' },
      answer: (asked) => ({ status: 500, body: `${repeating(asked)} ${SITE_KEY}` }),
    },
  ),
];

/** Each a line; a new one is a line more. */
export const FAILURES: readonly Failure[] = [
  ...KEYS_AND_CONFIG,
  ...SERVERS.map((failure) => ({
    says: /server|page|document|proxy|PROXY|key-cloud-kms|site key|CPIX/,
    ...failure,
  })),
  // The name of the plugin, or the beginning of its words.
  ...PLUGINS.map((failure) => ({ says: /vault/, ...failure })),
  ...OTHER_COMMANDS,
  ...PALLYCON_COMMAND,
];
