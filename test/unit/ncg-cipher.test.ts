import { createCipheriv, createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackagerError } from '../../core/base/errors.ts';
import { Run } from '../../core/contract/run.ts';
import type { ByteSource } from '../../core/io/byte-source.ts';
import type { OutputFile } from '../../core/io/output-tree.ts';
import { ContentKey } from '../../core/keys/content-key.ts';
import { createNcgDecryptor, createNcgProtector } from '../../plugins/ncg/cipher.ts';
import { ncgFields } from '../../plugins/ncg/fields.ts';
import { decryptNcgFile, unwrapKey, wrapKey } from '../../plugins/ncg/files.ts';
import { parseNcgHeader } from '../../plugins/ncg/header.ts';
import { memorySource } from '../helpers/oracles/read-mp4.ts';

const test = suite('ncg-cipher');

const bytes = (length: number, first: number): Uint8Array => Uint8Array.from({ length }, (_, i) => first + i);
const id = bytes(16, 1);
const key = new ContentKey({ id, key: bytes(16, 0x10), iv: bytes(16, 0x20) });
const otherKey = new ContentKey({ id, key: bytes(16, 0x11), iv: bytes(16, 0x20) });

const run = new Run(
  {
    title: {
      contentId: 'movie',
      inputs: [],
      output: '',
      modes: undefined,
      segmentDuration: 6,
      clear: [],
      overwrite: false,
      workers: 0,
      reproducible: { seed: '00'.repeat(32), time: '2010-01-01T12:34:56.789Z' },
    },
    inputs: [],
    contentId: 'movie',
  },
  new AbortController().signal,
);

const fields = ncgFields({}, key.uuid, run);

/** What encrypts a file of so many bytes. */
const cipherOf = (payloadBytes: number, nonce = bytes(16, 0x30), withKey = key) =>
  createNcgProtector({ fields, key: withKey, nonce, payloadBytes }).protectResource!(0);

function encrypt(clear: Uint8Array, nonce?: Uint8Array, withKey?: ContentKey): Buffer {
  const cipher = cipherOf(clear.length, nonce, withKey);
  return Buffer.concat([cipher.header!, cipher.update(clear), cipher.final()]);
}

const payloadOf = (file: Uint8Array): Uint8Array => file.subarray(parseNcgHeader(file, 'a.ncg').headerBytes);

const clear = Uint8Array.from({ length: 100_003 }, (_, i) => (i * 31 + (i >> 8)) & 0xff);

test('encrypts in AES-128-CTR with IV ⊕ nonce as the first counter block', () => {
  const cipher = createCipheriv('aes-128-ctr', key.reveal(), bytes(16, 0).fill(0x10)); // 0x20… ⊕ 0x30…
  assert.equal(Buffer.from(payloadOf(encrypt(clear))), cipher.update(clear));
  // openssl enc -aes-128-ctr -K 101112…1f -iv 1010…10, of 16 zero bytes
  assert.is(
    Buffer.from(payloadOf(encrypt(new Uint8Array(16)))).toString('hex'),
    'cd4df98f6a4b455760a523afa0687dfc',
  );
});

test('makes the same file whatever the size of the pieces', () => {
  const cipher = cipherOf(clear.length);
  const parts = [cipher.header!];
  for (let at = 0; at < clear.length; at += 777) parts.push(cipher.update(clear.subarray(at, at + 777)));
  parts.push(cipher.final());
  assert.equal(Buffer.concat(parts), encrypt(clear));
});

test('decrypts any range by itself', () => {
  const file = encrypt(clear);
  const payload = payloadOf(file);
  const decryptor = createNcgDecryptor(parseNcgHeader(file, 'a.ncg'), key);
  for (const [from, to] of [
    [0, 1],
    [1, 2],
    [15, 17],
    [16, 32],
    [31, 100],
    [99_999, 100_003],
    [0, 100_003],
    [5, 5],
  ] as const) {
    const part = decryptor.decryptRange(from, payload.subarray(from, to));
    assert.equal(Buffer.from(part), Buffer.from(clear.subarray(from, to)), `${from} to ${to}`);
  }
  for (const from of [-1, 100_003, Number.NaN]) {
    assert.throws(() => decryptor.decryptRange(from, payload.subarray(0, 1)), /of a payload of 100003/);
  }
});

test('carries the counter over all 128 bits', () => {
  const last = new ContentKey({ id, key: key.reveal(), iv: new Uint8Array(16).fill(0xff) });
  const file = encrypt(clear.subarray(0, 64), new Uint8Array(16), last);
  const cipher = createCipheriv('aes-128-ctr', key.reveal(), new Uint8Array(16).fill(0xff));
  assert.equal(Buffer.from(payloadOf(file)), cipher.update(clear.subarray(0, 64)));
  const decryptor = createNcgDecryptor(parseNcgHeader(file, 'a.ncg'), last);
  const part = decryptor.decryptRange(20, payloadOf(file).subarray(20, 40));
  assert.equal(Buffer.from(part), Buffer.from(clear.subarray(20, 40)));
});

test('shares no keystream between two files under one key', () => {
  const zeros = new Uint8Array(64 * 1024);
  const blocks = (file: Buffer) => Buffer.from(payloadOf(file)).toString('hex').match(/.{32}/g) ?? [];
  const nonceOf = (purpose: string) => run.random(purpose, 16);
  const all = ['ncg/a.mp4/nonce', 'ncg/b.mp4/nonce'].flatMap((purpose) =>
    blocks(encrypt(zeros, nonceOf(purpose))),
  );
  assert.is(new Set(all).size, 2 * 4096);
});

test('encrypts one file and no more', () => {
  const protector = createNcgProtector({ fields, key, nonce: bytes(16, 0), payloadBytes: 1 });
  protector.protectResource!(0);
  assert.throws(() => protector.protectResource!(0), /one file, once/);
  assert.throws(() =>
    createNcgProtector({ fields, key, nonce: bytes(16, 0), payloadBytes: 1 }).protectResource!(1),
  );
});

test('does not finish a payload of another length than the header says', () => {
  for (const length of [9, 11]) {
    const cipher = cipherOf(10);
    cipher.update(new Uint8Array(length));
    assert.throws(() => cipher.final(), new RegExp(`has ${length} bytes, the header says 10`));
  }
});

test('does not decrypt with another key', () => {
  const header = parseNcgHeader(encrypt(clear), 'a.ncg');
  assert.throws(
    () => createNcgDecryptor(header, otherKey),
    (error: PackagerError) => error.code === 'INVALID_KEY',
  );
});

/** An output file in memory. */
function memory(): { file: OutputFile; content(): Buffer } {
  const parts: Buffer[] = [];
  const length = () => parts.reduce((sum, part) => sum + part.length, 0);
  const refuse = () => {
    throw new Error('only appended to');
  };
  return {
    content: () => Buffer.concat(parts),
    file: {
      path: 'a',
      get position() {
        return length();
      },
      reserve: refuse,
      writeAt: refuse,
      append: async (more) => void parts.push(...more.map((part) => Buffer.from(part))),
      close: async () => {},
    },
  };
}

const sourceOf = (content: Uint8Array): ByteSource => ({ ...memorySource(content), name: 'a.ncg' });

test('decrypts a file of several pieces', async () => {
  const long = new Uint8Array(2 ** 20 * 2 + 5).map((_, i) => i ^ (i >> 12));
  for (const payload of [long, new Uint8Array(0)]) {
    const { file, content } = memory();
    const header = await decryptNcgFile(sourceOf(encrypt(payload)), key, file);
    assert.is(header.fields.contentId, 'movie');
    const hash = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
    assert.is(hash(content()), hash(payload));
  }
});

test('writes nothing with the wrong key, or of a file that is cut short', async () => {
  const refused = async (file: Uint8Array, withKey: ContentKey): Promise<string> => {
    const { file: output, content } = memory();
    try {
      await decryptNcgFile(sourceOf(file), withKey, output);
    } catch (error) {
      assert.is(content().length, 0);
      return PackagerError.is(error) ? error.code : String(error);
    }
    return 'accepted';
  };
  assert.is(await refused(encrypt(clear), otherKey), 'INVALID_KEY');
  assert.is(await refused(encrypt(clear).subarray(0, -1), key), 'INPUT_NOT_READABLE');
});

test('wraps a key that can be unwrapped with the key alone', () => {
  const file = wrapKey(key, { siteId: 'DEMO' }, run);
  assert.equal(Buffer.from(unwrapKey(file, key, 'key.ncg')), Buffer.from(key.reveal()));
  assert.not.ok(Buffer.from(file).includes(Buffer.from(key.reveal())));
  assert.is(parseNcgHeader(file, 'key.ncg').fields.siteId, 'DEMO');
  assert.throws(() => unwrapKey(file, otherKey, 'key.ncg'), /not the one of key\.ncg/);
  assert.throws(() => unwrapKey(file.subarray(0, -1), key, 'key.ncg'), /does not hold a key of 16 bytes/);
  assert.throws(() => unwrapKey(encrypt(clear), key, 'a.ncg'), /does not hold a key of 16 bytes/);
});

test('fills in the fields from the run and the defaults of the guide', () => {
  assert.equal(ncgFields({ source: 'me', level: 3 }, key.uuid, run), {
    contentId: 'movie',
    keyId: '01020304-0506-0708-090a-0b0c0d0e0f10',
    siteId: undefined,
    licenseUrl: 'https://tokyo.pallycon.com/ri/licenseManager.do',
    source: 'me',
    packageDate: '2010-01-01T12:34:56Z',
    level: 3,
    range: 0,
  });
});

test.run();
