import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, fromHex, toBase64, toHex } from '../../core/base/bytes.ts';
import { writeXml } from '../../core/base/xml/write-xml.ts';
import { type WidevineOptions, widevine } from '../../core/drm/index.ts';
import { findBox, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { KEY_ID, secondKey, testKey } from '../helpers/titles/renditions.ts';

const test = suite('widevine');

const context = { contentId: 'title é', keys: [testKey()], scheme: 'cenc' } as const;
const box = (options: WidevineOptions, overrides = {}) =>
  widevine(options).pssh!({ ...context, ...overrides })[0]!;
const data = (options: WidevineOptions, overrides = {}) => toHex(box(options, overrides).subarray(32));

const KEY_FIELD = `1210${KEY_ID}`;
const CENC = '48e3dc959b06';

test('the box for one key and cenc is the published vector', () => {
  assert.is(
    toHex(box({})),
    '000000387073736800000000edef8ba979d64acea3c827dcd51d21ed000000181210000102030405060708090a0b0c0d0e0f48e3dc959b06',
  );
});

test('cbcs is said in protection_scheme', () => {
  assert.is(data({}, { scheme: 'cbcs' }), `${KEY_FIELD}48f3c6899b06`);
});

test('every key id is listed', () => {
  assert.is(data({}, { keys: [testKey(), secondKey()] }), `${KEY_FIELD}1210${'ff'.repeat(16)}${CENC}`);
});

test('the crypto period of keys that change is field 7, unless an option fixes it', () => {
  assert.is(data({}, { period: 3 }), `${KEY_FIELD}3803${CENC}`);
  assert.is(data({}, { period: 0 }), `${KEY_FIELD}3800${CENC}`);
  assert.is(data({ cryptoPeriodIndex: 9 }, { period: 3 }), `${KEY_FIELD}3809${CENC}`);
});

test('provider, content id and policy are fields 3, 4 and 6', () => {
  assert.is(
    data({ provider: 'abc', contentId: true, policy: 'p' }),
    `${KEY_FIELD}1a03616263${'2208'}${Buffer.from('title é').toString('hex')}320170${CENC}`,
  );
  assert.is(data({ contentId: 'xy' }), `${KEY_FIELD}22027879${CENC}`);
  assert.is(data({ contentId: false }), `${KEY_FIELD}${CENC}`);
});

test('track type, groups and crypto period are fields 5, 13, 7 and 10', () => {
  // The field of a published box of a service: track_type "HD".
  assert.is(data({ trackType: 'HD' }), `${KEY_FIELD}2a024844${CENC}`);
  // That of a service's live channel: crypto_period_index 20693, crypto_period_seconds 86400.
  assert.is(
    data({ contentId: 'live', cryptoPeriodIndex: 20693, cryptoPeriodSeconds: 86_400 }),
    `${KEY_FIELD}22046c697665${'38d5a101'}${CENC}50${'80a305'}`,
  );
  assert.is(data({ groupIds: ['C0ffee', '01'] }), `${KEY_FIELD}${CENC}6a03c0ffee6a0101`);
  assert.is(data({ cryptoPeriodIndex: 0 }), `${KEY_FIELD}3800${CENC}`);
  assert.is(data({ cryptoPeriodIndex: 2 ** 32 - 1 }), `${KEY_FIELD}38ffffffff0f${CENC}`);
});

test('groups that are not hexadecimal and periods out of range are refused', () => {
  assert.throws(() => widevine({ groupIds: ['group'] }), /groupIds/);
  assert.throws(() => widevine({ groupIds: [''] }), /groupIds/);
  assert.throws(() => widevine({ cryptoPeriodIndex: -1 }), /cryptoPeriodIndex/);
  assert.throws(() => widevine({ cryptoPeriodIndex: 2 ** 32 }), /cryptoPeriodIndex/);
  assert.throws(() => widevine({ cryptoPeriodSeconds: 0 }), /cryptoPeriodSeconds/);
  assert.throws(() => widevine({ cryptoPeriodSeconds: 1.5 }), /cryptoPeriodSeconds/);
});

test('a text of 128 bytes and more has a two-byte length', () => {
  assert.is(data({ provider: 'a'.repeat(200) }), `${KEY_FIELD}1ac801${'61'.repeat(200)}${CENC}`);
});

test('mp4box reads the box back', () => {
  const parsed = findBox(parseBoxes(box({})), 'pssh');
  assert.is(String(parsed['system_id']).replaceAll('-', ''), 'edef8ba979d64acea3c827dcd51d21ed');
  assert.equal(toHex(Uint8Array.from(parsed['protection_data'] as Uint8Array)), KEY_FIELD + CENC);
});

test('the MPD element holds the whole box and the licence URL', () => {
  const element = widevine({ licenseUrl: 'https://license.example/?a=1&b=2' }).contentProtection!(context);
  assert.is(
    writeXml(element, { indent: false, declaration: false }),
    '<ContentProtection schemeIdUri="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed" value="Widevine">' +
      `<cenc:pssh xmlns:cenc="urn:mpeg:cenc:2013">${toBase64(box({}))}</cenc:pssh>` +
      '<dashif:Laurl xmlns:dashif="https://dashif.org/CPS">https://license.example/?a=1&amp;b=2</dashif:Laurl>' +
      '</ContentProtection>',
  );
});

test('the playlist key holds the box, and its method follows the scheme', () => {
  const system = widevine();
  const expected = {
    uri: `data:text/plain;base64,${toBase64(concat([box({})]))}`,
    method: 'SAMPLE-AES-CTR',
    keyId: fromHex(KEY_ID),
    keyFormat: 'urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed',
    keyFormatVersions: '1',
  };
  assert.equal(system.hlsKey!(context), expected);
  assert.is(system.hlsKey!({ ...context, scheme: 'cbcs' }).method, 'SAMPLE-AES');
});

test('SAMPLE-AES in MPEG-TS is refused: Widevine does not play it', () => {
  assert.throws(() => widevine().hlsKey!({ ...context, scheme: 'sample-aes' }), /cenc and cbcs only/);
});

test('a licence URL that is none is refused without being repeated', () => {
  assert.throws(
    () => widevine({ licenseUrl: 'license?token=secret' }),
    (error: Error) => error.message.includes('licenseUrl') && !error.message.includes('secret'),
  );
});

test.run();
