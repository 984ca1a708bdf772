import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex, toHex } from '../../core/base/bytes.ts';
import { resolveConfig } from '../../core/config/resolve.ts';
import type { Config } from '../../core/index.ts';
import { plugins } from '../../plugins/index.ts';
import { type KeyManualOptions, keyManual, type ManualKeys } from '../../plugins/key-manual.ts';
import { manual, presets } from '../../presets/index.ts';
import { askKey, keyRequest } from '../helpers/titles/ask.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('key-manual');

const KEY = '00112233445566778899aabbccddeeff';
const IV = 'f0e0d0c0b0a090807060504030201000';
const KEY_ID = '12ea753c23e7bc024474b2b976c43beb';
const DERIVED = 'e9be47d7-1c43-868c-91e6-9cf843bef974';
const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

const ask = (options: KeyManualOptions, facts = {}) =>
  (async () => askKey(keyManual(options), keyRequest(facts)))();

const KEY_FORMS: readonly string[] = [
  base64(KEY),
  KEY,
  KEY.toUpperCase(),
  base64(KEY).replace(/=+$/, ''),
  ` ${base64(KEY)}\n`,
];

for (const key of KEY_FORMS) {
  test(`takes a key of 16 bytes as ${JSON.stringify(key)}`, async () => {
    const answer = await ask({ key, keyId: KEY_ID });
    assert.is(toHex(answer!.reveal()), KEY);
    assert.is(answer!.hexId, KEY_ID);
    assert.is(answer!.iv, undefined);
  });
}

for (const key of [base64(KEY + IV), KEY + IV]) {
  test(`takes a key of 32 bytes as key and IV: ${key.length} characters`, async () => {
    const answer = await ask({ key }, { mode: 'hls-aes', scheme: 'sample-aes' });
    assert.is(toHex(answer!.reveal()), KEY);
    assert.is(toHex(answer!.iv!), IV);
  });
}

for (const iv of [IV, base64(IV)]) {
  test(`takes an IV beside a key of 16 bytes: ${iv}`, async () => {
    assert.equal((await ask({ key: KEY, iv }, { scheme: 'ncg' }))!.iv, fromHex(IV));
  });
}

const UUID = '12EA753C-23E7-BC02-4474-B2B976C43BEB';
for (const keyId of ['Eup1PCPnvAJEdLK5dsQ76w==', KEY_ID, UUID, `{${UUID}}`]) {
  test(`takes the key id ${keyId}`, async () => {
    assert.is((await ask({ key: KEY, keyId }))!.hexId, KEY_ID);
  });
}

test('makes a key id of the content id where it serves as a name only, the same every time', async () => {
  const facts = { mode: 'hls-aes', scheme: 'sample-aes', contentId: 'testcid' };
  const answer = await ask({ key: KEY + IV }, facts);
  // SHA-256 of "testcid", with the version and variant bits of a UUID of version 8
  assert.is(answer!.uuid, DERIVED);
  assert.is((await ask({ key: KEY + IV }, { ...facts, scheme: 'ncg' }))!.uuid, DERIVED);
  assert.is.not((await ask({ key: KEY + IV }, { ...facts, contentId: 'other' }))!.uuid, DERIVED);
});

test('needs a key id for Common Encryption, and says for which mode', async () => {
  const error = await failureOf(ask({ key: KEY }));
  assert.is(error.code, 'MISSING_OPTION');
  assert.match(error.message, /^Mode dash-cenc needs a key id/);
  assert.is(error.plugin, 'key-manual');
  assert.is(error.hook, 'acquire-key');
});

for (const scheme of ['sample-aes', 'aes-128', 'ncg', 'cbcs']) {
  test(`needs an IV for ${scheme}`, async () => {
    const error = await failureOf(ask({ key: KEY, keyId: KEY_ID }, { mode: 'some-mode', scheme }));
    assert.is(error.code, 'KEY_SIZE');
    assert.match(error.message, /for mode some-mode must have 32 \(key, then IV\) bytes, but has 16\./);
  });
}

const WRONG: readonly (readonly [what: string, options: KeyManualOptions, code: string])[] = [
  ['a key of 15 bytes', { key: base64(KEY.slice(2)) }, 'KEY_SIZE'],
  ['a key of 24 bytes', { key: KEY + IV.slice(16) }, 'KEY_SIZE'],
  ['an empty key', { key: '' }, 'KEY_SIZE'],
  ['a key id of 15 bytes', { key: KEY, keyId: KEY_ID.slice(2) }, 'KEY_SIZE'],
  ['an IV of 8 bytes', { key: KEY, iv: IV.slice(16) }, 'KEY_SIZE'],
  ['a key that is no Base64', { key: '0112233445566778899aabb!cddeeff' }, 'INVALID_KEY'],
  ['a key whose Base64 was cut', { key: base64(KEY).slice(0, -3) }, 'INVALID_KEY'],
  ['a key id that is no Base64', { key: KEY, keyId: 'not a key id' }, 'INVALID_KEY'],
  ['a key id of zeros', { key: KEY, keyId: '00'.repeat(16) }, 'INVALID_KEY'],
  ['a key of zeros', { key: '00'.repeat(16), keyId: KEY_ID }, 'INVALID_KEY'],
  ['a key of zeros before an IV', { key: base64('00'.repeat(16) + IV) }, 'INVALID_KEY'],
  ['a key that is its own key id', { key: base64(KEY), keyId: KEY }, 'INVALID_KEY'],
  ['two IVs', { key: KEY + IV, iv: IV }, 'INVALID_OPTION'],
];

for (const [what, options, code] of WRONG) {
  test(`refuses ${what} with ${code} and never shows it`, async () => {
    const error = await failureOf(ask(options));
    assert.is(error.code, code);
    const shown = inspect(error, { depth: 9 }) + JSON.stringify(error.toJSON());
    for (const secret of [options.key, options.iv].filter(Boolean)) assert.not.ok(shown.includes(secret!));
  });
}

// --- Keys by label and crypto period

const OTHER = { key: 'aa'.repeat(16), keyId: 'bb'.repeat(16) };
const THIRD = { key: 'cc'.repeat(16), keyId: 'dd'.repeat(16) };
const BY_LABEL = { keys: { AUDIO: { key: KEY, keyId: KEY_ID }, HD: [OTHER, THIRD] } };
const LABELS = ['AUDIO', 'SD', 'HD'];

test('each label and crypto period has the key of its own', async () => {
  const at = async (label: string, period: number) =>
    (await ask(BY_LABEL, { labels: LABELS, label, period }))!.hexId;
  assert.is(await at('AUDIO', 0), KEY_ID);
  assert.is(await at('HD', 0), OTHER.keyId);
  assert.is(await at('HD', 1), THIRD.keyId);
});

const MISSING: readonly (readonly [label: string, period: number, message: RegExp])[] = [
  ['SD', 0, /^key-manual has no key for label SD, only for AUDIO, HD\.$/],
  ['AUDIO', 1, /^key-manual has one key for label AUDIO, and none for crypto period 1; the first is 0\.$/],
  ['HD', 2, /^key-manual has 2 keys for label HD, and none for crypto period 2; the first is 0\.$/],
];

for (const [label, period, message] of MISSING) {
  test(`label ${label}, period ${period} has none: no other is taken, and the sentence says what there is`, async () => {
    const error = await failureOf(ask(BY_LABEL, { labels: LABELS, label, period }));
    assert.is(error.code, 'NO_KEY');
    assert.match(error.message, message);
    assert.is(error.plugin, 'key-manual');
  });
}

test('a label that is nearly one of them is asked about', async () => {
  const keys = { AUDIO: OTHER, VIDOE: THIRD };
  const error = await failureOf(ask({ keys }, { labels: ['AUDIO', 'VIDEO'], label: 'VIDEO' }));
  assert.match(error.hint!, /Did you mean "VIDOE"\?$/);
});

test('a single key is for no title with several, nor for one whose key changes: the sentence says what to give', async () => {
  const single = { key: KEY, keyId: KEY_ID };
  const labels = await failureOf(ask(single, { labels: ['AUDIO', 'HD'], label: 'HD' }));
  assert.is(labels.code, 'INVALID_OPTION');
  assert.match(
    labels.message,
    /has one key, and the tracks of the title have keys of their own \(AUDIO, HD\)/,
  );
  assert.match(labels.hint!, /`keys: \{ AUDIO: \{ key, keyId \}, HD: \{ key, keyId \} \}`/);
  const changes = await failureOf(ask(single, { period: 1 }));
  assert.is(changes.code, 'NO_KEY');
  assert.match(changes.hint!, /`keys: \{ ALL: \[/);
});

test('made-up key ids differ by label and period; that of ALL is the one of a single key', async () => {
  const facts = { scheme: 'sample-aes', contentId: 'testcid', labels: ['ALL', 'HD'] };
  const keys = { ALL: { key: KEY + IV }, HD: [{ key: OTHER.key + IV }, { key: THIRD.key + IV }] };
  const id = async (label: string, period = 0) => (await ask({ keys }, { ...facts, label, period }))!.uuid;
  assert.is(await id('ALL'), DERIVED);
  assert.is(new Set([await id('ALL'), await id('HD'), await id('HD', 1)]).size, 3);
});

const WRONG_BY_LABEL: readonly (readonly [keys: ManualKeys, code: string, owner: string])[] = [
  [{ AUDIO: OTHER, HD: { key: KEY.slice(2) } }, 'KEY_SIZE', 'The key of `keys.HD` of key-manual'],
  [{ HD: [OTHER, { key: 'no key!' }] }, 'INVALID_KEY', 'The key of `keys.HD[1]` of key-manual'],
  [{ HD: { key: KEY, keyId: '0'.repeat(32) } }, 'INVALID_KEY', 'The key id of `keys.HD` of key-manual'],
  [{ HD: { key: KEY + IV, iv: IV } }, 'INVALID_OPTION', '`keys.HD` of key-manual has two IVs'],
];

for (const [keys, code, owner] of WRONG_BY_LABEL) {
  test(`a wrong key is told by its place: ${owner}`, async () => {
    const error = await failureOf(ask({ keys }, { labels: ['AUDIO'], label: 'AUDIO' }));
    assert.is(error.code, code);
    assert.ok(error.message.startsWith(owner), error.message);
    assert.not.match(inspect(error, { depth: 9 }), /00112233445566|no key!/);
  });
}

test('a key for all tracks and keys by label are one too many', async () => {
  const both = { key: KEY, keys: { HD: OTHER } } as unknown as KeyManualOptions;
  assert.is((await failureOf(ask(both))).code, 'INVALID_OPTION');
});

const SCHEMA_MISTAKES: readonly (readonly [options: object, complaint: string])[] = [
  [{}, '.key: missing; expected a key in Base64 or hexadecimal: 16 bytes, or 32 (key, then IV).'],
  [{ key: KEY, kees: {} }, '.kees: there is no such option. Did you mean "keys"?'],
  [
    { keys: { HD: { key: KEY, keyid: KEY_ID } } },
    '.keys.HD.keyid: there is no such option. Did you mean "keyId"?',
  ],
  [
    { keys: { HD: [{ key: KEY }, { keyId: KEY_ID }] } },
    '.keys.HD[1].key: missing; expected a key in Base64 or hexadecimal: 16 bytes, or 32 (key, then IV).',
  ],
  [
    { keys: { HD: KEY } },
    '.keys.HD: expected a key ({ key, keyId, iv }), or a list of keys: one for each crypto period, got a string of length 32.',
  ],
];

for (const [options, complaint] of SCHEMA_MISTAKES) {
  test(`the config says of ${Object.keys(options).join() || 'no options'}: ${complaint}`, () => {
    const config = { inputs: ['a.mp4'], plugins: [['key-manual', options]] } as unknown as Config;
    const check = () => resolveConfig(config, { builtins: { plugins, presets }, base: '/' });
    assert.throws(check, ({ message }: Error) => {
      const lines = message.split('\n').filter((line) => line.includes('key-manual'));
      return lines.length === 1 && lines[0]!.endsWith(complaint);
    });
  });
}

test('the preset hands keys by label on, whose mistakes are those of key-manual', () => {
  const { plugins: made } = resolveConfig(
    { inputs: ['a.mp4'], preset: manual(BY_LABEL) },
    { builtins: { plugins, presets }, base: '/' },
  );
  const { options } = made.find(({ name }) => name === 'key-manual')!;
  assert.equal(options!['keys'], BY_LABEL.keys);
  const mistaken = { keys: { HD: { key: KEY, kid: KEY_ID } } } as unknown as typeof BY_LABEL;
  const check = () =>
    resolveConfig(
      { inputs: ['a.mp4'], preset: manual(mistaken) },
      { builtins: { plugins, presets }, base: '/' },
    );
  assert.throws(check, /keys\.HD\.kid: there is no such option/);
});

test.run();
