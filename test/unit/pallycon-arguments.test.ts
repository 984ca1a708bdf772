import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackagerError } from '../../core/base/errors.ts';
import { resolveConfig } from '../../core/config/resolve.ts';
import type { Config } from '../../core/config/types.ts';
import { plugins } from '../../plugins/index.ts';
import { checkArguments, type Order } from '../../plugins/pallycon/command/check.ts';
import { configOf } from '../../plugins/pallycon/command/config.ts';
import { loadPlugins } from '../../plugins/pallycon/command/package.ts';
import { parseArguments } from '../../plugins/pallycon/command/parse.ts';
import { sourcesOf } from '../../plugins/pallycon/command/sources.ts';
import { resultCode } from '../../plugins/pallycon/result-codes.ts';
import { presets } from '../../presets/index.ts';

const test = suite('the arguments of PallyConPackager');

const KEY = Buffer.alloc(32, 7).toString('base64');
const SHORT = Buffer.alloc(16, 7).toString('base64');
const ID = Buffer.alloc(16, 9).toString('base64');
const FILES = ['--i', 'a.mp4', '--o', '/out'];
const SERVER = ['--site-id', 'DEMO', '--access-key', 'QUJD', ...FILES];
const MANUAL = ['--manual-mode', '--contents-id', 'c', '--encryption-key', KEY, ...FILES];

const order = (...argv: string[]): Order => checkArguments(parseArguments(argv));

/** The result code and the message of arguments that are refused. */
function refusal(...argv: string[]): { result: number; message: string } {
  try {
    order(...argv);
  } catch (error) {
    if (!PackagerError.is(error)) throw error;
    for (const secret of [KEY, SHORT, ID]) assert.not.ok(JSON.stringify(error).includes(secret.slice(0, 20)));
    return { result: resultCode(error), message: error.message };
  }
  throw new Error(`accepted: ${argv.join(' ')}`);
}

test('the guide’s spellings, those of later versions, and --name=value are the same', () => {
  const guide = order(
    ...[
      '--dash',
      '--hls',
      '--hls-ncg',
      '--ncg',
      '--manual-mode',
      '--site-id',
      'DEMO',
      '--access-key',
      'QUJD',
    ],
    ...[
      '--contents-id',
      'c',
      '--encryption-key',
      KEY,
      '--key-id',
      ID,
      '--license-url',
      'https://l.example/x',
    ],
    ...['--fragment-duration', '6000', '--i', 'a.mp4', 'b.mp4', '--o', '/out'],
  );
  const later = order(
    ...[
      '--dash',
      '--hls',
      '--hls_ncg',
      '--ncg',
      '--manual_mode',
      '--site_id',
      'DEMO',
      '--access_key',
      'QUJD',
    ],
    ...['--content_id', 'c', '--encryption_key', KEY, '--key_id', ID, '--license_url', 'https://l.example/x'],
    ...['--fragment_duration', '6', '--input_file', 'a.mp4', 'b.mp4', '--output_dir', '/out'],
  );
  const joined = order(
    ...['--dash', '--hls', '--hls-ncg', '--ncg', '--manual-mode', '--site-id=DEMO', '--access-key=QUJD'],
    ...['--content-id=c', `--encryption-key=${KEY}`, `--key-id=${ID}`, '--license-url=https://l.example/x'],
    ...['--fragment_duration=6000', '-i', 'a.mp4', '-i', 'b.mp4', '-o', '/out'],
  );
  assert.equal(later, guide);
  assert.equal(joined, guide);
  assert.equal(guide.modes, ['dash-cenc', 'hls-aes', 'hls-ncg', 'ncg']);
  assert.equal(guide.inputs, ['a.mp4', 'b.mp4']);
  assert.is(guide.fragmentDuration, 6);
  assert.is(guide.manual?.key, '07'.repeat(32));
  assert.is(guide.manual?.keyId, '09'.repeat(16));
});

test('a value may begin with a dash, and hold an equals sign', () => {
  const key = Buffer.from('fb'.repeat(32), 'hex').toString('base64url');
  assert.ok(key.startsWith('-'));
  const { manual } = order(
    '--ncg',
    '--manual-mode',
    '--contents-id',
    '-c=1',
    '--encryption-key',
    key,
    ...FILES,
  );
  assert.is(manual?.key, 'fb'.repeat(32));
});

test('nothing at all, and --help, are 1101', () => {
  assert.is(refusal().result, 1101);
  assert.is(refusal('--help').result, 1101);
  assert.is(refusal('-h', ...SERVER).result, 1101);
});

const MISSING: readonly (readonly [names: string, ...argv: string[]])[] = [
  ['--site-id', '--ncg', '--access-key', 'QUJD', ...FILES],
  ['--access-key', '--ncg', '--site-id', 'DEMO', ...FILES],
  ['one of --ncg, --dash, --hls and --hls-ncg', ...SERVER],
  ['--i', '--ncg', '--site-id', 'DEMO', '--access-key', 'QUJD', '--o', '/out'],
  ['--o', '--ncg', '--site-id', 'DEMO', '--access-key', 'QUJD', '--i', 'a.mp4'],
  ['--contents-id', '--ncg', '--manual-mode', '--encryption-key', KEY, ...FILES],
  ['--encryption-key', '--ncg', '--manual-mode', '--contents-id', 'c', ...FILES],
  ['--key-id', '--dash', ...MANUAL],
];

test('what is missing is named, with 1103', () => {
  for (const [name, ...argv] of MISSING) {
    const { result, message } = refusal(...argv);
    assert.is(result, 1103, message);
    assert.match(message, new RegExp(`^Missing .*: ${name}\\.$`));
  }
  assert.equal(refusal('--ncg', ...SERVER, '--contents-id'), {
    result: 1103,
    message: '--contents-id needs a value.',
  });
  assert.is(refusal('--ncg', '--site-id', '--access-key', 'QUJD', ...FILES).result, 1103);
  assert.is(refusal('--ncg', '--i', '--o', '/out').result, 1103);
});

const SURPLUS: readonly (readonly string[])[] = [
  ['--ncg', '--ncg', ...SERVER],
  ['--ncg', ...SERVER, '--site_id', 'DEMO'],
  ['--ncg', ...SERVER, 'stray'],
  ['--ncg', ...SERVER, '--encryption-key', KEY],
  ['--dash', ...SERVER, '--key-id', ID],
  ['--dash', ...SERVER, '--license-url', 'https://l.example'],
  ['--ncg', ...SERVER, '--fragment-duration', '6000'],
];

test('what is too much is 1103', () => {
  for (const argv of SURPLUS) assert.is(refusal(...argv).result, 1103, argv.join(' '));
});

const WRONG: readonly (readonly [result: number, name: string, ...argv: string[]])[] = [
  [1102, '--site-id', '--ncg', '--site-id', 'DEMO5', '--access-key', 'QUJD', ...FILES],
  [1102, '--access-key', '--ncg', '--site-id', 'DEMO', '--access-key', 'a!', ...FILES],
  [1102, '--contents-id', '--ncg', ...SERVER, '--contents-id', 'c'.repeat(201)],
  [1102, '--contents-id', '--ncg', ...SERVER, '--contents-id='],
  [1102, '--fragment-duration', '--dash', ...SERVER, '--fragment-duration', '6'],
  [1102, '--fragment-duration', '--dash', ...SERVER, '--fragment-duration', '60001'],
  [1102, '--fragment_duration', '--dash', ...SERVER, '--fragment_duration', '0.4'],
  [1102, '--fragment-duration', '--dash', ...SERVER, '--fragment-duration', 'six'],
  [1102, '--license-url', '--ncg', ...MANUAL, '--license-url', 'tokyo.pallycon.com'],
  [1102, '--o', '--ncg', '--site-id', 'DEMO', '--access-key', 'QUJD', '--i', 'a.mp4', '--o='],
  [1102, '--dash', '--dash=1', ...SERVER],
  [1102, '--encrypt', '--encrypt', ...SERVER],
  [2003, '--encryption-key', '--ncg', ...MANUAL.with(4, Buffer.alloc(24, 1).toString('base64'))],
  [2003, '--hls', '--hls', ...MANUAL.with(4, SHORT)],
  [2003, '--hls-ncg', '--hls-ncg', ...MANUAL.with(4, SHORT)],
  [2003, '--ncg', '--ncg', ...MANUAL.with(4, SHORT)],
  [2003, '--key-id', '--dash', ...MANUAL, '--key-id', KEY],
  [2005, '--encryption-key', '--ncg', ...MANUAL.with(4, 'not base64!')],
  [2005, '--encryption-key', '--ncg', ...MANUAL.with(4, '')],
  [2005, '--key-id', '--dash', ...MANUAL, '--key-id', 'not base64!'],
  [2005, '--key-id', '--dash', ...MANUAL, '--key-id', Buffer.alloc(16).toString('base64')],
];

test('what is wrong is named, with the code that it has in the table', () => {
  for (const [code, name, ...argv] of WRONG) {
    const { result, message } = refusal(...argv);
    assert.is(result, code, message);
    assert.ok(message.startsWith(name) || message.includes(` ${name} `), message);
  }
});

test('a key in the wrong place is not repeated', () => {
  for (const argv of [['--encryption-kye', KEY], [KEY], [`--encryption-kye=${KEY}`], [`-${SHORT}`]])
    assert.ok(refusal('--ncg', ...argv, ...FILES).result < 1104);
});

test('16 bytes do for DASH; the licence URL has the guide’s default', () => {
  const { manual } = order('--dash', ...MANUAL.with(4, SHORT), '--key-id', ID);
  assert.is(manual?.key, '07'.repeat(16));
  assert.is(manual?.licenseUrl, 'https://tokyo.pallycon.com/ri/licenseManager.do');
});

test('a licence URL may be as long as NCG headers hold one', () => {
  const url = 'https://l.example/'.padEnd(2048, 'x');
  const config = configOf(order('--ncg', ...MANUAL, '--license-url', url), []);
  assert.not.throws(() => resolveConfig(config, { builtins: { plugins, presets }, base: '/' }));
});

const dashOf = (...argv: string[]): unknown => {
  const { preset } = configOf(order('--key-id', ID, ...MANUAL, ...argv), []);
  return (preset as readonly [string, { readonly dash: unknown }])[1].dash;
};

test('only DASH alone, of one input and without fragments, goes to a folder without a prefix', () => {
  assert.equal(dashOf('--dash'), { folder: '[name]_[ext]' });
  assert.equal(dashOf('--dash', '--hls'), {});
  assert.equal(dashOf('--dash', '--i', 'b.mp4'), {});
  assert.equal(dashOf('--dash', '--fragment-duration', '4000'), { layout: 'segments' });
});

test('worker threads make the same plugins from the config, which crosses as plain data', () => {
  const { manual, ...rest } = order('--dash', '--hls', '--key-id', ID, ...MANUAL);
  const builtins = { plugins, presets };
  const namesOf = (config: Config): string[] => {
    const { plugins: made } = resolveConfig(config, { builtins, base: '/' });
    assert.equal(
      loadPlugins(structuredClone(config), builtins).map(({ name }) => name),
      made.map(({ name }) => name),
    );
    return made.map(({ name }) => name);
  };
  assert.ok(
    namesOf(configOf({ ...rest, manual }, sourcesOf({ ...rest, manual }, {}))).includes('key-manual'),
  );

  const services = {
    PALLYCON_KMS_TOKEN: 't',
    PALLYCON_GATEWAY_URL: 'https://g.example',
    PALLYCON_SITE_KEY: 's',
  };
  const served = { ...rest, manual: undefined, contentId: undefined };
  const names = namesOf(configOf(served, sourcesOf(served, services)));
  assert.equal(names.slice(-2), ['gateway-callback', 'key-cloud-kms']);
});

const server = (url: string): unknown => {
  const env = { PALLYCON_KMS_TOKEN: 't', PALLYCON_KMS_URL: url };
  return sourcesOf(order('--ncg', '--contents-id', 'c', ...SERVER), env)[0]?.[1]['url'];
};

test('the address of a key server may leave the path of the API out', () => {
  const whole = 'https://k.example:8443/v2/cpix/pallycon/getKey/{token}';
  for (const url of ['https://k.example:8443', 'https://k.example:8443/', whole])
    assert.is(server(url), whole);
  assert.is(server('https://k.example/own?t={token}'), 'https://k.example/own?t={token}');
});

const MULTI = ['--dash', '--multi_key', ...SERVER];
const HEX = { id: '0a'.repeat(16), key: 'b1'.repeat(16), other: 'c2'.repeat(16) };
const rawKey = (label: string, key = HEX.key): string => `label=${label}:key_id=${HEX.id}:key=${key}`;
const RAW = ['--enable_raw_key_encryption', '--content_id', 'c', ...FILES];

test('without options of later versions all tracks share a key, and nothing is clear or told', () => {
  const { keys, clear, warnings, raw } = order('--dash', ...SERVER);
  assert.equal(
    { keys, clear, warnings, raw },
    { keys: undefined, clear: undefined, warnings: [], raw: undefined },
  );
});

test('--multi_key: labels by height, with the limits that are documented', () => {
  const limitsOf = (...argv: string[]): unknown => order(...MULTI, ...argv).keys;
  const usual = { SD: '480p', HD: '1080p', UHD1: '2160p', UHD2: 'max' };
  assert.equal(limitsOf(), { limits: usual, audio: 'AUDIO' });
  assert.equal(limitsOf('--max_sd_height', '576', '--max-hd-height=720', '--max_uhd1_height', '4320'), {
    limits: { SD: '576p', HD: '720p', UHD1: '4320p', UHD2: 'max' },
    audio: 'AUDIO',
  });
  // Then no picture is HD.
  const sdAsHigh = { SD: '1080p', UHD1: '2160p', UHD2: 'max' };
  assert.equal(limitsOf('--max_sd_height', '1080'), { limits: sdAsHigh, audio: 'AUDIO' });
});

test('sound is clear only with --skip_audio_encryption; else those who come from 4.3 are told, once', () => {
  const said = (...argv: string[]) => order(...argv).warnings;
  const list = ['--keys', rawKey('')];
  for (const argv of [MULTI, ['--dash', ...RAW, ...list]]) {
    assert.is(order(...argv).clear, undefined);
    assert.is(said(...argv).length, 1);
    assert.match(said(...argv)[0]!, /4\.3 leaves it clear by default: pass --skip_audio_encryption/);
    assert.equal(said(...argv, '--encrypt_audio'), []);
    assert.equal(said(...argv, '--skip_audio_encryption'), []);
    assert.equal(order(...argv, '--skip_audio_encryption').clear, ['audio']);
  }
  const { clear } = configOf(order('--hls', ...SERVER, '--skip_audio_encryption'), []);
  assert.equal(clear, ['audio']);
});

test('raw keys: by label, or one for everything; the licence URL has no default of the guide’s', () => {
  const list = `${rawKey('SD')},label=AUDIO:key=${HEX.other.toUpperCase()}:key_id=${HEX.key}`;
  const several = order('--dash', '--hls', '--multi_key', ...RAW, '--keys', list, '--iv', HEX.other);
  assert.equal(several.raw, {
    byLabel: {
      SD: { keyId: HEX.id, key: HEX.key, iv: HEX.other },
      AUDIO: { keyId: HEX.key, key: HEX.other, iv: HEX.other },
    },
    licenseUrl: undefined,
  });
  assert.equal(sourcesOf(several, {}), [['key-manual', { keys: several.raw!.byLabel }]]);
  const one = order('--dash', ...RAW, '--keys', rawKey(''), '--license_url', 'https://l.example/');
  assert.equal(one.raw?.byLabel, { ALL: { keyId: HEX.id, key: HEX.key, iv: undefined } });
  const { preset } = configOf(one, []);
  assert.is((preset as readonly [string, { licenseUrl: string }])[1].licenseUrl, 'https://l.example/');
});

const REFUSED: readonly (readonly [result: number, message: RegExp, ...argv: string[]])[] = [
  [1103, /^--multi_key does not go with --manual-mode/, '--hls', '--multi_key', ...MANUAL],
  [1103, /^--multi_key does not go with --ncg/, '--ncg', ...MULTI],
  [1103, /^--multi_key does not go with --hls-ncg/, '--hls_ncg', ...MULTI],
  [1103, /^--enable_raw_key_encryption does not go with --manual-mode/, '--hls', ...RAW, '--manual-mode'],
  [1103, /^--enable_raw_key_encryption does not go with --ncg/, '--ncg', ...RAW, '--keys', rawKey('')],
  [1103, /^--skip_audio_encryption does not go with --ncg/, '--ncg', ...SERVER, '--skip_audio_encryption'],
  [
    1103,
    /^--skip_audio_encryption .* --encrypt_audio/,
    ...MULTI,
    '--skip_audio_encryption',
    '--encrypt_audio',
  ],
  [1103, /only for --multi_key: --max_hd_height\.$/, '--dash', ...SERVER, '--max_hd_height', '720'],
  [1103, /only for --enable_raw_key_encryption: --keys, --iv\.$/, ...MULTI, '--keys', 'x', '--iv', 'y'],
  [1103, /only for --manual-mode or --enable_raw/, ...MULTI, '--license_url', 'https://l.example'],
  [1103, /^Missing with --enable_raw_key_encryption: --keys\.$/, '--dash', ...RAW],
  [1103, /^Missing with --enable_raw_key_encryption: --iv\.$/, '--hls', ...RAW, '--keys', rawKey('')],
  [1103, /^--keys has several keys/, '--dash', ...RAW, '--keys', `${rawKey('')},${rawKey('')}`],
  [1103, /^--keys has a label/, '--dash', ...RAW, '--keys', rawKey('SD')],
  [1102, /^--multi_key takes no value/, ...MULTI, '--multi_key=true'],
  [1102, /^--max_sd_height is not a height/, ...MULTI, '--max_sd_height', '480p'],
  [1102, /^--max_sd_height is not a height/, ...MULTI, '--max_sd_height', '0'],
  [1102, /^--max_sd_height is not a height/, ...MULTI, '--max_sd_height', '-1'],
  [1102, /^--max_sd_height \(1081\) is above --max_hd_height \(1080\)/, ...MULTI, '--max_sd_height', '1081'],
  [1102, /^--max_hd_height \(2161\) is above --max_uhd1/, ...MULTI, '--max_hd_height', '2161'],
  [1102, /^Key 1 of --keys has none of the labels/, '--dash', '--multi_key', ...RAW, '--keys', rawKey('')],
  [1102, /^Key 1 of --keys has none of the labels/, '--dash', '--multi_key', ...RAW, '--keys', rawKey('UHD')],
  [
    1102,
    /^Key 2 .* second one with label SD/,
    '--dash',
    '--multi_key',
    ...RAW,
    '--keys',
    `${rawKey('SD')},${rawKey('SD')}`,
  ],
  [
    1102,
    /^Key 2 of --keys is not of the form/,
    '--dash',
    '--multi_key',
    ...RAW,
    '--keys',
    `${rawKey('SD')},`,
  ],
  [1102, /^Key 1 of --keys is not of the form/, '--dash', ...RAW, '--keys', HEX.key],
  [1102, /^Key 1 of --keys is not of the form/, '--dash', ...RAW, '--keys', `${rawKey('')}:iv=${HEX.other}`],
  [
    2003,
    /^The key of key 1 of --keys must have 16 bytes, but has 15/,
    '--dash',
    ...RAW,
    '--keys',
    rawKey('', HEX.key.slice(2)),
  ],
  [2003, /^--iv must have 16 bytes/, '--hls', ...RAW, '--keys', rawKey(''), '--iv', 'b1b1'],
  [2005, /^The key of key 1 of --keys is not hexadecimal/, '--dash', ...RAW, '--keys', rawKey('', SHORT)],
  [2005, /^The key of key 1 of --keys is all zeros/, '--dash', ...RAW, '--keys', rawKey('', '0'.repeat(32))],
  [2005, /^The key of key 1 of --keys is its own key id/, '--dash', ...RAW, '--keys', rawKey('', HEX.id)],
];

test('mistakes with labels and raw keys are named in one sentence, without a key', () => {
  for (const [code, pattern, ...argv] of REFUSED) {
    const { result, message } = refusal(...argv);
    assert.match(message, pattern);
    assert.is(result, code, message);
    for (const secret of Object.values(HEX)) assert.not.ok(message.includes(secret.slice(0, 12)), message);
  }
});

test.run();
