import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { box, fullBox, u16, u32, zeros } from '../../core/base/box.ts';
import { fromHex, toHex } from '../../core/base/bytes.ts';
import { initSegment } from '../../core/containers/mp4/write/init.ts';
import { sidx, sidxSize } from '../../core/containers/mp4/write/sidx.ts';
import { makeTrack } from '../helpers/media/segments.ts';
import { findBox, findBoxes, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';

const test = suite('initialisation section');

const KEY_ID = fromHex('000102030405060708090a0b0c0d0e0f');
const visual = [
  zeros(6),
  u16(1),
  zeros(16),
  u16(640),
  u16(360),
  u32(0x480000),
  u32(0x480000),
  zeros(4),
  u16(1),
];
const avc1 = box(
  'avc1',
  ...visual,
  zeros(32),
  u16(24),
  u16(0xffff),
  box('avcC', fromHex('0164001fffe00000')),
  box('pasp', u32(4), u32(3)),
);
const pssh = fullBox('pssh', 0, 0, fromHex('edef8ba979d64acea3c827dcd51d21ed'), u32(0));

test('a protected track is encv with its children in place and sinf last', () => {
  const file = parseBoxes(
    initSegment({
      track: makeTrack({ sampleEntry: avc1, timescale: 90001, language: 'kor' }),
      encryption: { scheme: 'cenc', keyId: KEY_ID, perSampleIvSize: 8 },
      pssh: [pssh],
      duration: 900010,
    }),
  );
  const encv = findBox(file, 'encv');
  assert.equal(
    (encv['boxes'] as { type: string }[]).map(({ type }) => type),
    ['avcC', 'pasp', 'sinf'],
  );
  assert.is(findBox(file, 'frma')['data_format'], 'avc1');
  assert.is(findBox(file, 'schm')['scheme_type'], 'cenc');
  assert.is(findBox(file, 'schm')['scheme_version'], 0x10000);
  const tenc = findBox(file, 'tenc');
  assert.is(tenc['version'], 0);
  assert.is(tenc['default_isProtected'], 1);
  assert.is(tenc['default_Per_Sample_IV_Size'], 8);
  assert.is(tenc['default_KID'], toHex(KEY_ID));
  assert.is(findBox(file, 'mdhd')['timescale'], 90001);
  assert.is(findBox(file, 'mdhd')['languageString'], 'kor');
  assert.is(findBox(file, 'mehd')['fragment_duration'], 900010);
  assert.is(findBoxes(file, 'pssh').length, 1);
  for (const table of ['stts', 'stsc', 'stsz', 'stco']) assert.is(findBoxes(file, table).length, 1);
});

test('the cbcs scheme writes tenc version 1 with pattern and constant IV', () => {
  const iv = fromHex('a0a1a2a3a4a5a6a7a8a9aaabacadaeaf');
  const init = initSegment({
    track: makeTrack({ sampleEntry: avc1 }),
    encryption: { scheme: 'cbcs', keyId: KEY_ID, perSampleIvSize: 0, constantIv: iv, pattern: [1, 9] },
    pssh: [],
    duration: 1,
  });
  const at = Buffer.from(init).indexOf('tenc');
  assert.is(
    toHex(init.subarray(at - 4, at + 45)),
    `00000031${'74656e63'}0100000000190100${toHex(KEY_ID)}10${toHex(iv)}`,
  );
});

test('a clear track keeps its sample entry byte for byte', () => {
  const init = initSegment({
    track: makeTrack({ sampleEntry: avc1 }),
    encryption: undefined,
    pssh: [],
    duration: 1,
  });
  assert.ok(toHex(init).includes(toHex(avc1)));
  assert.is(findBoxes(parseBoxes(init), 'sinf').length, 0);
});

test('sample entries point to the one entry of the output, whichever their input had', () => {
  const third = Buffer.from(avc1);
  third.writeUInt16BE(3, 14);
  const layered = Buffer.from(box('avc1', third.subarray(8), box('mvcC', zeros(4))));
  const mp4a = box('mp4a', zeros(6), u16(2), zeros(20));
  const tracks = [
    ...[avc1, third, layered].map((sampleEntry) => makeTrack({ sampleEntry })),
    makeTrack({ kind: 'audio', entry: 'mp4a', sampleEntry: mp4a }),
  ];
  for (const track of tracks) {
    for (const encryption of [undefined, { scheme: 'cenc', keyId: KEY_ID, perSampleIvSize: 8 }] as const) {
      const init = Buffer.from(initSegment({ track, encryption, hasClear: true, pssh: [], duration: 1 }));
      const stsd = init.indexOf('stsd') + 12;
      assert.is(init.readUInt16BE(stsd + 14), 1);
      if (encryption) assert.is(init.readUInt16BE(stsd + init.readUInt32BE(stsd) + 14), 1, 'the clear one');
      const dref = init.indexOf('dref') + 8;
      assert.is(init.readUInt32BE(dref), 1);
    }
  }
});

test('sidx says where every subsegment is, in the bytes that were reserved for it', () => {
  const bytes = sidx(12800, 2 ** 33, [
    { size: 1000, duration: 25600, sapType: 1 },
    { size: 0x7fffffff, duration: 25600, sapType: 3 },
  ]);
  assert.is(bytes.length, sidxSize(2));
  const read = findBox(parseBoxes(bytes), 'sidx');
  assert.is(read['timescale'], 12800);
  assert.is(read['earliest_presentation_time'], 2 ** 33);
  const references = read['references'] as Record<string, number>[];
  assert.equal(
    references.map((reference) => reference['referenced_size']),
    [1000, 0x7fffffff],
  );
  assert.equal(
    references.map((reference) => reference['starts_with_SAP']),
    [1, 1],
  );
  assert.equal(
    references.map((reference) => reference['SAP_type']),
    [1, 3],
  );
  assert.throws(() => sidx(1, 0, [{ size: 2 ** 31, duration: 1, sapType: 1 }]), /2 GiB/);
});

test('sidx takes a coarser time scale where a subsegment lasts longer than 32 bits can say', () => {
  const second = 10_000_000;
  const durations = [600 * second, 5 * second + 3, 900 * second, 1];
  const rows = durations.map((duration) => ({ size: 1, duration, sapType: 1 }));
  const read = findBox(parseBoxes(sidx(second, 7 * second, rows)), 'sidx');
  const timescale = read['timescale'] as number;
  assert.is(read['earliest_presentation_time'], 7 * timescale);
  const references = read['references'] as Record<string, number>[];
  let [time, expected] = [7, 7];
  for (const [n, reference] of references.entries()) {
    time += reference['subsegment_duration']! / timescale;
    expected += durations[n]! / second;
    assert.ok(Math.abs(time - expected) < 1e-6, `subsegment ${n} ends at ${time}, not ${expected}`);
  }
});

test('a number that does not fit into its field is refused', () => {
  assert.throws(() => u16(65536), RangeError);
  assert.throws(() => u32(-1), RangeError);
  assert.throws(() => u32(1.5), RangeError);
});

test.run();
