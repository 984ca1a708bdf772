import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, fromHex } from '../../core/base/bytes.ts';
import { PackagerError } from '../../core/base/errors.ts';
import type { AvcConfig } from '../../core/codecs/avc/config.ts';
import { createAvcRangeFinder } from '../../core/codecs/avc/range-finder.ts';
import { ProtectedRanges } from '../../core/codecs/protected-ranges.ts';
import { createRangeFinder } from '../../core/codecs/ranges.ts';
import { AVC_STREAMS } from '../helpers/media/avc-streams.ts';
import { lengthPrefixed } from '../helpers/media/length-prefix.ts';
import { makeTrack } from '../helpers/media/segments.ts';
import { rangesIn, refusesRanges } from '../helpers/oracles/ranges.ts';

const test = suite('avc protected ranges');

const stream = AVC_STREAMS.find(({ what }) => what.includes('Baseline'))!;
const other = AVC_STREAMS.find(({ what }) => what.includes('colour planes'))!;
const [sps, pps] = [fromHex(stream.sps), fromHex(stream.pps)];
const [start, header] = stream.slices[0]!;
const slice = fromHex(start);
const sei = fromHex('0605ffff');

const config = (facts: Partial<AvcConfig> = {}): AvcConfig => ({
  profile: 66,
  compatibility: 0,
  level: 30,
  lengthSize: 4,
  sps: [sps],
  pps: [pps],
  spsExt: [],
  ...facts,
});

/** A sample of NAL units with lengths of `size` bytes. */
const sample = (nals: readonly Uint8Array[], size = 4): Uint8Array =>
  concat(nals.map((nal) => lengthPrefixed(nal, size)));

function find(data: Uint8Array, facts: Partial<AvcConfig> = {}, from = 0, to = data.length): number[][] {
  return rangesIn(createAvcRangeFinder(config(facts), 'made.mp4'), data, from, to);
}

const refuses = (data: Uint8Array, message: RegExp, facts: Partial<AvcConfig> = {}): void =>
  refusesRanges(() => find(data, facts), message);

for (const size of [1, 2, 4]) {
  test(`protects slices behind their headers and nothing else, lengths of ${size} bytes`, () => {
    const data = sample([fromHex('09f0'), sei, slice, slice], size);
    const first = 3 * size + 2 + sei.length;
    const second = first + slice.length + size;
    assert.equal(find(data, { lengthSize: size }), [
      [first + header, first + slice.length],
      [second + header, second + slice.length],
    ]);
  });
}

test('answers positions in the data, not in the sample', () => {
  const data = concat([new Uint8Array(100), sample([slice]), new Uint8Array(7)]);
  assert.equal(find(data, {}, 100, data.length - 7), [[104 + header, 104 + slice.length]]);
});

test('takes parameter sets from the samples, in place of those of the configuration', () => {
  const [foreign, bytes] = other.slices[0]!;
  const data = sample([fromHex(other.sps), fromHex(other.pps), fromHex(foreign)]);
  for (const facts of [{}, { sps: [], pps: [] }]) {
    assert.equal(find(data, facts), [[data.length - foreign.length / 2 + bytes, data.length]]);
  }
});

test('has no range for a slice that is all header, and passes over empty NAL units', () => {
  assert.equal(find(sample([new Uint8Array(), slice.subarray(0, header)])), []);
});

test('keeps prefixes and the sets of other layers clear, and takes nothing from them', () => {
  const others = [14, 15].map((type) => concat([Uint8Array.of(0x60 | type), slice.subarray(1)]));
  const from = others.reduce((sum, nal) => sum + 4 + nal.length, 0) + 4;
  const data = sample([...others, slice, ...others]);
  assert.equal(find(data), [[from + header, from + slice.length]]);
});

test('refuses slices of other layers, views and auxiliary pictures rather than leave them clear', () => {
  for (const type of [19, 20, 21]) {
    const other = concat([Uint8Array.of(0x60 | type), slice.subarray(1)]);
    refuses(sample([slice, other]), new RegExp(`outside the base layer \\(NAL unit type ${type}\\)`));
  }
});

test('protects all that may hold NAL units of others behind their header', () => {
  for (const type of [30, 31]) {
    const wrapper = concat([Uint8Array.of(type), slice]);
    assert.equal(find(sample([wrapper])), [[5, 4 + wrapper.length]]);
  }
});

test('protects the zero words behind slice data as well', () => {
  const padded = concat([slice, fromHex('000003000003')]); // cabac_zero_word, escaped
  assert.equal(find(sample([padded])), [[4 + header, 4 + padded.length]]);
});

test('refuses NAL units that leave the sample, and says where', () => {
  const data = sample([sei, slice]);
  refuses(data.subarray(0, -1), /NAL unit at byte 8 of sample 1 .* says it has 40 bytes, but 39 are left/);
  refuses(data.subarray(0, 10), /NAL unit at byte 8 of sample 1 .* is cut short/);
  refuses(concat([fromHex('ffffffff'), slice]), /says it has 4294967295 bytes/);
});

test('refuses a slice whose parameter set is missing', () => {
  refuses(sample([slice]), /refers to picture parameter set 0, which is missing/, { pps: [] });
  refuses(sample([slice]), /refers to sequence parameter set 0, which is missing/, { sps: [] });
});

test('refuses a configuration with a broken parameter set', () => {
  refuses(sample([slice]), /parameter set of its H.264 configuration \(avcC\) is cut short/, {
    sps: [sps.subarray(0, 4)],
  });
});

test('refuses data partitioning rather than leave pictures clear', () => {
  refuses(sample([concat([Uint8Array.of(0x62), slice])]), /data partitioning/);
});

test('dispatches on the sample entry: H.264 has ranges, audio has none, the unknown is refused', () => {
  const set = (nal: Uint8Array) => concat([Uint8Array.of(nal.length >> 8, nal.length), nal]);
  const avcC = concat([fromHex('0142c00dffe1'), set(sps), fromHex('01'), set(pps)]);
  const ranges = new ProtectedRanges();
  for (const entry of ['avc1', 'avc3']) {
    ranges.clear();
    const data = sample([slice]);
    createRangeFinder(makeTrack({ entry, config: avcC }))!.find(data, 0, data.length, ranges);
    assert.is(ranges.count, 1);
  }
  assert.is(createRangeFinder(makeTrack({ kind: 'audio', entry: 'mp4a' })), undefined);
  assert.throws(
    () => createRangeFinder(makeTrack({ entry: 'mp4v' })),
    (error: unknown) => PackagerError.is(error) && error.code === 'UNSUPPORTED_CODEC',
  );
});

test('keeps any number of ranges', () => {
  const ranges = new ProtectedRanges();
  for (let index = 0; index < 1000; index += 1) ranges.add(index * 2, index * 2 + 1);
  assert.equal([ranges.count, ranges.start(999), ranges.end(999)], [1000, 1998, 1999]);
});

test.run();
