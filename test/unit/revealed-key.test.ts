/** The content key is in nothing that players, and so everybody, are told; whoever puts it there, however it is spelled. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex, toBase64, toHex, toUuid } from '../../core/base/bytes.ts';
import { PackagerError } from '../../core/base/errors.ts';
import type { DrmSystem } from '../../core/drm/drm-system.ts';
import {
  fairplay,
  identity,
  type KeySignalling,
  playready,
  pssh,
  resolveDrmSystems,
  type SystemSignalling,
  widevine,
  withSignalling,
} from '../../core/drm/index.ts';
import { toGuid } from '../../core/drm/playready-header.ts';
import { ContentKey } from '../../core/keys/content-key.ts';
import { revealsKey } from '../../core/keys/revealed-key.ts';
import { KEY_ID } from '../helpers/titles/renditions.ts';

const test = suite('the key in signalling');

/** Its Base64 has characters that the two alphabets write differently. */
const KEY = fromHex('fbef3e9a0210ffcc7788ff00be64d5fa');
const SYSTEM = 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed';
const hex = toHex(KEY);
const base64 = toBase64(KEY);
const percent = (text: string) => text.replace(/./g, (c) => `%${c.charCodeAt(0).toString(16)}`);
const text = (value: string) => Buffer.from(value);

const SPELLINGS: Readonly<Record<string, string | Uint8Array>> = {
  bytes: KEY,
  'bytes among others': Buffer.concat([Buffer.alloc(5, 1), KEY, Buffer.alloc(3, 2)]),
  'the byte order of GUIDs': toGuid(KEY),
  digits: hex,
  'capital digits': hex.toUpperCase(),
  UUID: `{${toUuid(KEY)}}`,
  'digits with spaces': hex.replace(/../g, '$& '),
  'bytes of C': hex.replace(/../g, '0x$&, '),
  Base64: base64,
  'Base64 without padding': base64.replace(/=+$/, ''),
  Base64url: Buffer.from(KEY).toString('base64url'),
  'Base64 broken into lines': base64.replace(/.{6}/g, '$&\r\n'),
  'Base64 behind letters': `key${base64}`,
  'Base64 of a longer text': toBase64(Buffer.concat([text('ab'), KEY, text('c')])),
  'percent-encoded bytes': Array.from(KEY, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  'percent-encoded digits': percent(hex),
  'percent-encoded Base64': encodeURIComponent(base64),
  'wholly percent-encoded Base64': percent(base64),
  'character references': base64.replace(/./g, (c) => `&#x${c.charCodeAt(0).toString(16)};`),
  'decimal references': base64.replace(/./g, (c) => `&#${c.charCodeAt(0)};`),
  'UTF-16': Buffer.from(hex, 'utf16le'),
  'a data URI': `data:application/octet-stream;base64,${base64}`,
  'a data URI of digits': `data:text/plain,${hex}`,
  'Base64 of digits': toBase64(text(hex)),
  'Base64 of Base64 of Base64': toBase64(text(toBase64(text(base64)))),
  'UTF-16 in Base64': toBase64(Buffer.from(`<LA_URL>https://a/?k=${base64}</LA_URL>`, 'utf16le')),
};

for (const [what, content] of Object.entries(SPELLINGS)) {
  test(`${what}: found`, () => {
    assert.ok(revealsKey(content, KEY));
    assert.not.ok(revealsKey(content, fromHex('fbef3e9a0210ffcc7788ff00be64d5fb')), 'another key');
  });
}

/** Each place of a server's signalling, with a text in it. */
const PLACES: Readonly<Record<string, (given: string) => SystemSignalling>> = {
  pssh: (given) => ({ pssh: pssh(SYSTEM, text(given)) }),
  ContentProtectionData: (given) => ({ contentProtection: `<cenc:pssh>${given}</cenc:pssh>` }),
  'a licence URL': (given) => ({
    contentProtection: `<dashif:Laurl>https://drm.example/?token=${encodeURIComponent(given)}</dashif:Laurl>`,
  }),
  'a pssh box in ContentProtectionData': (given) => ({
    contentProtection: `<cenc:pssh>${toBase64(pssh(SYSTEM, text(given)))}</cenc:pssh>`,
  }),
  'a key line': (given) => ({ hlsMedia: `#EXT-X-KEY:METHOD=SAMPLE-AES,URI="data:text/plain,${given}"` }),
  'a key line of the multivariant playlist': (given) => ({
    hlsMaster: `#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="skd://a",X-NOTE="${given}"`,
  }),
  URIExtXKey: (given) => ({ uri: `data:;base64,${given}` }),
  KeyFormat: (given) => ({ uri: 'skd://a', keyFormat: given }),
};

for (const [what, place] of Object.entries(PLACES)) {
  test(`${what} with the key in it: KEY_DOCUMENT, without the key`, () => {
    for (const given of [hex, base64, Buffer.from(KEY).toString('base64url'), toBase64(text(hex))]) {
      const error = failure(() => keyWith({ [SYSTEM]: place(given) }));
      assert.is(error.code, 'KEY_DOCUMENT');
      assert.not.match(`${error.message} ${error.hint}`, new RegExp(given.slice(0, 8).replace('+', '.')));
    }
    assert.ok(keyWith({ [SYSTEM]: place(toBase64(text('no key, but a text of a length'))) }));
  });
}

const keyWith = (signalling?: KeySignalling): ContentKey =>
  new ContentKey({ id: fromHex(KEY_ID), key: KEY, iv: fromHex('a0'.repeat(16)), signalling });

const hlsOf = (system: DrmSystem) =>
  withSignalling(system).hlsKey!({ contentId: 'film', keys: [keyWith()], scheme: 'sample-aes' });

test('an IV that is the key is refused: IVs are public', () => {
  const error = failure(() => new ContentKey({ id: fromHex(KEY_ID), key: KEY, iv: KEY }));
  assert.is(error.code, 'INVALID_KEY');
});

test('what options put there is refused as an option, but for a key that its owner hands out', () => {
  assert.is(failure(() => hlsOf(fairplay({ uri: `skd://${hex}` }))).code, 'INVALID_OPTION');
  const context = { contentId: hex, keys: [keyWith()], scheme: 'cenc' } as const;
  const withKey = [
    () => withSignalling(widevine({ contentId: true })).pssh!(context),
    () => withSignalling(playready({ licenseUrl: `https://a.example/?k=${hex}` })).pssh!(context),
    () => withSignalling(widevine({ licenseUrl: `https://a.example/${hex}` })).contentProtection!(context),
  ];
  for (const work of withKey) assert.is(failure(work).code, 'INVALID_OPTION');
  const own = `data:;base64,${base64}`;
  assert.is(hlsOf(identity({ uri: own }))?.uri, own);
});

function failure(work: () => unknown): PackagerError {
  try {
    work();
  } catch (error) {
    if (PackagerError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('a key of equal bytes, which the Base64 of a key id of equal bytes looks like: that is said, and not that somebody tells it', () => {
  const [id, key] = ['11', '44'].map((digits) => fromHex(digits.repeat(16))) as [Uint8Array, Uint8Array];
  const system = withSignalling(resolveDrmSystems(['common'])[0]!);
  try {
    system.contentProtection!({ contentId: 'film', keys: [new ContentKey({ id, key })], scheme: 'cenc' });
    assert.unreachable();
  } catch (error) {
    assert.ok(PackagerError.is(error), String(error));
    assert.is(error.code, 'INVALID_KEY');
    assert.match(error.message, 'The content key is one byte, sixteen times');
    assert.not.match(error.message, '44');
  }
});

test.run();
