import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex } from '../../core/base/bytes.ts';
import { ContentKey, PackagerError } from '../../core/index.ts';
import { pssh } from '../../core/kit.ts';

const test = suite('what a key source says to players');

const WIDEVINE = 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed';

/** As from JavaScript, which has no types. */
const keyWith = (parts: object): ContentKey =>
  new ContentKey({ id: fromHex('21'.repeat(16)), key: fromHex('12'.repeat(16)), ...parts });

function refused(parts: object, message: RegExp): void {
  const isOurs = (error: unknown) => PackagerError.is(error) && error.code === 'KEY_DOCUMENT';
  assert.throws(() => keyWith(parts), isOurs);
  assert.throws(() => keyWith(parts), message);
}

test('ids of systems are looked up in lower case, whoever wrote them', () => {
  const box = pssh(WIDEVINE, Uint8Array.of(1));
  const { signalling } = keyWith({ signalling: { [WIDEVINE.toUpperCase()]: { pssh: box } } });
  assert.equal(signalling, { [WIDEVINE]: { pssh: box } });
  assert.is(keyWith({}).signalling, undefined);
});

test('another shape is refused', () => {
  for (const signalling of ['text', 7, null, [], new Uint8Array(8)])
    refused({ signalling }, /no object of DRM/);
  for (const name of ['widevine', WIDEVINE.replaceAll('-', ''), `urn:uuid:${WIDEVINE}`, ''])
    refused({ signalling: { [name]: {} } }, /something else than a UUID/);
  refused({ signalling: { [WIDEVINE]: {}, [WIDEVINE.toUpperCase()]: {} } }, /there twice/);
  const systems: [unknown, RegExp][] = [
    ['text', /is no object/],
    [null, /is no object/],
    [{ pssh: 'AAAA' }, /`pssh` of .* is no bytes/],
    [{ hlsMedia: 7 }, /`hlsMedia` of .* is no text/],
    [{ contentProtection: {} }, /`contentProtection` of .* is no text/],
    [{ allowedCpc: 'A' }, /`allowedCpc` of .* is no list/],
  ];
  for (const [system, message] of systems) refused({ signalling: { [WIDEVINE]: system } }, message);
});

test('an HDCP level is one of three words', () => {
  assert.is(keyWith({ hdcpLevel: 'TYPE-1' }).hdcpLevel, 'TYPE-1');
  for (const hdcpLevel of ['TYPE-2', '"', 1, null]) refused({ hdcpLevel }, /none of NONE, TYPE-0, TYPE-1/);
});

test.run();
