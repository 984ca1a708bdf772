import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackagerError } from '../../core/base/errors.ts';
import type { ByteSource } from '../../core/io/byte-source.ts';
import { ContentKey } from '../../core/keys/content-key.ts';
import type { NcgFields } from '../../plugins/ncg/fields.ts';
import { parseNcgHeader, readNcgHeader, verifyNcgKey, writeNcgHeader } from '../../plugins/ncg/header.ts';

const test = suite('ncg-header');

const bytes = (length: number, first: number): Uint8Array => Uint8Array.from({ length }, (_, i) => first + i);
const key = new ContentKey({ id: bytes(16, 1), key: bytes(16, 0x10), iv: bytes(16, 0x20) });
const nonce = bytes(16, 0x30);
const fields: NcgFields = {
  contentId: 'movie & <sequel>',
  keyId: key.uuid,
  siteId: 'DEMO',
  licenseUrl: 'https://example.com/licence?a=1&b="2"',
  source: 'sealpack',
  packageDate: '2010-01-01T12:34:56Z',
  level: 1,
  range: 0,
};
const write = (changes: Partial<NcgFields> = {}) =>
  writeNcgHeader({ fields: { ...fields, ...changes }, key, nonce, payloadBytes: 1000 });

const HASH_AND_TAG = 64;

/** A header around this XML, with the right hash and no valid tag: what somebody without the key can make. */
function forge(xml: string | Uint8Array): Uint8Array {
  const prefix = Buffer.from(write().subarray(0, 40));
  const body = Buffer.from(xml);
  prefix.writeUInt32BE(body.length, 12);
  const hashed = Buffer.concat([prefix, body]);
  return Buffer.concat([hashed, createHash('sha256').update(hashed).digest(), new Uint8Array(32)]);
}

const xmlOf = (header: Uint8Array): string => Buffer.from(header.subarray(40, -HASH_AND_TAG)).toString();

function refusal(act: () => unknown): PackagerError {
  try {
    act();
  } catch (error) {
    if (PackagerError.is(error)) return error;
    throw error;
  }
  throw new Error('this was accepted');
}

test('has the documented layout', () => {
  const header = Buffer.from(write());
  const xml =
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<NCG><ContentID>movie &amp; &lt;sequel&gt;</ContentID><KeyID>01020304-0506-0708-090a-0b0c0d0e0f10</KeyID>' +
    '<SiteID>DEMO</SiteID><AcquisitionURL>https://example.com/licence?a=1&amp;b=&quot;2&quot;</AcquisitionURL>' +
    '<Source>sealpack</Source><PackageDate>2010-01-01T12:34:56Z</PackageDate>' +
    '<EncryptionLevel>1</EncryptionLevel><EncryptionRange>0</EncryptionRange></NCG>';
  assert.is(header.subarray(0, 12).toString('hex'), '894e43470d0a1a0a' + '0001' + '0000');
  assert.is(header.readUInt32BE(12), xml.length);
  assert.equal(header.subarray(16, 32), Buffer.from(nonce));
  assert.is(header.readBigUInt64BE(32), 1000n);
  assert.is(xmlOf(header), xml);
  assert.is(header.length, 40 + xml.length + HASH_AND_TAG);
  assert.is(
    header.subarray(-64, -32).toString('hex'),
    createHash('sha256').update(header.subarray(0, -64)).digest('hex'),
  );
  // Computed with Python's hmac and hashlib from the format document.
  assert.is(
    header.subarray(-32).toString('hex'),
    '53aa967747a3cb3f36073ad9906dc11111f6d0f0f6c87d992ed267dc45f3848c',
  );
});

test('reads back what it wrote', () => {
  const header = parseNcgHeader(write(), 'a.ncg');
  assert.equal(header.fields, fields);
  assert.equal(header.nonce, nonce);
  assert.is(header.payloadBytes, 1000);
  assert.is(header.headerBytes, write().length);
});

test('keeps every text as it is', () => {
  for (const contentId of [' a ', '&amp;', '한국어 🎬', '0012', 'true', 'a]]>b', "it's", '&#65;', '1e5']) {
    assert.is(parseNcgHeader(write({ contentId }), 'a.ncg').fields.contentId, contentId);
  }
  assert.is(parseNcgHeader(write({ siteId: undefined }), 'a.ncg').fields.siteId, undefined);
});

test('detects a change of any byte', () => {
  for (let at = 0; at < write().length; at++) {
    const header = write();
    header[at]! ^= 1;
    const { message } = refusal(() => verifyNcgKey(parseNcgHeader(header, 'a.ncg'), key));
    if (at < 8) assert.match(message, 'a.ncg cannot be read: it is not an NCG file');
    else if (at < 12) assert.match(message, 'version');
    else if (at < header.length - 32) assert.match(message, /ends within its header|was changed or damaged/);
    else assert.match(message, 'rewritten without the key');
  }
});

test('tells the wrong key or IV from damage', () => {
  const header = parseNcgHeader(write(), 'a.ncg');
  verifyNcgKey(header, key);
  const others = [
    new ContentKey({ id: key.id, key: bytes(16, 0x11), iv: bytes(16, 0x20) }),
    new ContentKey({ id: key.id, key: bytes(16, 0x10), iv: bytes(16, 0x21) }),
  ];
  for (const other of others) {
    const error = refusal(() => verifyNcgKey(header, other));
    assert.is(error.code, 'INVALID_KEY');
    assert.match(error.message, 'The key or the IV is not the one of a.ncg');
  }
});

test('wants an IV with the key', () => {
  const without = new ContentKey({ id: key.id, key: key.reveal() });
  assert.is(refusal(() => writeNcgHeader({ fields, key: without, nonce, payloadBytes: 1 })).code, 'KEY_SIZE');
});

test('refuses to write what XML cannot hold', () => {
  for (const contentId of ['a\u0000b', 'a\nb', '\ud800', 'a\uffffb', 'x'.repeat(70_000)]) {
    assert.is(refusal(() => write({ contentId })).code, 'INVALID_OPTION');
  }
});

const GOOD = xmlOf(write());

test('refuses XML that is hostile or not ours, in one sentence', () => {
  const bombs = [
    '<!DOCTYPE NCG [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><NCG><ContentID>&b;</ContentID></NCG>',
    '<!DOCTYPE NCG [<!ENTITY x SYSTEM "file:///etc/passwd">]><NCG><ContentID>&x;</ContentID></NCG>',
    GOOD.replace('movie', '&x;'),
    GOOD.replace('movie', '&#x41;'),
    GOOD.replace('movie', '& '),
    GOOD.replace('movie', '<![CDATA[x]]>'),
    GOOD.replace('</NCG>', '<ContentID>again</ContentID></NCG>'),
    GOOD.replace('</NCG>', `${'<a>'.repeat(9000)}${'</a>'.repeat(9000)}</NCG>`),
    GOOD.replace('</NCG>', ''),
    GOOD.replaceAll('NCG>', 'GCN>'),
    GOOD.replace(/<ContentID>.*<\/ContentID>/, ''),
    GOOD.replace('2010-01-01T', '2010-01-01 '),
    GOOD.replace('>1</EncryptionLevel', '>-1</EncryptionLevel'),
    GOOD.replace('>1</EncryptionLevel', '>4294967296</EncryptionLevel'),
    GOOD.replace('>1</EncryptionLevel', '><b>1</b></EncryptionLevel'),
    '<__proto__><ContentID>a</ContentID></__proto__>',
    '<NCG><constructor>1</constructor><__proto__>2</__proto__></NCG>',
    '<NCG/>',
    '<NCG>',
    '<',
    '',
    `${GOOD}${GOOD}`,
    Buffer.from([0xff, 0xfe, 0x00]),
  ];
  for (const xml of bombs) {
    const { message } = refusal(() => parseNcgHeader(forge(xml), 'a.ncg'));
    assert.match(
      message,
      /^a\.ncg cannot be read: its XML header is not valid: [^\n]+\.$/,
      `${xml}`.slice(0, 200),
    );
  }
});

test('passes over elements that a later version may add', () => {
  const xml = GOOD.replace('</NCG>', '<Binding kind="device"><id>1</id></Binding></NCG>');
  assert.equal(parseNcgHeader(forge(xml), 'a.ncg').fields, fields);
});

const sourceOf = (content: Uint8Array, reads: number[] = []): ByteSource => ({
  name: 'a.ncg',
  size: content.length,
  async read(position, targets) {
    let at = position;
    for (const target of targets) {
      reads.push(target.length);
      target.set(content.subarray(at, at + target.length));
      at += target.length;
    }
  },
  close: async () => {},
});

const fileRefusal = async (content: Uint8Array, reads: number[] = []): Promise<PackagerError> => {
  try {
    await readNcgHeader(sourceOf(content, reads));
  } catch (error) {
    if (PackagerError.is(error)) return error;
    throw error;
  }
  throw new Error('this was accepted');
};

test('reads the header of a file and checks the length of the file', async () => {
  const file = Buffer.concat([write(), new Uint8Array(1000)]);
  assert.equal((await readNcgHeader(sourceOf(file))).fields, fields);
  assert.match(
    (await fileRefusal(file.subarray(0, -1))).message,
    `has ${file.length - 1} bytes, but should have ${file.length}`,
  );
  assert.match((await fileRefusal(Buffer.concat([file, Buffer.of(0)]))).message, 'but should have');
});

test('refuses files of any length that are no NCG files', async () => {
  for (const length of [0, 1, 8, 39, 40, 5000]) {
    assert.match((await fileRefusal(new Uint8Array(length))).message, 'it is not an NCG file');
  }
  for (const length of [40, 100, 400]) {
    assert.match((await fileRefusal(write().subarray(0, length))).message, 'ends within its header');
  }
});

test('does not believe a length that is out of range', async () => {
  const reads: number[] = [];
  const header = Buffer.from(write());
  header.writeUInt32BE(0xffff_ffff, 12);
  assert.match((await fileRefusal(header, reads)).message, 'a length is out of range');
  assert.ok(Math.max(...reads) <= 40);
  const long = Buffer.from(write());
  long.writeBigUInt64BE(2n ** 63n, 32);
  assert.match((await fileRefusal(long)).message, 'a length is out of range');
});

test.run();
