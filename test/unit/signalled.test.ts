import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex, toBase64, toHex } from '../../core/base/bytes.ts';
import { PackagerError } from '../../core/base/errors.ts';
import { writeXml } from '../../core/base/xml/write-xml.ts';
import type { DrmContext, DrmSystem } from '../../core/drm/drm-system.ts';
import {
  type DrmSystemReference,
  fairplay,
  type KeySignalling,
  playready,
  pssh,
  resolveDrmSystems,
  type SystemSignalling,
  widevine,
  withSignalling,
} from '../../core/drm/index.ts';
import { ContentKey } from '../../core/keys/content-key.ts';
import { keyTags } from '../../core/manifest/hls-attributes.ts';
import { isQuick } from '../helpers/commands/processor-time.ts';
import { KEY_ID } from '../helpers/titles/renditions.ts';

const test = suite('signalling of the key source');

const WIDEVINE = 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed';
const PLAYREADY = '9a04f079-9840-4286-ab92-e65be0885f95';
const FAIRPLAY = '94ce86fb-07ff-4f43-adb8-93d2fa968ca2';
const AES_128 = '81376844-f976-481e-a84e-cc25d39b0b33';
const IV = 'a0'.repeat(16);

const keyWith = (signalling: KeySignalling | undefined): ContentKey =>
  new ContentKey({ id: fromHex(KEY_ID), key: fromHex('11'.repeat(16)), iv: fromHex(IV), signalling });

const contextOf = (
  signalling: KeySignalling | undefined,
  scheme: DrmContext['scheme'] = 'cenc',
): DrmContext => ({
  contentId: 'film',
  keys: [keyWith(signalling)],
  scheme,
});

const box = pssh(WIDEVINE, Buffer.from('from the server'));
const resolved = (reference: DrmSystemReference) => withSignalling(resolveDrmSystems([reference])[0]!);

test('a pssh of the server takes the place of ours, in moov and in the MPD', () => {
  const context = contextOf({ [WIDEVINE]: { pssh: box } });
  const system = resolved('widevine');
  assert.equal(system.pssh!(context), [box]);
  const element = writeXml(system.contentProtection!(context)!);
  assert.ok(element.includes(`>${toBase64(box)}</cenc:pssh>`), element);
  assert.ok(element.includes('value="Widevine"'));
});

test('what is no box of the system is refused, before it stands in a header', () => {
  const long = pssh(WIDEVINE, new Uint8Array(8));
  long[3]! += 1;
  for (const given of [long, box.subarray(1), pssh(PLAYREADY, new Uint8Array(8)), new Uint8Array(0)]) {
    const context = contextOf({ [WIDEVINE]: { pssh: given } });
    const system = resolved('widevine');
    for (const say of [system.pssh!, system.contentProtection!, system.hlsKey!])
      assert.throws(() => say(context), /its PSSH for edef8ba9.* is not a pssh box of that system/);
  }
});

test('PlayReady: mspr:pro is the object in the box of the server', () => {
  const given = pssh(PLAYREADY, Buffer.from('their object'));
  const element = writeXml(
    resolved('playready').contentProtection!(contextOf({ [PLAYREADY]: { pssh: given } }))!,
  );
  assert.ok(element.includes(`>${toBase64(given)}</cenc:pssh>`));
  assert.ok(element.includes(`>${toBase64(Buffer.from('their object'))}</mspr:pro>`));
});

test('XML of the server takes the place of our children; what it does not declare is declared', () => {
  const given = `<cenc:pssh>${toBase64(box)}</cenc:pssh><mspr:pro xmlns:mspr="urn:microsoft:playready">AA==</mspr:pro>`;
  for (const contentProtection of [
    given,
    `<?xml version="1.0"?>\n<ContentProtection schemeIdUri="x">${given}</ContentProtection>`,
  ]) {
    const element = writeXml(
      resolved('widevine').contentProtection!(contextOf({ [WIDEVINE]: { contentProtection } }))!,
    );
    assert.is(
      element.replace(/\n\s*/g, ''),
      '<?xml version="1.0" encoding="UTF-8"?>' +
        `<ContentProtection schemeIdUri="urn:uuid:${WIDEVINE}" value="Widevine">` +
        `<cenc:pssh xmlns:cenc="urn:mpeg:cenc:2013">${toBase64(box)}</cenc:pssh>` +
        '<mspr:pro xmlns:mspr="urn:microsoft:playready">AA==</mspr:pro></ContentProtection>',
    );
  }
});

test('what the server leaves out is built, as without a server', () => {
  for (const signalling of [undefined, {}, { [PLAYREADY]: {} }]) {
    const context = contextOf(signalling);
    assert.equal(resolved('widevine').pssh!(context), widevine().pssh!(contextOf(undefined)));
    assert.equal(
      resolved('playready').contentProtection!(context),
      playready().contentProtection!(contextOf(undefined)),
    );
  }
});

test('a system with an id alone says what the server says, and else nothing', () => {
  const id = '3d5e6d35-9b9a-41e8-b843-dd3c6e72c42c';
  const system = resolved({ name: 'wiseplay', systemId: id });
  const given = pssh(id, Buffer.from('{}'));
  const context = contextOf({ [id]: { pssh: given } });
  assert.equal(system.pssh!(context), [given]);
  assert.ok(writeXml(system.contentProtection!(context)!).includes(toBase64(given)));
  assert.equal(system.pssh!(contextOf({})), []);
  assert.is(system.contentProtection!(contextOf({})), undefined);
  assert.is(system.hlsKey!(contextOf({}, 'sample-aes')), undefined);
});

const hlsOf = (
  system: DrmSystem,
  given: SystemSignalling | undefined,
  scheme: DrmContext['scheme'] = 'sample-aes',
) => withSignalling(system).hlsKey!(contextOf(given && { [system.systemId!]: given }, scheme))!;

const LINE =
  'METHOD=SAMPLE-AES,URI="skd://server",KEYFORMAT="com.apple.streamingkeydelivery",X-FUTURE="a,b",KEYFORMATVERSIONS="1"';

test('key lines of the server are written as they are, also attributes that we do not know', () => {
  const session = 'METHOD=SAMPLE-AES,URI="skd://server",KEYFORMAT="com.apple.streamingkeydelivery"';
  const key = hlsOf(fairplay(), {
    hlsMedia: `#EXT-X-KEY:${LINE}`,
    hlsMaster: `#EXT-X-SESSION-KEY:${session}`,
  });
  assert.equal(keyTags('EXT-X-KEY', [key]), [`#EXT-X-KEY:${LINE}`]);
  assert.equal(keyTags('EXT-X-SESSION-KEY', [key]), [`#EXT-X-SESSION-KEY:${session}`]);
  assert.is(key.uri, 'skd://server');
});

test('one line serves both playlists', () => {
  for (const given of [{ hlsMedia: `#EXT-X-KEY:${LINE}` }, { hlsMaster: `#EXT-X-SESSION-KEY:${LINE}` }]) {
    const key = hlsOf(fairplay(), given);
    assert.equal(keyTags('EXT-X-KEY', [key]), [`#EXT-X-KEY:${LINE}`]);
    assert.equal(keyTags('EXT-X-SESSION-KEY', [key]), [`#EXT-X-SESSION-KEY:${LINE}`]);
  }
});

test('a URI of the server goes into our line; SPEKE 1 gives the key format, too', () => {
  const key = hlsOf(fairplay({ uri: 'skd://{keyId}' }), { uri: 'skd://theirs' });
  assert.equal(keyTags('EXT-X-KEY', [key]), [
    '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://theirs",KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"',
  ]);
  const named = hlsOf(fairplay(), { uri: 'skd://theirs', keyFormat: 'com.example', keyFormatVersions: '2' });
  assert.is(named.keyFormat, 'com.example');
  assert.is(named.keyFormatVersions, '2');
});

test('a server that signals and leaves the FairPlay URI out: nothing can be built', () => {
  const system = withSignalling(fairplay({ uri: 'skd://{keyId}' }));
  for (const signalling of [{}, { [FAIRPLAY]: {} }]) {
    const error = failure(() => system.hlsKey!(contextOf(signalling, 'sample-aes')));
    assert.is(error.code, 'KEY_DOCUMENT');
    assert.match(error.message, /no key URI for fairplay/);
  }
  assert.is(
    system.hlsKey!(contextOf(undefined, 'sample-aes'))!.uri,
    `skd://${KEY_ID}`,
    'a key of another source',
  );
});

const aes: DrmSystem = { name: 'aes', systemId: AES_128 };

test('AES-128 without IV gets the one that encrypts: players would take the segment’s number', () => {
  const line = 'METHOD=AES-128,URI="https://k.example/1",KEYFORMATVERSIONS="1"';
  const key = hlsOf(aes, { hlsMedia: `#EXT-X-KEY:${line}` }, 'aes-128');
  assert.equal(keyTags('EXT-X-KEY', [key]), [`#EXT-X-KEY:${line},IV=0x${IV}`]);
  const stated = `${line},IV=0x${IV.toUpperCase()}`;
  const same = hlsOf(aes, { hlsMedia: `#EXT-X-KEY:${stated}` }, 'aes-128');
  assert.equal(keyTags('EXT-X-KEY', [same]), [`#EXT-X-KEY:${stated}`]);
  assert.is(toHex(same.iv!), IV);
});

test('so does a URI of the server: in AES-128, and where the key itself is at the URI', () => {
  const uri = 'https://k.example/1';
  for (const scheme of ['aes-128', 'sample-aes'] as const) {
    const key = hlsOf(aes, { uri, keyFormat: 'identity', keyFormatVersions: '1' }, scheme);
    assert.is(toHex(key.iv!), IV, scheme);
  }
  assert.is(toHex(hlsOf(aes, { uri, keyFormat: 'com.example' }, 'aes-128').iv!), IV);
  assert.is(hlsOf(aes, { uri, keyFormat: 'com.example' }).iv, undefined, 'the licence has it');
});

const WRONG: readonly (readonly [what: string, line: string, message: RegExp])[] = [
  ['another IV', `#EXT-X-KEY:METHOD=AES-128,URI="x",IV=0x${'00'.repeat(16)}`, /another IV/],
  [
    'another method',
    '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="x"',
    /says SAMPLE-AES, but this mode encrypts with AES-128/,
  ],
  ['no encryption', '#EXT-X-KEY:METHOD=NONE', /no METHOD that encrypts/],
  ['no URI', '#EXT-X-KEY:METHOD=AES-128', /no URI/],
  ['a second line', '#EXT-X-KEY:METHOD=AES-128,URI="x"\n#EXT-X-KEY:METHOD=NONE', /single #EXT-X-KEY line/],
  ['another tag', '#EXT-X-MAP:URI="x"', /single #EXT-X-KEY line/],
  ['text behind the quotes', '#EXT-X-KEY:METHOD=AES-128,URI="x"y', /proper attribute list/],
  ['an attribute twice', '#EXT-X-KEY:METHOD=AES-128,URI="x",URI="y"', /proper attribute list/],
  ['a line separator', '#EXT-X-KEY:METHOD=AES-128,URI="x\u2028y"', /single #EXT-X-KEY line/],
  ['half a character', '#EXT-X-KEY:METHOD=AES-128,URI="x\uD800"', /single #EXT-X-KEY line/],
  ['a URI of two words', '#EXT-X-KEY:METHOD=AES-128,URI="x y"', /URI with white space/],
  ['a short IV', '#EXT-X-KEY:METHOD=AES-128,URI="x",IV=0x00', /other than 16 bytes/],
];

for (const [what, line, message] of WRONG) {
  test(`a key line with ${what} is refused`, () => {
    const error = failure(() => hlsOf(aes, { hlsMedia: line }, 'aes-128'));
    assert.is(error.code, 'KEY_DOCUMENT');
    assert.match(error.message, message);
  });
}

test('signalling crosses threads with the key', () => {
  const key = keyWith({ [WIDEVINE]: { pssh: box } });
  const copy = ContentKey.from(structuredClone(key.transfer()));
  assert.equal(copy.signalling, key.signalling);
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

const OTHER = 'b5d1c7f00b5c4d0e8a546f0b6e1f9a01';
/** A version-1 box that lists keys. */
const listing = (...ids: readonly string[]) => pssh(WIDEVINE, new Uint8Array(0), ids.map(fromHex));
const widevineData = (...ids: readonly string[]) =>
  Buffer.concat(ids.map((id) => Buffer.concat([Buffer.from([0x12, 16]), fromHex(id)])));
/** A PlayReady object, of version 4.0 or later. */
function playReadyData(kind: 'element' | 'attribute', id: string): Buffer {
  const bytes = fromHex(id);
  const guid = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((index) => bytes[index]!);
  const value = toBase64(Uint8Array.from(guid));
  const kid = kind === 'element' ? `<KID>${value}</KID>` : `<KID ALGID="AESCTR" VALUE="${value}"></KID>`;
  return playReadyObject(`<WRMHEADER><DATA>${kid}</DATA></WRMHEADER>`);
}

/** One record, with a header. */
function playReadyObject(header: string): Buffer {
  const record = Buffer.from(header, 'utf16le');
  const head = Buffer.alloc(10);
  head.writeUInt32LE(10 + record.length, 0);
  head.writeUInt16LE(1, 4);
  head.writeUInt16LE(1, 6);
  head.writeUInt16LE(record.length % 0x1_0000, 8);
  return Buffer.concat([head, record]);
}
const MARLIN = '5e629af5-38da-4063-8977-97ffbd9902d4';
const inElement = (name: string, data: Uint8Array) => `<${name}>${toBase64(data)}</${name}>`;
const lineWith = (uri: string, more = '') => `#EXT-X-KEY:METHOD=SAMPLE-AES,URI="${uri}"${more}`;

/** Each way to name keys: what it gives for some, and whatever is around them. */
const NAMINGS: Readonly<Record<string, (...ids: string[]) => KeySignalling>> = {
  'a box of version 1': (...ids) => ({ [WIDEVINE]: { pssh: listing(...ids) } }),
  'data of Widevine': (...ids) => ({ [WIDEVINE]: { pssh: pssh(WIDEVINE, widevineData(...ids)) } }),
  'a header of PlayReady 4.0': (id) => ({
    [PLAYREADY]: { pssh: pssh(PLAYREADY, playReadyData('element', id!)) },
  }),
  'a header of PlayReady 4.3': (id) => ({
    [PLAYREADY]: { pssh: pssh(PLAYREADY, playReadyData('attribute', id!)) },
  }),
  'a box in XML': (...ids) => ({
    [WIDEVINE]: { contentProtection: inElement('cenc:pssh', pssh(WIDEVINE, widevineData(...ids))) },
  }),
  'an object in XML': (id) => ({
    [PLAYREADY]: { contentProtection: inElement('mspr:pro', playReadyData('attribute', id!)) },
  }),
  "Marlin's content ids": (...ids) => ({
    [MARLIN]: {
      contentProtection: `<mas:MarlinContentIds>${ids
        .map((id) => `<mas:MarlinContentId>urn:marlin:kid:${id}</mas:MarlinContentId>`)
        .join('')}</mas:MarlinContentIds>`,
    },
  }),
  'KEYID of a key line': (id) => ({ [WIDEVINE]: { hlsMedia: lineWith('skd://a', `,KEYID=0x${id}`) } }),
  'a box in a key line': (...ids) => ({
    [WIDEVINE]: {
      hlsMaster: lineWith(`data:text/plain;base64,${toBase64(pssh(WIDEVINE, widevineData(...ids)))}`),
    },
  }),
  'an object as key URI': (id) => ({
    [PLAYREADY]: {
      uri: `data:text/plain;charset=UTF-16;base64,${toBase64(playReadyData('attribute', id!))}`,
    },
  }),
};

for (const [what, naming] of Object.entries(NAMINGS)) {
  const say = (...ids: string[]) => {
    const signalling = naming(...ids);
    const name: Readonly<Record<string, 'widevine' | 'playready' | 'marlin'>> = {
      [WIDEVINE]: 'widevine',
      [PLAYREADY]: 'playready',
      [MARLIN]: 'marlin',
    };
    const system = resolved(name[Object.keys(signalling)[0]!]!);
    const context = contextOf(signalling, 'cbcs');
    system.pssh?.(context);
    system.contentProtection?.(context);
    system.hlsKey?.(context);
  };

  test(`${what}: the key itself is named, alone or with others`, () => {
    say(KEY_ID);
    say(KEY_ID, OTHER);
  });

  test(`${what}: what names another key alone is refused`, () => {
    try {
      say(OTHER);
      assert.unreachable();
    } catch (error) {
      assert.ok(PackagerError.is(error), String(error));
      assert.is(error.code, 'KEY_DOCUMENT');
      assert.match(
        error.message,
        /names the key b5d1c7f0-0b5c-4d0e-8a54-6f0b6e1f9a01, and is given with the key/,
      );
    }
  });
}

/** Each way in which a server hands a PlayReady object over. */
const OBJECTS: Readonly<Record<string, (object: Uint8Array) => SystemSignalling>> = {
  PSSH: (object) => ({ pssh: pssh(PLAYREADY, object) }),
  ContentProtectionData: (object) => ({ contentProtection: inElement('mspr:pro', object) }),
  'key URI for HLS': (object) => ({
    uri: `data:text/plain;charset=UTF-16;base64,${toBase64(object)}`,
  }),
};

for (const [place, given] of Object.entries(OBJECTS)) {
  const say = (header: string) =>
    resolved('playready').hlsKey?.(contextOf({ [PLAYREADY]: given(playReadyObject(header)) }, 'cbcs'));

  test(`${place}: a header that is no XML takes no time`, () =>
    isQuick(0.3, place, () => say("<KID VALUE='a'".repeat(540))));

  test(`${place}: a PlayReady object that no player takes is refused`, () => {
    const error = failure(() => say(' '.repeat(7676)));
    assert.is(error.code, 'KEY_DOCUMENT');
    assert.is(
      error.message,
      `The key document cannot be used: its ${place} has a PlayReady object of 15362 bytes; 15360 are allowed.`,
    );
  });
}

test('XML of thousands of prefixes and as many elements that declare one takes no time', () => {
  const prefixes = Array.from({ length: 4000 }, (_, n) => `xmlns:p${n}="urn:p"`).join(' ');
  const contentProtection = `<p1:a ${prefixes}>${'<p2:b xmlns:q="urn:q"/>'.repeat(4000)}</p1:a>`;
  return isQuick(3, 'prefixes', () =>
    resolved('widevine').contentProtection!(contextOf({ [WIDEVINE]: { contentProtection } })),
  );
});

test.run();
