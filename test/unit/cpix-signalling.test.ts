import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toHex } from '../../core/base/bytes.ts';
import {
  AES_128,
  base64,
  cpix,
  FAIRPLAY,
  keyElement,
  PLAYREADY,
  psshBase64,
  systemElement,
  WIDEVINE,
} from '../helpers/servers/cpix-documents.ts';
import { failure, keyOf, PALLYCON } from '../helpers/servers/read-cpix.ts';

const test = suite('signalling of CPIX documents');

test('HDCP and CPC labels of CPIX 2.4 go with the key', () => {
  const keys = keyElement().replace('<cpix:Data>', '<cpix:HDCPData HLSHDCPLevel="TYPE-1"/><cpix:Data>');
  const systems = systemElement(FAIRPLAY, '').replace(
    'kid=',
    'HLSAllowedCPC="AppleMain, AppleBaseline" kid=',
  );
  const key = keyOf(cpix({ keys, systems }));
  assert.is(key.hdcpLevel, 'TYPE-1');
  assert.equal(key.signalling![FAIRPLAY.toLowerCase()], { allowedCpc: ['AppleMain', 'AppleBaseline'] });
  assert.is(failure(() => keyOf(cpix({ keys: keys.replace('TYPE-1', 'TYPE-9') }))).code, 'KEY_DOCUMENT');
  assert.is(
    failure(() => keyOf(cpix({ systems: systems.replace('AppleMain,', 'A&quot;,') }))).code,
    'KEY_DOCUMENT',
  );
});

const LINE =
  '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://x",KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"';

test('PallyCon: PSSH is the box; ContentProtectionData is its data, never XML', () => {
  const systems =
    systemElement(
      WIDEVINE,
      `<cpix:PSSH>${psshBase64(WIDEVINE, 'wv')}</cpix:PSSH><cpix:ContentProtectionData>${base64('wv')}</cpix:ContentProtectionData>`,
    ) + systemElement(PLAYREADY, `<cpix:ContentProtectionData>${base64('pr')}</cpix:ContentProtectionData>`);
  const { signalling } = keyOf(cpix({ systems }), {}, PALLYCON);
  const boxOf = (id: string) => base64(signalling![id.toLowerCase()]!.pssh!);
  assert.is(boxOf(WIDEVINE), psshBase64(WIDEVINE, 'wv'));
  assert.is(boxOf(PLAYREADY), psshBase64(PLAYREADY, 'pr'), 'the box is made of the data');
  assert.is(signalling![WIDEVINE.toLowerCase()]!.contentProtection, undefined);
});

test('CPIX: ContentProtectionData is XML; key lines and SPEKE 1 attributes are decoded', () => {
  const xml = '<cenc:pssh xmlns:cenc="urn:mpeg:cenc:2013">AAAA</cenc:pssh>';
  const hls = (text: string, playlist: string) =>
    `<cpix:HLSSignalingData${playlist}>${base64(text)}</cpix:HLSSignalingData>`;
  const session = LINE.replace('X-KEY', 'X-SESSION-KEY');
  const systems =
    systemElement(WIDEVINE, `<cpix:ContentProtectionData>${base64(xml)}</cpix:ContentProtectionData>`) +
    systemElement(FAIRPLAY, hls(`${LINE}\n`, '') + hls(session, ' playlist="master"')) +
    systemElement(
      AES_128,
      `<cpix:URIExtXKey>${base64('https://k.example/1')}</cpix:URIExtXKey><speke:KeyFormat>${base64('identity')}</speke:KeyFormat>` +
        `<speke:KeyFormatVersions>${base64('1')}</speke:KeyFormatVersions>`,
    );
  const { signalling } = keyOf(cpix({ systems }));
  assert.equal(signalling, {
    [WIDEVINE.toLowerCase()]: { contentProtection: xml },
    [FAIRPLAY.toLowerCase()]: { hlsMedia: LINE, hlsMaster: session },
    [AES_128.toLowerCase()]: { uri: 'https://k.example/1', keyFormat: 'identity', keyFormatVersions: '1' },
  });
});

test('an IV that only the key line states is taken from it', () => {
  const line = `#EXT-X-KEY:METHOD=AES-128,URI="https://k.example/1",IV=0x${'0a'.repeat(16)}`;
  const systems = systemElement(AES_128, `<cpix:HLSSignalingData>${base64(line)}</cpix:HLSSignalingData>`);
  const keys = keyElement().replace(/explicitIV="[^"]*"/, '');
  assert.is(toHex(keyOf(cpix({ keys, systems }), { scheme: 'aes-128' }).iv!), '0a'.repeat(16));
});

const BAD_SIGNALLING: readonly (readonly [
  what: string,
  system: string,
  children: string,
  message: RegExp,
])[] = [
  [
    'a PSSH of another system',
    WIDEVINE,
    `<cpix:PSSH>${psshBase64(PLAYREADY, 'x')}</cpix:PSSH>`,
    /not a pssh box of that system/,
  ],
  [
    'a PSSH that is cut',
    WIDEVINE,
    `<cpix:PSSH>${psshBase64(WIDEVINE, 'xxx').slice(0, -4)}</cpix:PSSH>`,
    /not a pssh box/,
  ],
  [
    'two lines in one',
    FAIRPLAY,
    `<cpix:HLSSignalingData>${base64(`${LINE}\n#EXT-X-ENDLIST`)}</cpix:HLSSignalingData>`,
    /single #EXT-X-KEY line/,
  ],
  [
    'a line that does not encrypt',
    FAIRPLAY,
    `<cpix:HLSSignalingData>${base64('#EXT-X-KEY:METHOD=NONE')}</cpix:HLSSignalingData>`,
    /no METHOD that encrypts/,
  ],
  [
    'a URI with a quote',
    FAIRPLAY,
    `<cpix:URIExtXKey>${base64('skd://a",IV=0x0')}</cpix:URIExtXKey>`,
    /has a quote/,
  ],
  [
    'XML that is cut',
    WIDEVINE,
    `<cpix:ContentProtectionData>${base64('<a>')}</cpix:ContentProtectionData>`,
    /ContentProtectionData: it is not well-formed/,
  ],
  [
    'XML with a prefix of nobody',
    WIDEVINE,
    `<cpix:ContentProtectionData>${base64('<q:a/>')}</cpix:ContentProtectionData>`,
    /prefix that it does not declare/,
  ],
];

for (const [what, system, children, message] of BAD_SIGNALLING) {
  test(`${what} is refused before anything is written`, () => {
    const error = failure(() => keyOf(cpix({ systems: systemElement(system, children) })));
    assert.is(error.code, 'KEY_DOCUMENT');
    assert.match(error.message, message);
  });
}

test.run();
