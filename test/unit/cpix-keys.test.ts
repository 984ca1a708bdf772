import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toHex } from '../../core/base/bytes.ts';
import { PackagerError } from '../../core/base/errors.ts';
import { contentKeyFrom, type DocumentReading, type KeyChoice, readCpix } from '../../core/cpix/index.ts';
import { NCG_KEYS, NCG_KEYS_REQUIRED } from '../../plugins/key-cloud-kms/dialects/ncg-keys.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import {
  AES_128,
  base64,
  base64Hex,
  cpix,
  FAIRPLAY,
  IV,
  KEY,
  KID,
  keyElement,
  NCG,
  OTHER_KID,
  PLAYREADY,
  psshBase64,
  ruleElement,
  systemElement,
  WIDEVINE,
} from '../helpers/servers/cpix-documents.ts';
import { wrapKeysFor } from '../servers/encrypted-keys.ts';

const test = suite('keys of CPIX documents');

const PALLYCON: DocumentReading = { contentProtection: 'pssh-data', systemKeys: NCG_KEYS_REQUIRED };
const STANDARD: DocumentReading = { contentProtection: 'xml', systemKeys: NCG_KEYS };
const CENC: KeyChoice = { label: 'ALL', period: 0, scheme: 'cenc' };

const keyOf = (text: string, choice: Partial<KeyChoice> = {}, reading = STANDARD) =>
  contentKeyFrom(readCpix(text), { ...CENC, ...choice }, reading);

function failure(work: () => unknown): PackagerError {
  try {
    work();
  } catch (error) {
    if (PackagerError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('key, key id and IV are those of the document, whatever key id was asked for', () => {
  const key = keyOf(cpix(), { kid: OTHER_KID });
  assert.is(key.uuid, KID);
  assert.is(toHex(key.reveal()), KEY);
  assert.is(toHex(key.iv!), IV);
  assert.is(key.signalling, undefined, 'the document says nothing about DRM systems');
});

const VALUES: readonly (readonly [what: string, text: string, code: string])[] = [
  ['a key of 15 bytes', cpix({ keys: keyElement(KID, '', base64Hex(KEY.slice(2))) }), 'KEY_SIZE'],
  ['a key of 32 bytes', cpix({ keys: keyElement(KID, '', base64Hex(KEY + KEY)) }), 'KEY_SIZE'],
  ['a key that is no Base64', cpix({ keys: keyElement(KID, '', 'ABEiM0RVZneImaq7zN3u_') }), 'INVALID_KEY'],
  ['an empty value', cpix({ keys: keyElement(KID, '', '') }), 'NO_KEY'],
  ['no value', cpix({ keys: `<cpix:ContentKey kid="${KID}"/>` }), 'NO_KEY'],
  ['a key of zeros', cpix({ keys: keyElement(KID, '', base64Hex('00'.repeat(16))) }), 'INVALID_KEY'],
  [
    'a key that is its own key id',
    cpix({ keys: keyElement(KID, '', base64Hex(KID.replaceAll('-', ''))) }),
    'INVALID_KEY',
  ],
  ['a key id of zeros', cpix({ keys: keyElement('00000000-0000-0000-0000-000000000000') }), 'INVALID_KEY'],
];

for (const [what, text, code] of VALUES) {
  test(`${what} ends in ${code}, and no error shows it`, () => {
    const error = failure(() => keyOf(text));
    assert.is(error.code, code, error.message);
    assert.not.match(inspect(error, { depth: 9 }), /ABEiM0RV|00112233/);
  });
}

const TWO = keyElement() + keyElement(OTHER_KID, '', base64Hex('11'.repeat(16)));

test('several keys: the rules say which is for the label, by track type or LabelFilter', () => {
  const rules =
    ruleElement(KID, 'SD', '<cpix:VideoFilter/>') +
    ruleElement(OTHER_KID, 'other', '<cpix:AudioFilter/><cpix:LabelFilter label="AUDIO"/>');
  assert.is(keyOf(cpix({ keys: TWO, rules }), { label: 'SD' }).uuid, KID);
  const audio = keyOf(cpix({ keys: TWO, rules }), { label: 'AUDIO' });
  assert.is(audio.uuid, OTHER_KID);
  assert.equal(audio.labels, ['other', 'AUDIO']);
  assert.is(failure(() => keyOf(cpix({ keys: TWO, rules }))).code, 'NO_KEY');
});

test('a single key is for all, whatever its server calls it; a label that it does not have is none', () => {
  const rules = ruleElement(KID, 'HD', '<cpix:VideoFilter/>');
  assert.is(keyOf(cpix({ rules })).uuid, KID);
  assert.is(keyOf(cpix({ rules }), { label: 'HD' }).uuid, KID);
  assert.is(failure(() => keyOf(cpix({ rules }), { label: 'SD' })).code, 'NO_KEY');
});

test('two keys for one label are an error; without rules the key that was asked for counts', () => {
  const rules = ruleElement(KID, 'ALL', '') + ruleElement(OTHER_KID, 'ALL', '');
  assert.match(failure(() => keyOf(cpix({ keys: TWO, rules }))).message, /2 keys to the label ALL/);
  assert.is(keyOf(cpix({ keys: TWO }), { kid: OTHER_KID }).uuid, OTHER_KID);
  assert.is(failure(() => keyOf(cpix({ keys: TWO }))).code, 'NO_KEY');
});

test('a rule that cannot be understood stops even a single key', () => {
  assert.is(
    failure(() => keyOf(cpix({ rules: ruleElement(KID, 'HD', '<cpix:MoonFilter/>') }))).code,
    'KEY_DOCUMENT',
  );
});

test('periods, root keys and schemes are kept apart', () => {
  const rule = (kid: string, period: string) =>
    ruleElement(kid, 'ALL', `<cpix:KeyPeriodFilter periodId="${period}"/>`);
  const periods = '<cpix:ContentKeyPeriod id="a" index="0"/><cpix:ContentKeyPeriod id="b" index="7"/>';
  const rotating = cpix({ keys: TWO, periods, rules: rule(KID, 'a') + rule(OTHER_KID, 'b') });
  assert.is(keyOf(rotating).uuid, KID);
  assert.is(keyOf(rotating, { period: 7 }).uuid, OTHER_KID);
  assert.is(failure(() => keyOf(rotating, { period: 1 })).code, 'NO_KEY');

  const leaf = keyElement() + keyElement(OTHER_KID, `dependsOnKey="${KID}"`);
  const hierarchy = failure(() => keyOf(cpix({ keys: leaf })));
  assert.is(hierarchy.code, 'KEY_DOCUMENT');
  assert.match(hierarchy.message, /depends on the root key .*, and key hierarchies cannot be packaged/);

  const schemes =
    keyElement(KID, 'commonEncryptionScheme="cbcs"') + keyElement(OTHER_KID, 'commonEncryptionScheme="cenc"');
  assert.is(keyOf(cpix({ keys: schemes })).uuid, OTHER_KID);
  assert.is(
    failure(() => keyOf(cpix({ keys: keyElement(KID, 'commonEncryptionScheme="cbcs"') }))).code,
    'NO_KEY',
  );
});

// --- Labels by their tracks, and crypto periods by time

type Rated = { num: number; den: number };
const video = (width: number, height: number, frameRate: Rated = { num: 25, den: 1 }) => ({
  kind: 'video',
  codecs: 'avc1.64001f',
  language: 'und',
  video: { width, height, frameRate },
});
const audio = (channels: number) => ({
  kind: 'audio',
  codecs: 'mp4a.40.2',
  language: 'en',
  audio: { channels },
});

const THIRD_KID = 'cccccccc-0000-4000-8000-000000000003';
const THREE = TWO + keyElement(THIRD_KID, '', base64Hex('22'.repeat(16)));
const BY_SIZE =
  ruleElement(KID, 'small', '<cpix:VideoFilter maxPixels="442368"/>') +
  ruleElement(OTHER_KID, 'large', '<cpix:VideoFilter minPixels="442369"/>') +
  ruleElement(THIRD_KID, 'sound', '<cpix:AudioFilter/>');
const sized = (label: string, tracks: KeyChoice['tracks'], rules = BY_SIZE) =>
  keyOf(cpix({ keys: THREE, rules }), { label, tracks, hasOthers: true });

test('filters give the key of a label to its tracks, whatever the track types are called', () => {
  assert.is(sized('SD', [video(640, 360), video(768, 576)]).uuid, KID);
  assert.is(sized('HD', [video(1280, 720)]).uuid, OTHER_KID);
  assert.is(sized('AUDIO', [audio(2), audio(6)]).uuid, THIRD_KID);
});

const ONE_FOR_BOTH =
  ruleElement(KID, 'VIDEO', '<cpix:VideoFilter/>') + ruleElement(THIRD_KID, 'AUDIO', '<cpix:AudioFilter/>');

test('an unused key is no mistake; one key may serve two labels, where the rules say so', () => {
  assert.is(sized('SD', [video(640, 360)], ONE_FOR_BOTH).uuid, KID);
  assert.is(sized('HD', [video(1280, 720)], ONE_FOR_BOTH).uuid, KID);
});

const UNMAPPED: readonly (readonly [
  what: string,
  tracks: KeyChoice['tracks'],
  rules: string,
  code: string,
  message: RegExp,
])[] = [
  [
    'no rule for sound',
    [audio(2)],
    ruleElement(KID, 'AUDIO', '<cpix:VideoFilter/>'),
    'NO_KEY',
    /no usage rule matches it/,
  ],
  [
    'a filter that nobody matches',
    [video(1280, 720)],
    ruleElement(KID, 'HD', '<cpix:VideoFilter minPixels="99999999"/>'),
    'NO_KEY',
    /video track with label HD \(1280×720, avc1/,
  ],
  [
    'two keys for a track',
    [video(640, 360)],
    BY_SIZE + ruleElement(OTHER_KID, 'too', '<cpix:VideoFilter maxPixels="300000"/>'),
    'KEY_DOCUMENT',
    /2 keys to one video track/,
  ],
  [
    'two keys within a label',
    [video(640, 360), video(1280, 720)],
    BY_SIZE,
    'KEY_DOCUMENT',
    /2 keys to the tracks with label HD/,
  ],
  [
    'a bit rate',
    [video(640, 360)],
    BY_SIZE + ruleElement(THIRD_KID, 'x', '<cpix:BitrateFilter minBitrate="5"/>'),
    'KEY_DOCUMENT',
    /asks for the bit rate/,
  ],
  [
    'a dynamic range',
    [video(640, 360)],
    ruleElement(KID, 'x', '<cpix:VideoFilter hdr="true"/>'),
    'KEY_DOCUMENT',
    /asks for the dynamic range/,
  ],
  [
    'an unknown filter of another key',
    [audio(2)],
    BY_SIZE + ruleElement(KID, 'x', '<cpix:MoonFilter/>'),
    'KEY_DOCUMENT',
    /not known \(MoonFilter\)/,
  ],
  ['no rules at all', [audio(2)], '', 'NO_KEY', /no usage rules/],
];

for (const [what, tracks, rules, code, message] of UNMAPPED) {
  test(`${what}: no key is taken`, () => {
    const error = failure(() => sized(tracks?.[0]?.kind === 'audio' ? 'AUDIO' : 'HD', tracks, rules));
    assert.is(error.code, code, error.message);
    assert.match(error.message, message);
  });
}

test('frame rates and LabelFilter are evaluated, too', () => {
  const rules =
    ruleElement(KID, '', '<cpix:VideoFilter maxFps="30"/>') +
    ruleElement(OTHER_KID, '', '<cpix:VideoFilter minFps="30"/><cpix:LabelFilter label="SPORT"/>') +
    ruleElement(THIRD_KID, '', '<cpix:AudioFilter/>');
  assert.is(sized('FILM', [video(640, 360)], rules).uuid, KID);
  assert.is(sized('SPORT', [video(640, 360, { num: 50, den: 1 })], rules).uuid, OTHER_KID);
  assert.is(failure(() => sized('FILM', [video(640, 360, { num: 50, den: 1 })], rules)).code, 'NO_KEY');
});

test('track types that were asked for decide where filters have no bounds; a filter must not say otherwise', () => {
  const rules =
    ruleElement(KID, 'SD', '<cpix:VideoFilter/>') +
    ruleElement(OTHER_KID, 'HD', '<cpix:VideoFilter/>') +
    ruleElement(THIRD_KID, 'AUDIO', '<cpix:AudioFilter/>');
  const byType = { ...PALLYCON, systemKeys: {}, mapping: 'track-types' } as const;
  const choice = { hasOthers: true, tracks: [video(1280, 720)] };
  assert.is(keyOf(cpix({ keys: THREE, rules }), { ...choice, label: 'HD' }, byType).uuid, OTHER_KID);
  assert.is(failure(() => sized('HD', [video(1280, 720)], rules)).code, 'KEY_DOCUMENT');
  const wrong = failure(() => keyOf(cpix({ keys: THREE, rules }), { ...choice, label: 'AUDIO' }, byType));
  assert.is(wrong.code, 'NO_KEY');
});

const timed = (id: string, facts: string) => `<cpix:ContentKeyPeriod id="${id}" ${facts}/>`;
const inPeriod = (kid: string, id: string) =>
  ruleElement(kid, 'ALL', `<cpix:VideoFilter/><cpix:AudioFilter/><cpix:KeyPeriodFilter periodId="${id}"/>`);
const ROTATING = inPeriod(KID, 'a') + inPeriod(OTHER_KID, 'b');
const rotating = (periods: string, choice: Partial<KeyChoice>) =>
  keyOf(cpix({ keys: TWO, periods, rules: ROTATING }), choice);

for (const times of [
  ['startOffset="PT0S" endOffset="PT10S"', 'startOffset="PT10S" endOffset="PT1M"'],
  ['startOffset="PT0S" duration="PT10S"', 'startOffset="PT0M10.000S"'],
]) {
  const periods = timed('a', times[0]!) + timed('b', times[1]!);
  test(`crypto periods by time: ${times.join(', ')}`, () => {
    const second = { period: 1, keyRotation: 10 };
    assert.is(rotating(periods, { keyRotation: 10 }).uuid, KID);
    assert.is(rotating(periods, second).uuid, OTHER_KID, 'by its number');
    assert.is(rotating(periods, { ...second, starts: { first: 10, last: 18 } }).uuid, OTHER_KID);
    assert.is(
      rotating(periods, { ...second, starts: { first: 9.9999, last: 18 } }).uuid,
      OTHER_KID,
      'cuts are where frames are',
    );
    const across = failure(() => rotating(periods, { starts: { first: 0, last: 12 } }));
    assert.is(across.code, 'KEY_DOCUMENT');
    assert.match(across.message, /keys would change where the title's do not/);
  });
}

const NO_PERIOD: readonly (readonly [what: string, periods: string, code: string, message: RegExp])[] = [
  [
    'indices',
    timed('a', 'index="0"') + timed('b', 'index="1"'),
    'NO_KEY',
    /do not cover the title: there is none for period 2, with segments from 20 s to 20 s; it has the indices 0, 1/,
  ],
  [
    'times',
    timed('a', 'startOffset="PT0S" endOffset="PT10S"') + timed('b', 'startOffset="PT10S" endOffset="PT20S"'),
    'NO_KEY',
    /periods up to 20 s/,
  ],
  [
    'the time of day',
    timed('a', 'index="0"') + timed('b', 'start="2026-01-01T00:00:00Z" duration="PT10S"'),
    'KEY_DOCUMENT',
    /period b is by the time of day/,
  ],
  [
    'a label',
    timed('a', 'index="0"') + timed('b', 'label="late"'),
    'KEY_DOCUMENT',
    /period b has neither an index nor a startOffset/,
  ],
  [
    'a period that is not there',
    timed('a', 'index="0"'),
    'KEY_DOCUMENT',
    /refers to a crypto period that it does not have/,
  ],
  [
    'a period that ends before it begins',
    timed('a', 'startOffset="PT9S" endOffset="PT1S"'),
    'KEY_DOCUMENT',
    /ends before it begins/,
  ],
  ['a duration that is none', timed('a', 'startOffset="10s"'), 'KEY_DOCUMENT', /no duration such as PT10S/],
];

for (const [what, periods, code, message] of NO_PERIOD) {
  test(`periods that cannot serve: ${what}`, () => {
    const error = failure(() => rotating(periods, { period: 2, keyRotation: 10 }));
    assert.is(error.code, code, error.message);
    assert.match(error.message, message);
  });
}

test('a document without periods of its own is for a title whose key does not change, or for the period it was asked for', () => {
  assert.is(keyOf(cpix(), { starts: { first: 0, last: 900 } }).uuid, KID);
  assert.is(keyOf(cpix(), { period: 1, wasAsked: true }).uuid, KID);
  const error = failure(() => keyOf(cpix(), { period: 1 }));
  assert.is(error.code, 'NO_KEY');
  assert.match(
    error.message,
    /are for no crypto periods, and the title's change: there is none for period 1/,
  );
});

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

// --- NCG

const CEK = 'a0'.repeat(16) + 'b1'.repeat(16);
for (const text of [CEK, CEK.toUpperCase(), base64Hex(CEK)]) {
  test(`NCG's key is the text of URIExtXKey, key then IV: ${text.length} characters`, () => {
    const systems = systemElement(NCG, `<cpix:URIExtXKey>${text}</cpix:URIExtXKey>`);
    const key = keyOf(cpix({ systems }), { scheme: 'ncg' }, PALLYCON);
    assert.is(key.uuid, KID);
    assert.is(toHex(key.reveal()) + toHex(key.iv!), CEK);
    assert.not.match(inspect(key, { depth: 9 }) + JSON.stringify(readCpix(cpix({ systems }))), /a0a0|oKCg/i);
  });
}

test('an NCG key of the wrong size, or none, is refused; where there is no such thing the content key serves', () => {
  const systems = (text: string) => systemElement(NCG, `<cpix:URIExtXKey>${text}</cpix:URIExtXKey>`);
  const ncg = { scheme: 'ncg' };
  const wrong = (text: string) => failure(() => keyOf(cpix({ systems: systems(text) }), ncg, PALLYCON)).code;
  assert.is(wrong(base64Hex(KEY)), 'KEY_SIZE');
  assert.is(wrong('no key!'), 'INVALID_KEY');
  assert.is(wrong(''), 'NO_KEY');
  assert.is(toHex(keyOf(cpix(), ncg, STANDARD).reveal()), KEY);
});

// --- Signalling

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

// --- Encrypted keys

/** A certificate with its private key. */
function recipient(): { certificate: Buffer; privateKey: string } {
  const folder = temporaryFolder('certificate');
  const [key, der] = [join(folder, 'key.pem'), join(folder, 'cert.der')];
  const options = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=packager', '-days', '1'];
  execFileSync('openssl', [...options, '-keyout', key, '-out', der, '-outform', 'DER'], { stdio: 'ignore' });
  return { certificate: readFileSync(der), privateKey: readFileSync(key, 'utf8') };
}

const mine = recipient();

function encrypted(change: (text: string) => string = (text) => text, wrongMac = false): string {
  const wrap = wrapKeysFor(mine.certificate);
  const secret = wrap.secret(Buffer.from(KEY, 'hex'), wrongMac);
  const keys = `<cpix:ContentKey kid="${KID}"><cpix:Data><pskc:Secret>${secret}</pskc:Secret></cpix:Data></cpix:ContentKey>`;
  return change(cpix({ keys, delivery: wrap.deliveryData }));
}

const open = (text: string, privateKey: string | undefined = mine.privateKey) =>
  keyOf(text, {}, { ...STANDARD, privateKey });

test('an encrypted key is opened with the private key of its certificate', () => {
  assert.is(toHex(open(encrypted()).reveal()), KEY);
});

test('a wrong MAC, or none, stops before anything is decrypted', () => {
  for (const text of [
    encrypted(undefined, true),
    encrypted((text) => text.replace(/<pskc:ValueMAC>.*?<\/pskc:ValueMAC>/, '')),
  ]) {
    const error = failure(() => open(text));
    assert.is(error.code, 'INVALID_KEY');
    assert.match(error.message, /The MAC of the encrypted key/);
  }
});

test('a changed ciphertext does not pass the MAC', () => {
  const change = (text: string) =>
    text.replace(
      /(<pskc:EncryptedValue><enc:EncryptionMethod Algorithm="[^"]*aes256-cbc"\/><enc:CipherData><enc:CipherValue>)([^<]*)/,
      (_, head, value) => {
        const bytes = Buffer.from(value, 'base64');
        bytes[20]! ^= 1;
        return head + bytes.toString('base64');
      },
    );
  const changed = encrypted(change);
  assert.match(failure(() => open(changed)).message, /The MAC/);
});

test('no private key, one of somebody else, and what is no key', () => {
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  });
  assert.is(failure(() => keyOf(encrypted())).code, 'NO_KEY');
  const stranger = failure(() => open(encrypted(), String(other)));
  assert.is(stranger.code, 'NO_KEY');
  assert.match(stranger.message, /for this recipient/);
  const noKey = failure(() => open(encrypted(), 'BEGIN my secret'));
  assert.is(noKey.code, 'INVALID_KEY');
  assert.not.match(inspect(noKey, { depth: 9 }), /my secret/);
});

test('algorithms that CPIX does not name are refused', () => {
  for (const name of ['aes256-cbc', 'hmac-sha512', 'rsa-oaep-mgf1p']) {
    const text = encrypted((text) => text.replaceAll(name, 'weak'));
    assert.match(failure(() => open(text)).message, /not encrypted as CPIX says/, name);
  }
});

test('of several document keys the one that names the key is taken (CPIX 2.4)', () => {
  const text = encrypted((text) => {
    const own = /<cpix:DocumentKey.*?<\/cpix:DocumentKey>/.exec(text)![0];
    const other = wrapKeysFor(mine.certificate).deliveryData;
    const foreign = /<cpix:DocumentKey.*?<\/cpix:DocumentKey>/.exec(other)![0];
    return text.replace(
      own,
      foreign + own.replace('<cpix:DocumentKey', `<cpix:DocumentKey encryptsKey="${OTHER_KID} ${KID}"`),
    );
  });
  assert.is(toHex(open(text).reveal()), KEY);
});

test.run();
