import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PlayReadyKey, readPlayReady } from '../../core/inspect/drm/playready.ts';
import { readPsshBoxes } from '../../core/inspect/drm/pssh-boxes.ts';
import { kidOfText, readKeyUri, readPssh } from '../../core/inspect/drm/system-data.ts';

const test = suite('inspect drm');

const KID = '000102030405060708090a0b0c0d0e0f';
/** In the order of a GUID. */
const GUID = Buffer.from('030201000504070608090a0b0c0d0e0f', 'hex');
const OTHER = 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff';
const KEY = Buffer.from('101112131415161718191a1b1c1d1e1f', 'hex');
const WIDEVINE = 'edef8ba979d64acea3c827dcd51d21ed';
const PLAYREADY = '9a04f07998404286ab92e65be0885f95';

const u32 = (value: number): Buffer => Buffer.from([value >>> 24, value >>> 16, value >>> 8, value]);

/** A box as a byte stream, with no help from who writes them. */
function pssh(system: string, data: Buffer, kids?: readonly string[]): Buffer {
  const list = kids ? [u32(kids.length), ...kids.map((kid) => Buffer.from(kid, 'hex'))] : [];
  const body = Buffer.concat([
    u32(kids ? 1 << 24 : 0),
    Buffer.from(system, 'hex'),
    ...list,
    u32(data.length),
    data,
  ]);
  return Buffer.concat([u32(body.length + 8), Buffer.from('pssh'), body]);
}

const read = (bytes: Buffer) => {
  const { boxes, fault } = readPsshBoxes(bytes);
  return { data: boxes.map(readPssh), fault };
};

/** A protocol buffer by hand: field 2 twice, 3, 4, 9, 11, 99. */
const WIDEVINE_DATA = Buffer.concat([
  Buffer.from(`1210${KID}`, 'hex'),
  Buffer.from(`1210${OTHER}`, 'hex'),
  Buffer.from('1a05', 'hex'),
  Buffer.from('sealp'),
  Buffer.from('2203fffe00', 'hex'),
  Buffer.from('48f3c6899b06', 'hex'),
  Buffer.from('5801', 'hex'),
  Buffer.from('980601', 'hex'),
]);

test('Widevine: all that is public, and nothing of what is not', () => {
  const [data] = read(pssh(WIDEVINE, WIDEVINE_DATA)).data;
  assert.is(data?.system, 'Widevine');
  assert.is(data?.systemId, 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed');
  assert.equal(data?.kids, [KID, OTHER]);
  assert.equal(data?.widevine, {
    kids: [KID, OTHER],
    provider: 'sealp',
    contentId: 'fffe00',
    trackType: undefined,
    policy: undefined,
    protectionScheme: 'cbcs',
    cryptoPeriodIndex: undefined,
    cryptoPeriodSeconds: undefined,
    type: 'entitlement',
    groupIds: [],
    otherFields: [99],
    faults: [],
  });
});

/** A PlayReady object around a header. */
function object(header: string): Buffer {
  const record = Buffer.from(header, 'utf16le');
  const head = Buffer.alloc(10);
  head.writeUInt32LE(10 + record.length, 0);
  head.writeUInt16LE(1, 4);
  head.writeUInt16LE(1, 6);
  head.writeUInt16LE(record.length, 8);
  return Buffer.concat([head, record]);
}

const header = (version: string, data: string): string =>
  `<WRMHEADER xmlns="http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader" version="${version}"><DATA>${data}</DATA></WRMHEADER>`;
const ID = GUID.toString('base64');
/** Made with OpenSSL: `echo -n <GUID> | openssl enc -aes-128-ecb -nopad -K <key>`, the first eight bytes. */
const CHECKSUM = 'nkNnZWLc2ek=';

const HEADERS: readonly [string, string, string | undefined][] = [
  [
    '4.0.0.0',
    `<PROTECTINFO><KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID></PROTECTINFO><KID>${ID}</KID><CHECKSUM>${CHECKSUM}</CHECKSUM>`,
    'AESCTR',
  ],
  [
    '4.1.0.0',
    `<PROTECTINFO><KID ALGID="AESCTR" CHECKSUM="${CHECKSUM}" VALUE="${ID}"></KID></PROTECTINFO>`,
    'AESCTR',
  ],
  [
    '4.2.0.0',
    `<PROTECTINFO><KIDS><KID ALGID="AESCTR" CHECKSUM="${CHECKSUM}" VALUE="${ID}"/></KIDS></PROTECTINFO>`,
    'AESCTR',
  ],
  [
    '4.3.0.0',
    `<PROTECTINFO LICENSEREQUESTED="true"><KIDS><KID ALGID="AESCBC" VALUE="${ID}"/></KIDS></PROTECTINFO>`,
    'AESCBC',
  ],
];
for (const [version, data, algorithm] of HEADERS) {
  test(`PlayReady ${version}: the key id in the order of a UUID, addresses, the checksum`, () => {
    const more =
      '<LA_URL>https://l.example/?a=1&amp;b=2</LA_URL><LUI_URL>https://u.example/</LUI_URL><CUSTOMATTRIBUTES><IIS>x</IIS></CUSTOMATTRIBUTES>';
    const playready = readPlayReady(object(header(version, data + more)));
    const [key] = playready.keys as [PlayReadyKey];
    assert.equal([playready.version, key.kid, key.algorithm], [version, KID, algorithm]);
    assert.equal(
      [playready.licenseUrl, playready.luiUrl],
      ['https://l.example/?a=1&b=2', 'https://u.example/'],
    );
    assert.equal(playready.customAttributes, ['IIS']);
    assert.equal(playready.faults, []);
    assert.equal(read(pssh(PLAYREADY, object(header(version, data)))).data[0]?.kids, [KID]);
  });
}

test('systems that say their keys by the box alone, and those that nobody knows', () => {
  const common = '1077efecc0b24d02ace33c1e52e2fb4b';
  const marlin = '69f908af481646ea910ccd5dcccb0a3a';
  const id = Buffer.from(`urn:marlin:kid:${KID}`);
  const mkid = Buffer.concat([u32(0), u32(1), Buffer.from(KID, 'hex'), u32(id.length), id]);
  const marl = Buffer.concat([
    u32(mkid.length + 16),
    Buffer.from('marl'),
    u32(mkid.length + 8),
    Buffer.from('mkid'),
    mkid,
  ]);
  const { data, fault } = read(
    Buffer.concat([
      pssh(common, Buffer.alloc(0), [KID, OTHER]),
      pssh(marlin, marl),
      pssh(OTHER, Buffer.from('x')),
    ]),
  );
  assert.is(fault, undefined);
  assert.equal(
    data.map(({ kids }) => kids),
    [[KID, OTHER], [KID], []],
  );
  assert.equal(data[1]?.marlin?.contentIds, [id.toString()]);
  assert.equal([data[2]?.system, data[2]?.size], [undefined, 1]);
});

test('what key lines hand over: boxes, a PlayReady object, JSON; an address is none', () => {
  const uri = (bytes: Buffer, type = 'text/plain') => `data:${type};base64,${bytes.toString('base64')}`;
  const widevine = `urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed`;
  assert.equal(readKeyUri(widevine, uri(pssh(WIDEVINE, WIDEVINE_DATA)))?.kids, [KID, OTHER]);
  assert.equal(
    readKeyUri(
      'com.microsoft.playready',
      uri(object(header('4.0.0.0', HEADERS[0]![1])), 'text/plain;charset=UTF-16'),
    )?.kids,
    [KID],
  );
  const json = Buffer.from(JSON.stringify({ provider: 'x', key_ids: [KID] }));
  assert.equal(readKeyUri('com.widevine', uri(json))?.kids, [KID]);
  assert.is(readKeyUri('com.apple.streamingkeydelivery', 'skd://x'), undefined);
  // The key itself: nobody takes it for a key id.
  assert.equal(readKeyUri('identity', uri(KEY))?.kids, []);
});

test('what is damaged is told, and what is sound beside it is read', () => {
  const sound = pssh(WIDEVINE, WIDEVINE_DATA);
  const long = Buffer.from(sound);
  long.writeUInt32BE(4000, 0);
  const kids = pssh(WIDEVINE, WIDEVINE_DATA, [KID]);
  kids.writeUInt32BE(0xffff_ffff, 28);
  const version = Buffer.from(sound);
  version[8] = 7;
  const size = Buffer.from(sound);
  size.writeUInt32BE(1, 28);
  const boxes: readonly [Buffer, RegExp][] = [
    [Buffer.alloc(0), /empty/],
    [sound.subarray(0, 20), /cut short/],
    [Buffer.alloc(40), /no pssh box/],
    [long, /says that it has 4000 bytes/],
    [kids, /lists 4294967295 key ids/],
    [version, /version 7/],
    [size, /data have 1 bytes/],
  ];
  for (const [bytes, message] of boxes) {
    assert.match(read(bytes).fault ?? '', message);
    assert.is(read(Buffer.concat([sound, bytes])).data.length, 1);
  }
  const data: readonly [string, Buffer, RegExp][] = [
    [WIDEVINE, Buffer.from('12ff', 'hex'), /middle of a field/],
    [WIDEVINE, Buffer.from('1203000102', 'hex'), /key id of 3 bytes/],
    [WIDEVINE, Buffer.from('0f', 'hex'), /type that is none/],
    [WIDEVINE, Buffer.alloc(30, 0xff), /more than 64 bits/],
    [PLAYREADY, Buffer.alloc(3), /too short/],
    [PLAYREADY, object('<a/>'), /no WRMHEADER/],
    [PLAYREADY, object('<!DOCTYPE a><a/>'), /nothing can be read/],
    [PLAYREADY, Buffer.concat([object(header('4.0.0.0', '')), Buffer.alloc(2)]), /but has/],
    [
      PLAYREADY,
      object(header('4.1.0.0', '<PROTECTINFO><KID VALUE="AAAA"/></PROTECTINFO>')),
      /KID of 3 bytes/,
    ],
  ];
  for (const [system, bytes, message] of data) {
    assert.match(read(pssh(system, bytes)).data[0]?.faults.join() ?? '', message);
  }
});

test('spellings of key ids', () => {
  const uuid = '00010203-0405-0607-0809-0a0b0c0d0e0f';
  for (const text of [
    KID,
    KID.toUpperCase(),
    `0x${KID}`,
    uuid,
    `{${uuid}}`,
    Buffer.from(KID, 'hex').toString('base64'),
  ]) {
    assert.is(kidOfText(text), KID, text);
  }
  for (const text of ['', '0', `${KID}00`, 'skd://x']) assert.is(kidOfText(text), undefined, text);
});

test.run();
