import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toBase64, toHex, view } from '../../core/base/bytes.ts';
import { writeXml } from '../../core/base/xml/write-xml.ts';
import { type PlayReadyOptions, playready } from '../../core/drm/index.ts';
import { findBox, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { secondKey, testKey } from '../helpers/titles/renditions.ts';

const test = suite('playready');

const context = { contentId: 'x', keys: [testKey()], scheme: 'cenc' } as const;
const object = (options: PlayReadyOptions, overrides = {}) =>
  playready(options).pssh!({ ...context, ...overrides })[0]!.subarray(32);

/** Read a PlayReady object by its own rules; answers the header text. */
function headerOf(pro: Uint8Array): string {
  const bytes = view(pro);
  assert.is(bytes.readUInt32LE(0), bytes.length, 'total length');
  assert.is(bytes.readUInt16LE(4), 1, 'one record');
  assert.is(bytes.readUInt16LE(6), 1, 'a rights management header');
  assert.is(bytes.readUInt16LE(8), bytes.length - 10, 'record length');
  return bytes.subarray(10).toString('utf16le');
}
const header = (options: PlayReadyOptions, overrides = {}) => headerOf(object(options, overrides));

const open = (version: string) =>
  `<WRMHEADER xmlns="http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader" version="${version}"><DATA>`;
const CLOSE = '</DATA></WRMHEADER>';
const KID = 'AwIBAAUEBwYICQoLDA0ODw==';
const CHECKSUM = 'nkNnZWLc2ek=';

test('cenc gets 4.0: swapped key id and checksum as elements', () => {
  assert.is(
    header({}),
    `${open('4.0.0.0')}<PROTECTINFO><KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID></PROTECTINFO>` +
      `<KID>${KID}</KID><CHECKSUM>${CHECKSUM}</CHECKSUM>${CLOSE}`,
  );
});

test('4.1 and 4.2 have the key as attributes in alphabetical order', () => {
  const kid = `<KID ALGID="AESCTR" CHECKSUM="${CHECKSUM}" VALUE="${KID}"></KID>`;
  assert.is(header({ version: '4.1.0.0' }), `${open('4.1.0.0')}<PROTECTINFO>${kid}</PROTECTINFO>${CLOSE}`);
  assert.is(
    header({ version: '4.2.0.0' }),
    `${open('4.2.0.0')}<PROTECTINFO><KIDS>${kid}</KIDS></PROTECTINFO>${CLOSE}`,
  );
});

test('cbcs gets 4.3 with AESCBC, never with a checksum; the object begins as published', () => {
  const pro = object({}, { scheme: 'cbcs' });
  const text = headerOf(pro);
  assert.is(
    text,
    `${open('4.3.0.0')}<PROTECTINFO><KIDS><KID ALGID="AESCBC" VALUE="${KID}"></KID></KIDS></PROTECTINFO>${CLOSE}`,
  );
  assert.is(text.length, 218);
  assert.is(toHex(pro.subarray(0, 10)), 'be01000001000100b401');
});

test('4.3 can be chosen for cenc, and then keeps the checksum', () => {
  assert.ok(header({ version: '4.3.0.0' }).includes(`<KID ALGID="AESCTR" CHECKSUM="${CHECKSUM}"`));
});

test('several keys need 4.2, and get it', () => {
  const keys = [testKey(), secondKey()];
  const text = header({}, { keys });
  assert.ok(text.startsWith(open('4.2.0.0')));
  assert.is(text.split('<KID ').length - 1, 2);
  assert.throws(() => object({ version: '4.0.0.0' }, { keys }), /holds one key/);
});

test('a version that cannot say cbcs is refused with the reason', () => {
  for (const version of ['4.0.0.0', '4.1.0.0', '4.2.0.0'] as const) {
    assert.throws(
      () => object({ version }, { scheme: 'cbcs' }),
      /cannot announce cbcs: AES-CBC came with 4\.3/,
    );
  }
});

test('URLs and custom attributes follow, escaped', () => {
  const text = header({
    licenseUrl: 'https://license.example/pr?a=1&b=2',
    luiUrl: 'https://example.com/buy',
    customAttributes: { PERIOD_INDEX: '7', NOTE: 'a<b' },
  });
  assert.ok(
    text.endsWith(
      '<LA_URL>https://license.example/pr?a=1&amp;b=2</LA_URL><LUI_URL>https://example.com/buy</LUI_URL>' +
        `<CUSTOMATTRIBUTES><PERIOD_INDEX>7</PERIOD_INDEX><NOTE>a&lt;b</NOTE></CUSTOMATTRIBUTES>${CLOSE}`,
    ),
  );
});

test('the domain service, then custom attributes, then the decryptor setup follow', () => {
  const options = {
    licenseUrl: 'https://license.example/',
    domainServiceId: '00010203-0405-0607-0809-0a0b0c0d0e0f',
    customAttributes: { A: '1' },
    decryptorSetup: 'ONDEMAND',
  } as const;
  const end =
    `<LA_URL>https://license.example/</LA_URL><DS_ID>${KID}</DS_ID><CUSTOMATTRIBUTES><A>1</A></CUSTOMATTRIBUTES>` +
    `<DECRYPTORSETUP>ONDEMAND</DECRYPTORSETUP>${CLOSE}`;
  assert.ok(header(options).endsWith(end));
  assert.ok(header(options).startsWith(open('4.1.0.0')), 'the oldest version that has a decryptor setup');
  assert.ok(header(options, { scheme: 'cbcs' }).startsWith(open('4.3.0.0')));
  assert.ok(header(options, { keys: [testKey(), secondKey()] }).startsWith(open('4.2.0.0')));
  assert.throws(() => object({ ...options, version: '4.0.0.0' }), /4\.0\.0\.0 has no DECRYPTORSETUP/);
  assert.throws(() => playready({ domainServiceId: 'x' }), /domainServiceId is not a UUID/);
});

test('no custom attributes are no element: it must not be empty', () => {
  assert.is(header({ customAttributes: {} }), header({}));
});

test('the MPD repeats the licence URL where that is wanted, but not beside a header of the server', () => {
  const licenseUrl = 'https://license.example/pr?a=1&b=2';
  const element = (options: PlayReadyOptions, overrides = {}) =>
    writeXml(playready(options).contentProtection!({ ...context, ...overrides }));
  const laurl =
    /<dashif:Laurl xmlns:dashif="https:\/\/dashif.org\/CPS">https:\/\/license.example\/pr\?a=1&amp;b=2</;
  assert.match(element({ licenseUrl, laurl: true }), laurl);
  assert.not.match(element({ licenseUrl }), laurl);
  const given = playready().pssh!(context)[0]!;
  assert.not.match(element({ licenseUrl, laurl: true }, { pssh: given }), laurl);
  assert.throws(() => playready({ laurl: true }), /licenseUrl, which is missing/);
});

test('bad URLs, element names, control characters and headers past 15 KiB are refused', () => {
  assert.throws(() => playready({ licenseUrl: 'license.example' }), /licenseUrl/);
  assert.throws(() => playready({ luiUrl: 'javascript:alert(1)' }), /luiUrl/);
  assert.throws(() => playready({ customAttributes: { '1X': '' } }), /not an XML element name/);
  assert.throws(() => playready({ customAttributes: { X: 'a\u0000' } }), /control character/);
  assert.throws(() => object({ customAttributes: { X: 'a'.repeat(8000) } }), /15360 are allowed/);
});

test('the MPD has the box in cenc:pssh and the bare object in mspr:pro', () => {
  const [psshElement, pro] = playready().contentProtection!(context).children;
  assert.ok(typeof psshElement === 'object' && typeof pro === 'object');
  assert.is(psshElement.name, 'cenc:pssh');
  assert.equal(psshElement.children, [toBase64(playready().pssh!(context)[0]!)]);
  assert.is(pro.name, 'mspr:pro');
  assert.equal(pro.children, [toBase64(object({}))]);
});

test('mp4box reads the box back', () => {
  const parsed = findBox(parseBoxes(playready().pssh!(context)[0]!), 'pssh');
  assert.is(String(parsed['system_id']).replaceAll('-', ''), '9a04f07998404286ab92e65be0885f95');
  assert.equal(Uint8Array.from(parsed['protection_data'] as Uint8Array), Uint8Array.from(object({})));
});

test('the playlist key holds the object, not the box', () => {
  assert.equal(playready().hlsKey!(context), {
    uri: `data:text/plain;charset=UTF-16;base64,${toBase64(object({}))}`,
    method: 'SAMPLE-AES-CTR',
    keyFormat: 'com.microsoft.playready',
    keyFormatVersions: '1',
  });
});

test.run();
