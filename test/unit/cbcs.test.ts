import { createDecipheriv } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, fromHex, toHex } from '../../core/base/bytes.ts';
import { PackagerError } from '../../core/base/errors.ts';
import type { Segment } from '../../core/media/segment.ts';
import type { CodedTrack } from '../../core/media/track.ts';
import { createCbcsProtector } from '../../core/protection/cbcs.ts';
import { AVC_STREAMS } from '../helpers/media/avc-streams.ts';
import { lengthPrefixed } from '../helpers/media/length-prefix.ts';
import { makeSegment, makeTrack } from '../helpers/media/segments.ts';
import { testKey } from '../helpers/titles/renditions.ts';

const test = suite('cbcs');

const IV = fromHex('a0a1a2a3a4a5a6a7a8a9aaabacadaeaf');
const KEY = testKey();
/** The first two blocks of zeros under that key and IV: the published vector. */
const FIRST = 'c911a312ec749cafcbf2958ee455122b';
const SECOND = '3bd97aaa20c4c65c33f4e81417308edd';

const audio = makeTrack({ kind: 'audio', entry: 'mp4a', codecs: 'mp4a.40.2' });

/** H.264 of which the slice header is known; a slice is it and `bytes` bytes of zeros. */
const stream = AVC_STREAMS.find(({ what }) => what.includes('Baseline'))!;
const [sliceStart, header] = stream.slices[0]!;
const config = concat([
  fromHex('0142c00dffe1'),
  lengthPrefixed(fromHex(stream.sps), 2),
  fromHex('01'),
  lengthPrefixed(fromHex(stream.pps), 2),
]);
const video = makeTrack({ config });
const slice = (bytes: number): Uint8Array =>
  lengthPrefixed(concat([fromHex(sliceStart).subarray(0, header), new Uint8Array(bytes)]), 4);

const protect = (track: CodedTrack, segment: Segment): Segment =>
  createCbcsProtector({ track, key: KEY, iv: IV }).protectSegment!(segment);

const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (PackagerError.is(error)) return `${error.code} ${error.message}`;
  }
  return '';
};

/** The bodies of the slices of encrypted samples, which all have one size. */
const bodies = ({ data }: Segment, bytes: number, count: number): string[] =>
  Array.from({ length: count }, (_, n) => {
    const start = n * (4 + header + bytes) + 4 + header;
    return toHex(data.subarray(start, start + bytes));
  });

test('encrypts one block in ten of a slice behind its header: the published vector', () => {
  const segment = protect(video, makeSegment([slice(176)], { track: video }));
  assert.equal(bodies(segment, 176, 1), [FIRST + '00'.repeat(144) + SECOND]);
  assert.is(toHex(segment.data.subarray(0, 4 + header)), toHex(slice(176).subarray(0, 4 + header)));
});

test('encrypts a block as long as a whole one is left, never a part', () => {
  const lengths = { 15: 0, 16: 1, 17: 1, 160: 1, 175: 1, 176: 2, 336: 3 };
  for (const [bytes, count] of Object.entries(lengths)) {
    const [body] = bodies(protect(video, makeSegment([slice(Number(bytes))])), Number(bytes), 1);
    const blocks = [0, 160, 320].filter((at) => /[^0]/.test(body!.slice(2 * at, 2 * at + 32)));
    assert.is(blocks.length, count, `${bytes} bytes`);
    assert.is(body!.replaceAll('0', '').length > 0, count > 0);
  }
});

test('every slice starts from the IV, with the pattern anew', () => {
  const sample = concat([slice(176), slice(176)]);
  const segment = protect(video, makeSegment([sample, sample], { track: video }));
  const expected = FIRST + '00'.repeat(144) + SECOND;
  assert.equal(bodies(segment, 176, 4), [expected, expected, expected, expected]);
});

test('states clear and protected bytes that are not rounded, and no IVs', () => {
  const { encryption } = protect(video, makeSegment([slice(173)], { track: video }));
  assert.is(encryption!.ivSize, 0);
  assert.is(encryption!.ivs.length, 0);
  assert.equal([...encryption!.subsamples!.clear], [4 + header]);
  assert.equal([...encryption!.subsamples!.protected], [173]);
});

test('audio: all whole blocks of a sample, a tail that stays clear, each sample from the IV', () => {
  const samples = [0, 15, 16, 47, 350].map((size) =>
    Uint8Array.from({ length: size }, (_, i) => i * 7 + size),
  );
  const { data, encryption } = protect(audio, makeSegment(samples, { track: audio, nalLengthSize: 0 }));
  assert.is(encryption!.subsamples, undefined);
  let at = 0;
  for (const sample of samples) {
    const got = data.subarray(at, at + sample.length);
    const whole = sample.length - (sample.length % 16);
    const decipher = createDecipheriv('aes-128-cbc', KEY.reveal(), IV).setAutoPadding(false);
    assert.is(toHex(decipher.update(got.subarray(0, whole))), toHex(sample.subarray(0, whole)));
    assert.is(toHex(got.subarray(whole)), toHex(sample.subarray(whole)));
    if (whole > 0) assert.not.equal(toHex(got), toHex(sample));
    at += sample.length;
  }
});

test('the chain does not run on from segment to segment', () => {
  const protector = createCbcsProtector({ track: audio, key: KEY, iv: IV });
  const next = () => protector.protectSegment!(makeSegment([new Uint8Array(16)], { track: audio }));
  assert.equal([toHex(next().data), toHex(next().data)], [FIRST, FIRST]);
});

test('refuses VP9, which has no cbcs, and an IV of another length', () => {
  const refusalOf = (entry: string) => {
    const track = makeTrack({ entry, codecs: `${entry}.00.10.08` });
    return refusal(() => createCbcsProtector({ track, key: KEY, iv: IV }));
  };
  assert.match(
    refusalOf('vp09'),
    /^UNSUPPORTED_CODEC .*the cbcs scheme cannot protect.*VP9 in MP4 knows cenc alone/,
  );
  assert.match(refusalOf('vp08'), /^UNSUPPORTED_CODEC .*"vp08", which cannot be protected/);
  assert.match(
    refusal(() => createCbcsProtector({ track: audio, key: KEY, iv: IV.subarray(8) })),
    /^KEY_SIZE/,
  );
});

test.run();
