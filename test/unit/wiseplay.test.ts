import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex, toBase64 } from '../../core/base/bytes.ts';
import type { PackagerError } from '../../core/base/errors.ts';
import { writeXml } from '../../core/base/xml/write-xml.ts';
import {
  type KeySignalling,
  pssh,
  type SystemSignalling,
  wiseplay,
  withSignalling,
} from '../../core/drm/index.ts';
import { ContentKey } from '../../core/keys/content-key.ts';
import { KEY_ID } from '../helpers/titles/renditions.ts';

const test = suite('wiseplay');

const ID = '3d5e6d35-9b9a-41e8-b843-dd3c6e72c42c';
const BOX = pssh(ID, Buffer.from('{"version":"V1.0"}'));
const WIDEVINE = 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed';

const contextOf = (
  signalling: KeySignalling | undefined,
  scheme: 'cenc' | 'cbcs' | 'sample-aes' = 'cenc',
) => ({
  contentId: 'film',
  keys: [new ContentKey({ id: fromHex(KEY_ID), key: fromHex('11'.repeat(16)), signalling })],
  scheme,
});
const given = (own: SystemSignalling, scheme?: 'cbcs' | 'sample-aes') => contextOf({ [ID]: own }, scheme);
const system = withSignalling(wiseplay({ licenseUrl: 'https://wiseplay.example/' }));

test('the box of the server is in files, in the MPD and in playlists', () => {
  const context = given({ pssh: BOX });
  assert.equal(system.pssh!(context), [BOX]);
  assert.is(
    writeXml(system.contentProtection!(context)!, { indent: false, declaration: false }),
    `<ContentProtection schemeIdUri="urn:uuid:${ID}" value="WisePlay">` +
      `<cenc:pssh xmlns:cenc="urn:mpeg:cenc:2013">${toBase64(BOX)}</cenc:pssh>` +
      '<dashif:Laurl xmlns:dashif="https://dashif.org/CPS">https://wiseplay.example/</dashif:Laurl>' +
      '</ContentProtection>',
  );
  // As shaka-player reads it: a whole box in the URI, METHOD by scheme.
  assert.equal(system.hlsKey!(given({ pssh: BOX }, 'cbcs')), {
    uri: `data:text/plain;base64,${toBase64(BOX)}`,
    method: 'SAMPLE-AES',
    keyId: fromHex(KEY_ID),
    keyFormat: `urn:uuid:${ID}`,
    keyFormatVersions: '1',
  });
});

test('XML and key lines of the server will do without a box', () => {
  const xml = '<cenc:pssh>AA==</cenc:pssh>';
  const byXml = given({ contentProtection: xml });
  assert.equal(system.pssh!(byXml), []);
  assert.match(writeXml(system.contentProtection!(byXml)!), /value="WisePlay">\s*<cenc:pssh[^>]*>AA==</);
  const line = `METHOD=SAMPLE-AES,URI="data:,x",KEYFORMAT="urn:uuid:${ID}"`;
  const byLine = given({ hlsMedia: `#EXT-X-KEY:${line}` }, 'cbcs');
  assert.equal(system.pssh!(byLine), []);
  assert.is(system.hlsKey!(byLine)!.given!.media, line);
});

const refusal = (run: () => unknown): PackagerError => {
  try {
    run();
  } catch (error) {
    return error as PackagerError;
  }
  throw new Error('It was taken.');
};

test('without the word of a server it is refused in every place, and nothing is made up', () => {
  for (const [context, code] of [
    [contextOf(undefined), 'INVALID_OPTION'],
    [contextOf({}), 'KEY_DOCUMENT'],
    [contextOf({ [WIDEVINE]: { pssh: pssh(WIDEVINE, Buffer.from('other')) } }), 'KEY_DOCUMENT'],
    [contextOf({ [ID]: {} }), 'KEY_DOCUMENT'],
  ] as const) {
    for (const place of ['pssh', 'contentProtection', 'hlsKey'] as const) {
      const error = refusal(() => system[place]!(context));
      assert.is(error.code, code, place);
      assert.match(error.message, 'wiseplay');
      assert.match(error.hint!, ID);
    }
  }
});

test('a key line alone says nothing to the MPD, and XML alone nothing to a playlist', () => {
  const line = '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="data:,x"';
  assert.is(refusal(() => system.contentProtection!(given({ hlsMedia: line }))).code, 'KEY_DOCUMENT');
  const xml = '<cenc:pssh>AA==</cenc:pssh>';
  assert.is(refusal(() => system.hlsKey!(given({ contentProtection: xml }))).code, 'KEY_DOCUMENT');
});

test('one of several keys without a word is refused, too', () => {
  const keys = [...given({ pssh: BOX }).keys, ...contextOf(undefined).keys];
  assert.is(refusal(() => system.pssh!({ ...contextOf(undefined), keys })).code, 'INVALID_OPTION');
});

test('SAMPLE-AES in MPEG-TS is not its scheme', () => {
  assert.match(
    refusal(() => system.hlsKey!(given({ pssh: BOX }, 'sample-aes'))).message,
    'cenc and cbcs only',
  );
});

test.run();
