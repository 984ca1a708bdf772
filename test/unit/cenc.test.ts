import { createDecipheriv } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, copyBytes, fromHex, toHex, view } from '../../core/base/bytes.ts';
import { PackagerError } from '../../core/base/errors.ts';
import { ContentKey } from '../../core/keys/content-key.ts';
import type { Subsamples } from '../../core/media/segment.ts';
import { createCencProtector } from '../../core/protection/cenc.ts';
import { SampleCtr } from '../../core/protection/sample-ctr.ts';
import { AVC_STREAMS } from '../helpers/media/avc-streams.ts';
import { lengthPrefixed } from '../helpers/media/length-prefix.ts';
import { makeSegment, makeTrack } from '../helpers/media/segments.ts';

const test = suite('cenc');

const keyBytes = fromHex('101112131415161718191a1b1c1d1e1f');
const key = new ContentKey({ id: fromHex('000102030405060708090a0b0c0d0e0f'), key: keyBytes });
const audio = makeTrack({ kind: 'audio', entry: 'mp4a', codecs: 'mp4a.40.2' });
const iv = fromHex('0102030405060708');
/** Key stream of that key and IV, blocks 0 and 1. */
const KEY_STREAM = '06ae0376046026ee2de0e0b2ac8c9be96416cf1289d54c4d5809d72a710bc11a';

/** Bytes without a pattern that a wrong offset could hide behind. */
const noise = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (at * at * 31 + at * 7) >> 3);

/** Not `assert.equal`: its picture of the difference takes minutes for samples of this size. */
const same = (a: Uint8Array, b: Uint8Array): boolean => view(a).equals(b);

/** One sample's protected bytes, joined, decrypted by node's own CTR; clear bytes as they are. */
function decrypted(
  sample: Uint8Array,
  parts: readonly (readonly [number, number])[],
  iv8: Uint8Array,
): Uint8Array {
  const decipher = createDecipheriv('aes-128-ctr', keyBytes, concat([iv8, new Uint8Array(8)]));
  let at = 0;
  return concat(
    parts.flatMap(([clear, secret]) => {
      const end = at + clear + secret;
      const pieces = [copyBytes(sample, at, at + clear), decipher.update(copyBytes(sample, at + clear, end))];
      at = end;
      return pieces;
    }),
  );
}

/** An avcC payload and a sample of `count` slices of about `bytes` bytes. */
const stream = AVC_STREAMS.find(({ what }) => what.includes('Baseline'))!;
const config = concat([
  fromHex('0142c00dffe1'),
  lengthPrefixed(fromHex(stream.sps), 2),
  fromHex('01'),
  lengthPrefixed(fromHex(stream.pps), 2),
]);
const [sliceStart, header] = stream.slices[0]!;
const pictureOf = (count: number, bytes: number): Uint8Array =>
  concat(Array.from({ length: count }, () => lengthPrefixed(concat([fromHex(sliceStart), noise(bytes)]), 4)));

test('uses the key stream of the reference vectors', () => {
  const segment = makeSegment([new Uint8Array(32)], { track: audio, nalLengthSize: 0 });
  const { data, encryption } = createCencProtector({ track: audio, key, iv }).protectSegment!(segment);
  assert.is(toHex(data), KEY_STREAM);
  assert.is(toHex(encryption!.ivs), toHex(iv));
});

test('the key stream runs on over the subsamples of a sample, whatever their sizes', () => {
  const layout: Subsamples = {
    counts: Uint16Array.of(3),
    clear: Uint16Array.of(2, 1, 3),
    protected: Uint32Array.of(5, 16, 11),
  };
  const data = new Uint8Array(38);
  new SampleCtr(keyBytes).encrypt(data, layout, iv);
  const [a, b, c] = [KEY_STREAM.slice(0, 10), KEY_STREAM.slice(10, 42), KEY_STREAM.slice(42)];
  assert.is(toHex(data), `0000${a}00${b}000000${c}`);
});

test('a sample of many small parts that no batch holds comes out the same', () => {
  const parts = Array.from({ length: 40 }, () => [5, 1700] as const);
  const layout: Subsamples = {
    counts: Uint16Array.of(parts.length),
    clear: Uint16Array.from(parts, ([clear]) => clear),
    protected: Uint32Array.from(parts, ([, secret]) => secret),
  };
  const sample = noise(40 * 1705);
  const data = copyBytes(sample);
  new SampleCtr(keyBytes).encrypt(data, layout, iv);
  assert.not(same(data, sample));
  assert.ok(same(decrypted(data, parts, iv), sample));
});

test('audio is protected whole, without subsamples, also where a sample is shorter than a block', () => {
  const samples = [1, 15, 16, 17, 350, 4095, 4096, 70_000, 65_536, 3].map(noise);
  const protector = createCencProtector({ track: audio, key, iv });
  const { data, encryption } = protector.protectSegment!(
    makeSegment(samples, { track: audio, nalLengthSize: 0 }),
  );
  assert.is(encryption!.subsamples, undefined);
  assert.is(encryption!.ivSize, 8);
  let at = 0;
  for (const [index, sample] of samples.entries()) {
    const iv8 = encryption!.ivs.subarray(index * 8, index * 8 + 8);
    const got = data.subarray(at, at + sample.length);
    assert.not(same(got, sample));
    assert.ok(same(decrypted(got, [[0, sample.length]], iv8), sample), `sample ${index}`);
    at += sample.length;
  }
});

test('many small samples come out as one by one', () => {
  const samples = Array.from({ length: 2000 }, (_, index) => noise(index % 400));
  const protector = createCencProtector({ track: audio, key, iv });
  const { data, encryption } = protector.protectSegment!(
    makeSegment(samples, { track: audio, nalLengthSize: 0 }),
  );
  let at = 0;
  for (const [index, sample] of samples.entries()) {
    const iv8 = encryption!.ivs.subarray(index * 8, index * 8 + 8);
    const got = data.subarray(at, at + sample.length);
    assert.ok(same(decrypted(got, [[0, sample.length]], iv8), sample), `sample ${index}`);
    at += sample.length;
  }
});

for (const [what, count, bytes] of [
  ['one large slice', 1, 34_000],
  ['four large slices', 4, 9001],
  ['four small slices', 4, 301],
] as const) {
  test(`video keeps slice headers clear and protects whole blocks up to the end of each slice: ${what}`, () => {
    const track = makeTrack({ config });
    const samples = [pictureOf(count, bytes), pictureOf(count, bytes + 1)];
    const protector = createCencProtector({ track, key, iv });
    const { data, encryption } = protector.protectSegment!(makeSegment(samples, { track }));
    const { counts, clear, protected: secret } = encryption!.subsamples!;
    assert.equal([...counts], [count, count]);
    let at = 0;
    let row = 0;
    for (const [index, sample] of samples.entries()) {
      const parts = Array.from({ length: count }, () => [clear[row]!, secret[row++]!] as const);
      for (const [clearBytes, secretBytes] of parts) {
        assert.ok(clearBytes >= 4 + header && clearBytes < 4 + header + 16, `${clearBytes} clear bytes`);
        assert.is(secretBytes % 16, 0);
      }
      const iv8 = encryption!.ivs.subarray(index * 8, index * 8 + 8);
      const got = copyBytes(data, at, at + sample.length);
      assert.not(same(got, sample));
      assert.ok(same(decrypted(got, parts, iv8), sample), `sample ${index}`);
      at += sample.length;
    }
  });
}

test('IVs count up by one a sample, over the borders of segments and of 64 bits', () => {
  const last = fromHex('fffffffffffffffe');
  const protector = createCencProtector({ track: audio, key, iv: last });
  const segment = () => makeSegment([noise(20), noise(20)], { track: audio, nalLengthSize: 0 });
  assert.is(toHex(protector.protectSegment!(segment()).encryption!.ivs), 'fffffffffffffffeffffffffffffffff');
  assert.is(toHex(protector.protectSegment!(segment()).encryption!.ivs), '00000000000000000000000000000001');

  const carry = createCencProtector({ track: audio, key, iv: fromHex('00000007ffffffff') });
  assert.is(toHex(carry.protectSegment!(segment()).encryption!.ivs), '00000007ffffffff0000000800000000');
});

test('works in place and does not touch the rest of the segment', () => {
  const segment = makeSegment([noise(100)], { track: audio, nalLengthSize: 0 });
  const protectedSegment = createCencProtector({ track: audio, key, iv }).protectSegment!(segment);
  assert.is(protectedSegment.data, segment.data);
  assert.is(protectedSegment.sizes, segment.sizes);
});

test('an empty segment stays empty', () => {
  const segment = makeSegment([], { track: audio, nalLengthSize: 0 });
  assert.is(
    createCencProtector({ track: audio, key, iv }).protectSegment!(segment).encryption!.ivs.length,
    0,
  );
});

test('refuses an IV that has not 8 bytes', () => {
  assert.throws(
    () => createCencProtector({ track: audio, key, iv: new Uint8Array(16) }),
    (error: unknown) => PackagerError.is(error) && error.code === 'KEY_SIZE',
  );
});

test.run();
