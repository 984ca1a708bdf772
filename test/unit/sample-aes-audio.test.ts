import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, copyBytes, fromHex, toHex } from '../../core/base/bytes.ts';
import { PackagerError } from '../../core/base/errors.ts';
import type { Segment } from '../../core/media/segment.ts';
import type { CodedTrack } from '../../core/media/track.ts';
import { createSampleAesProtector } from '../../core/protection/sample-aes.ts';
import { makeSegment, makeTrack } from '../helpers/media/segments.ts';
import { decryptAc3, decryptEac3 } from '../helpers/oracles/sample-aes-audio.ts';
import { testKey } from '../helpers/titles/renditions.ts';

const test = suite('SAMPLE-AES of AC-3 and E-AC-3');

const HEX = { key: '101112131415161718191a1b1c1d1e1f', iv: 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf' };
/** Blocks of zeros under that key and IV. */
const FIRST = 'c911a312ec749cafcbf2958ee455122b';
const SECOND = '3bd97aaa20c4c65c33f4e81417308edd';

const dolby = (entry: 'ac-3' | 'ec-3'): CodedTrack => makeTrack({ kind: 'audio', entry, codecs: entry });

function protect(entry: 'ac-3' | 'ec-3', samples: readonly Uint8Array[]): Uint8Array[] {
  const track = dolby(entry);
  const protector = createSampleAesProtector({ track, key: testKey(), iv: fromHex(HEX.iv) });
  const { data, sizes }: Segment = protector.protectSegment!(
    makeSegment(samples, { track, nalLengthSize: 0 }),
  );
  let at = 0;
  return Array.from(sizes, (size) => {
    at += size;
    return copyBytes(data, at - size, at);
  });
}

/** An E-AC-3 syncframe of `bytes` bytes, an even number: sync word, frmsiz, bsid 16; zeros, or `fill`, after it. */
function eac3(bytes: number, fill = 0): Uint8Array {
  const words = bytes / 2 - 1;
  const frame = new Uint8Array(bytes).fill(fill, 6);
  frame.set([0x0b, 0x77, words >> 8, words & 0xff, 0, 16 << 3]);
  return frame;
}

/** An AC-3 syncframe: fscod, frmsizecod, bsid 8. */
function ac3(fscod: number, code: number, bytes: number): Uint8Array {
  const frame = Uint8Array.from({ length: bytes }, (_, i) => i * 13);
  frame.set([0x0b, 0x77, 0, 0, (fscod << 6) | code, 8 << 3]);
  return frame;
}

const failure = (work: () => unknown): PackagerError => {
  try {
    work();
  } catch (error) {
    if (PackagerError.is(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
};

test('E-AC-3: a leader of 16 bytes, whole blocks, a clear tail', () => {
  const clear = eac3(58);
  const [frame] = protect('ec-3', [clear]);
  assert.is(toHex(frame!), `${toHex(clear.subarray(0, 16))}${FIRST}${SECOND}${'00'.repeat(10)}`);
});

test('E-AC-3: the chain runs through the syncframes of an access unit, and starts anew with the next', () => {
  const unit = concat([eac3(36), eac3(40), eac3(12), eac3(20)]);
  const [first, second] = protect('ec-3', [unit, unit]);
  const leader = toHex(eac3(40).subarray(0, 16));
  const expected = [
    `${toHex(eac3(36).subarray(0, 16))}${FIRST}00000000`,
    `${leader}${SECOND}${'00'.repeat(8)}`,
    toHex(eac3(12)), // shorter than a leader
    toHex(eac3(20)), // no whole block behind it
  ];
  assert.is(toHex(first!), expected.join(''));
  assert.is(toHex(second!), expected.join(''));
});

test('E-AC-3: units of several large syncframes decrypt after Apple’s text', () => {
  const units = [
    concat([eac3(4096, 3), eac3(1538, 5), eac3(770, 7)]),
    concat(Array.from({ length: 6 }, (_, n) => eac3(300 + 2 * n, n))),
    eac3(2560, 9),
  ];
  for (const [index, encrypted] of protect('ec-3', units).entries()) {
    assert.not.equal(toHex(encrypted), toHex(units[index]!));
    assert.is(toHex(decryptEac3(encrypted, HEX)), toHex(units[index]!));
  }
});

test('E-AC-3: an AC-3 core before its extension is measured in its own way', () => {
  const unit = concat([ac3(0, 0, 128), eac3(64)]);
  const [encrypted] = protect('ec-3', [unit]);
  const leaders = [unit.subarray(0, 16), unit.subarray(128, 144)];
  assert.equal([encrypted!.subarray(0, 16), encrypted!.subarray(128, 144)].map(toHex), leaders.map(toHex));
  assert.not.equal(toHex(encrypted!.subarray(144)), toHex(unit.subarray(144)));
});

test('AC-3: frames of every rate are found by their size codes and start from the IV', () => {
  // ETSI TS 102 366, table 4.13: 32 and 640 kbit/s at 48, 44.1 (short and long) and 32 kHz
  const frames = [
    ...[ac3(0, 0, 128), ac3(0, 37, 2560)],
    ...[ac3(1, 0, 138), ac3(1, 1, 140), ac3(1, 36, 2786), ac3(1, 37, 2788)],
    ...[ac3(2, 0, 192), ac3(2, 36, 3840)],
  ];
  for (const [index, encrypted] of protect('ac-3', frames).entries()) {
    assert.is(toHex(encrypted.subarray(0, 16)), toHex(frames[index]!.subarray(0, 16)));
    assert.not.equal(toHex(encrypted), toHex(frames[index]!));
    assert.is(toHex(decryptAc3(encrypted, HEX)), toHex(frames[index]!), `frame ${index}`);
  }
});

test('samples that are no syncframes are refused', () => {
  const broken = [
    ['ec-3', new Uint8Array(40)],
    ['ec-3', eac3(40).subarray(0, 38)],
    ['ec-3', concat([eac3(40), Uint8Array.of(0, 0)])],
    ['ac-3', ac3(0, 38, 128)],
    ['ac-3', ac3(3, 0, 128)],
    ['ac-3', ac3(0, 0, 128).subarray(0, 5)],
  ] as const;
  for (const [entry, sample] of broken) {
    const error = failure(() => protect(entry, [sample]));
    assert.is(error.code, 'NOT_MEDIA');
    assert.match(error.message, /syncframe/);
  }
});

test('MP3 is refused, though its sample entry is that of AAC', () => {
  for (const codecs of ['mp4a.6B', 'mp4a.69']) {
    const track = makeTrack({ kind: 'audio', entry: 'mp4a', codecs });
    const error = failure(() => createSampleAesProtector({ track, key: testKey(), iv: fromHex(HEX.iv) }));
    assert.is(error.code, 'UNSUPPORTED_CODEC');
  }
});

test.run();
