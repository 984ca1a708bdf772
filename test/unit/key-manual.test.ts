import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex, toHex } from '../../core/base/bytes.ts';
import { type KeyManualOptions, keyManual } from '../../plugins/key-manual.ts';
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

test.run();
