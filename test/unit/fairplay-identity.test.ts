import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex } from '../../core/base/bytes.ts';
import { fairplay, identity } from '../../core/drm/index.ts';
import { KEY_ID, testKey } from '../helpers/titles/renditions.ts';

const test = suite('fairplay and identity');

const IV = 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf';
const context = { contentId: 'my title/1', keys: [testKey(IV)], scheme: 'sample-aes' } as const;

test('FairPlay: skd URI with the key id, and no IV even though the key has one', () => {
  assert.equal(fairplay().hlsKey!(context), {
    method: 'SAMPLE-AES',
    uri: `skd://${KEY_ID}`,
    keyFormat: 'com.apple.streamingkeydelivery',
    keyFormatVersions: '1',
  });
});

test('every placeholder of a key URI is filled in', () => {
  const uri = (template: string) => fairplay({ uri: template }).hlsKey!(context).uri;
  assert.is(uri('skd://{contentId}'), 'skd://my%20title%2F1');
  assert.is(uri('skd://{keyUuid}'), 'skd://00010203-0405-0607-0809-0a0b0c0d0e0f');
  assert.is(uri('skd://{keyIdBase64}'), 'skd://AAECAwQFBgcICQoLDA0ODw==');
  assert.is(uri('skd://{contentId}/{keyId}?{keyId}'), `skd://my%20title%2F1/${KEY_ID}?${KEY_ID}`);
});

test('a content id cannot smuggle in a placeholder or replacement pattern', () => {
  const { uri } = fairplay({ uri: 'skd://{contentId}' }).hlsKey!({ ...context, contentId: '{keyId}$&' });
  assert.is(uri, 'skd://%7BkeyId%7D%24%26');
});

test('an unknown placeholder, a quote or a space in a key URI is refused at once', () => {
  assert.throws(() => fairplay({ uri: 'skd://{key}' }), /unknown placeholder: \{key\}/);
  assert.throws(() => fairplay({ uri: 'skd://{toString}' }), /unknown placeholder/);
  for (const uri of ['skd://{keyId', 'skd://keyId}', 'skd://{keyId}}'])
    assert.throws(() => fairplay({ uri }), /a brace without the other/, uri);
  assert.throws(() => fairplay({ uri: 'skd://a"b' }), /not a URI/);
  assert.throws(() => identity({ uri: 'a\nb' }), /not a URI/);
  assert.throws(() => identity({ uri: '' }), /not a URI/);
});

test('the key format is an option', () => {
  const key = fairplay({ keyFormat: 'com.example.drm', keyFormatVersions: '1/2' }).hlsKey!(context);
  assert.is(key.keyFormat, 'com.example.drm');
  assert.is(key.keyFormatVersions, '1/2');
});

test('FairPlay has a key for cbcs and none for cenc or AES-128', () => {
  assert.is(fairplay().hlsKey!({ ...context, scheme: 'cbcs' }).method, 'SAMPLE-AES');
  assert.throws(() => fairplay().hlsKey!({ ...context, scheme: 'cenc' }), /encrypts with cenc/);
  assert.throws(() => fairplay().hlsKey!({ ...context, scheme: 'aes-128' }), /encrypts with aes-128/);
});

test('identity: the IV is stated, the method follows the scheme, the default key format is left out', () => {
  const system = identity({ uri: 'https://keys.example/{keyId}' });
  const expected = { method: 'SAMPLE-AES', uri: `https://keys.example/${KEY_ID}`, iv: fromHex(IV) };
  assert.equal(system.hlsKey!(context), expected);
  assert.is(system.hlsKey!({ ...context, scheme: 'aes-128' }).method, 'AES-128');
  assert.is(
    identity({ uri: 'k', method: 'SAMPLE-AES' }).hlsKey!({ ...context, scheme: 'aes-128' }).method,
    'SAMPLE-AES',
  );
});

test('identity without an IV is refused', () => {
  assert.throws(() => identity({ uri: 'k' }).hlsKey!({ ...context, keys: [testKey()] }), /needs an IV/);
});

test.run();
