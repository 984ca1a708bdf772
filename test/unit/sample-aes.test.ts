import { createCipheriv } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, copyBytes, fromHex, toHex } from '../../core/base/bytes.ts';
import { PackagerError } from '../../core/base/errors.ts';
import type { Segment } from '../../core/media/segment.ts';
import type { CodedTrack } from '../../core/media/track.ts';
import { createSampleAesProtector } from '../../core/protection/sample-aes.ts';
import { makeSegment } from '../helpers/media/segments.ts';
import { aacTrack, avcTrack, frames, nalUnit, pictures, sample } from '../helpers/media/ts-media.ts';
import { testKey } from '../helpers/titles/renditions.ts';

const test = suite('SAMPLE-AES');

const KEY = testKey();
const IV = fromHex('a0a1a2a3a4a5a6a7a8a9aaabacadaeaf');
/** Ciphertext of zeros with this key and IV: the first two blocks of the chain. */
const ZEROS = 'c911a312ec749cafcbf2958ee455122b3bd97aaa20c4c65c33f4e81417308edd';

const protect = (segment: Segment, track: CodedTrack = segment.track): Segment =>
  createSampleAesProtector({ track, key: KEY, iv: IV }).protectSegment!(segment);

/** The samples of a segment, apart. */
function samplesOf({ data, sizes }: Segment): Uint8Array[] {
  let at = 0;
  const samples = Array.from(sizes, (size) => {
    at += size;
    return copyBytes(data, at - size, at);
  });
  assert.is(at, data.length);
  return samples;
}

/** The one NAL unit of each sample, after its 4-byte length. */
const unitsOf = (segment: Segment): Uint8Array[] =>
  samplesOf(segment).map((bytes) => {
    assert.is(Buffer.from(bytes).readUInt32BE(0), bytes.length - 4);
    return bytes.subarray(4);
  });

/** Apple's text, word for word: a fresh cipher for each NAL unit, a loop over each block and byte. */
function byTheBook(unit: Uint8Array): Uint8Array {
  const type = unit[0]! & 31;
  if ((type !== 1 && type !== 5) || unit.length <= 48) return unit;
  const encrypted = Buffer.from(unit);
  const cipher = createCipheriv('aes-128-cbc', KEY.reveal(), IV).setAutoPadding(false);
  for (let at = 32; encrypted.length - at > 16; at += 160) {
    cipher.update(encrypted.subarray(at, at + 16)).copy(encrypted, at);
  }
  const escaped: number[] = [];
  let zeros = 0;
  for (const byte of encrypted) {
    if (zeros === 2 && byte <= 3) {
      escaped.push(3);
      zeros = 0;
    }
    escaped.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Uint8Array.from(escaped);
}

/** Bytes that repeat from run to run. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
}

/** Positions of bytes that differ. */
const changed = (before: Uint8Array, after: Uint8Array): number[] =>
  Array.from(after.keys()).filter((i) => before[i] !== after[i]);

const range = (start: number, end: number): number[] =>
  Array.from({ length: end - start }, (_, i) => start + i);

test('encrypts slices longer than 48 bytes, from byte 32, while more than 16 bytes remain', () => {
  const first = range(32, 48);
  const second = range(192, 208);
  const expected = [
    [48, []],
    [49, first],
    [208, first], // exactly 16 remain at 192
    [209, [...first, ...second]],
    [368, [...first, ...second]],
    [369, [...first, ...second, ...range(352, 368)]],
  ] as const;
  for (const [size, positions] of expected) {
    const clear = nalUnit(0x41, size);
    const [encrypted] = unitsOf(protect(makeSegment([sample([clear])], { track: avcTrack() })));
    assert.equal(changed(clear, encrypted!), positions, `${size} bytes`);
  }
});

test('matches a plain reading of the format on slices of every kind', () => {
  const next = noise(1);
  const units = range(0, 400).map((i) => {
    const alphabet = i % 2 ? 256 : 4; // small ones are full of 00 00 0x
    const unit = Uint8Array.from({ length: 1 + ((i * 37) % 700) }, () => next() % alphabet);
    unit[0] = [0x65, 0x41, 0x01, 0x06, 0x67, 0x09][i % 6]!;
    return unit;
  });
  const samples = range(0, 100).map((i) => sample(units.slice(i * 4, i * 4 + 4)));
  const expected = range(0, 100).map((i) => toHex(sample(units.slice(i * 4, i * 4 + 4).map(byTheBook))));
  const protector = createSampleAesProtector({ track: avcTrack(), key: KEY, iv: IV });
  for (const part of [0, 1]) {
    const segment = makeSegment(samples.slice(part * 50, part * 50 + 50), { track: avcTrack() });
    const encrypted = samplesOf(protector.protectSegment!(segment)).map(toHex);
    assert.equal(encrypted, expected.slice(part * 50, part * 50 + 50));
  }
});

test('escapes zeros that only the ciphertext makes', () => {
  // Two zeros before each encrypted block: escaped where the block turns out to begin with 00 to 03.
  const next = noise(7);
  const units = range(0, 60).map(() => {
    const unit = Uint8Array.from({ length: 4000 }, () => 4 + (next() % 252));
    unit[0] = 0x41;
    for (let at = 192; at < unit.length; at += 160) unit.fill(0, at - 2, at);
    return unit;
  });
  const encrypted = unitsOf(
    protect(
      makeSegment(
        units.map((unit) => sample([unit])),
        { track: avcTrack() },
      ),
    ),
  );
  assert.ok(encrypted.filter((unit) => unit.length > 4000).length > 5);
  assert.equal(encrypted, units.map(byTheBook));
});

test('escapes the clear parts of an encrypted slice a second time, and no other NAL unit', () => {
  const slice = nalUnit(0x41, 100);
  slice.set([0, 0, 3, 1], 10);
  const short = nalUnit(0x41, 48);
  short.set([0, 0, 3, 1], 10);
  const sei = nalUnit(0x06, 100);
  sei.set([0, 0, 3, 1], 10);
  const segment = makeSegment(
    [slice, short, sei].map((unit) => sample([unit])),
    { track: avcTrack() },
  );
  const [escaped, ...others] = unitsOf(protect(segment));
  assert.is(toHex(escaped!.subarray(10, 15)), '0000030301');
  assert.is(escaped!.length, 101);
  assert.equal(others, [short, sei]);
});

test('every slice starts from the IV', () => {
  const unit = nalUnit(0x41, 500);
  const segment = makeSegment([sample([unit, unit]), sample([unit])], { track: avcTrack() });
  const [first, second] = samplesOf(protect(segment));
  assert.equal(concat([second!, second!]), first);
});

test('is the same for length prefixes of 1, 2 and 4 bytes; the result has 4', () => {
  const units = [nalUnit(0x65, 200), nalUnit(0x41, 49)];
  const [one, two, four] = [1, 2, 4].map((nalLengthSize) =>
    protect(
      makeSegment(
        units.map((unit) => sample([unit], nalLengthSize)),
        { track: avcTrack(), nalLengthSize },
      ),
    ),
  );
  assert.equal(toHex(one!.data), toHex(four!.data));
  assert.equal(toHex(two!.data), toHex(four!.data));
  assert.equal(
    [one!, two!, four!].map(({ nalLengthSize }) => nalLengthSize),
    [4, 4, 4],
  );
  assert.equal(Array.from(one!.sizes), [204, 53]);
});

test('keeps times and sync marks', () => {
  const segment = pictures([100, 200], { decodeTime: 77, compositionOffsets: Int32Array.of(5, -5) });
  const { count, decodeTime, durations, compositionOffsets, sync } = segment;
  const result = protect(segment);
  assert.equal(
    [result.count, result.decodeTime, result.durations, result.compositionOffsets, result.sync],
    [count, decodeTime, durations, compositionOffsets, sync],
  );
});

test('refuses NAL units that do not fill their sample', () => {
  for (const broken of ['0000000541', '00000000000000', 'ffffffff41']) {
    try {
      protect(makeSegment([fromHex(broken)], { track: avcTrack() }));
      assert.unreachable();
    } catch (error) {
      assert.ok(PackagerError.is(error));
      assert.is(error.code, 'NOT_MEDIA');
    }
  }
});

test('encrypts the whole blocks of an audio frame after a leader of 16 bytes', () => {
  const encrypted = samplesOf(protect(frames([31, 32, 47, 48, 350])));
  const positions = encrypted.map((frame, i) => changed(new Uint8Array(frame.length).fill(i + 1), frame));
  assert.equal(positions[0], []);
  assert.equal(positions[1], range(16, 32));
  assert.equal(positions[2], range(16, 32));
  assert.equal(positions[3], range(16, 48));
  // Of so many bytes one or the other is its own ciphertext.
  assert.ok(positions[4]!.length > 310 && positions[4]![0]! >= 16 && positions[4]!.at(-1)! < 336);
});

test('matches the published ciphertext, and every frame starts from the IV', () => {
  const zeros = new Uint8Array(50);
  const segment = makeSegment([zeros, zeros], { track: aacTrack(), nalLengthSize: 0 });
  const expected = `${'00'.repeat(16)}${ZEROS}0000`;
  assert.is(toHex(protect(segment).data), expected + expected);
});

test('refuses codecs that the format does not have, and an IV of another length', () => {
  const refusal = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      return PackagerError.is(error) ? error.code : '';
    }
    return '';
  };
  const iv = IV;
  assert.is(
    refusal(() => createSampleAesProtector({ track: avcTrack({ entry: 'hvc1' }), key: KEY, iv })),
    'UNSUPPORTED_CODEC',
  );
  assert.is(
    refusal(() => createSampleAesProtector({ track: avcTrack(), key: KEY, iv: iv.subarray(8) })),
    'KEY_SIZE',
  );
});

test.run();
