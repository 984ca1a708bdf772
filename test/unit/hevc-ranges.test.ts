import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, copyBytes, fromHex } from '../../core/base/bytes.ts';
import { PackagerError } from '../../core/base/errors.ts';
import { createRangeFinder } from '../../core/codecs/ranges.ts';
import { type HvccFacts, hvcC } from '../helpers/media/hevc-config.ts';
import { HEVC_STREAMS } from '../helpers/media/hevc-streams.ts';
import { lengthPrefixed } from '../helpers/media/length-prefix.ts';
import { makeTrack } from '../helpers/media/segments.ts';
import { rangesIn, refusesRanges } from '../helpers/oracles/ranges.ts';

const test = suite('hevc protected ranges');

const stream = HEVC_STREAMS.find(({ what }) => what.includes('four slices'))!;
const other = HEVC_STREAMS.find(({ what }) => what.includes('dependent'))!;
const [start, header] = stream.slices[0]!;
const slice = fromHex(start);
const sei = fromHex('4e0105ffff');

/** A sample of NAL units with lengths of `size` bytes. */
const sample = (nals: readonly Uint8Array[], size = 4): Uint8Array =>
  concat(nals.map((nal) => lengthPrefixed(nal, size)));

function find(data: Uint8Array, facts: HvccFacts = {}, entry = 'hvc1'): number[][] {
  return rangesIn(createRangeFinder(makeTrack({ entry, config: hvcC(stream, facts) }))!, data);
}

const refuses = (data: Uint8Array, message: RegExp, facts: HvccFacts = {}): void =>
  refusesRanges(() => find(data, facts), message);

for (const size of [1, 2, 4]) {
  test(`protects slices behind their headers and nothing else, lengths of ${size} bytes`, () => {
    const data = sample([fromHex('460150'), sei, slice, slice], size);
    const first = 3 * size + 3 + sei.length;
    const second = first + slice.length + size;
    assert.equal(find(data, { lengthSize: size }), [
      [first + header, first + slice.length],
      [second + header, second + slice.length],
    ]);
  });
}

test('takes parameter sets from the samples, in place of those of the configuration', () => {
  for (const [foreign, bytes] of other.slices) {
    const data = sample([fromHex(other.sps), fromHex(other.pps), fromHex(foreign)]);
    const expected = [[data.length - foreign.length / 2 + bytes, data.length]];
    assert.equal(find(data), expected);
    assert.equal(find(data, { nalUnits: [] }, 'hev1'), expected, 'hev1 with an empty configuration');
  }
});

test('protects what types there may be below 32, and keeps what is above clear', () => {
  const trailing = fromHex(stream.slices[2]![0]);
  for (const type of [0, 9, 10, 15, 24, 31]) {
    trailing[0] = type << 1;
    assert.is(find(sample([trailing])).length, 1, `${type}`);
  }
  for (const type of [32, 35, 40, 41, 47, 62]) {
    trailing[0] = type << 1;
    assert.equal(find(sample([trailing])), [], `${type}`);
  }
});

test('leaves the metadata of Dolby Vision and the sets of other layers clear', () => {
  const set = fromHex('42090101ffff'); // an SPS of layer 1, which is no SPS for us
  assert.equal(find(sample([set, fromHex('7c0119080911')])), []);
});

test('refuses slices of other layers rather than leave them clear', () => {
  const [second, high] = [copyBytes(slice), copyBytes(slice)];
  second[1]! |= 1 << 3; // nuh_layer_id 1
  high[0]! |= 1; // nuh_layer_id 32
  for (const other of [second, high]) refuses(sample([slice, other]), /outside the base layer/);
});

test("protects slices of Dolby Vision's enhancement layer behind their own headers", () => {
  const wrapped = (nal: Uint8Array) => concat([fromHex('7e01'), nal]);
  const sets = [stream.sps, stream.pps].map((nal) => wrapped(fromHex(nal)));
  const from = sets.reduce((sum, nal) => sum + 4 + nal.length, 0) + 4;
  const data = sample([...sets, wrapped(slice)]);
  assert.equal(find(data), [[from + 2 + header, data.length]]);
});

test('protects all of what may hold NAL units of others where nobody knows their headers', () => {
  const unknown = concat([fromHex('7e01'), slice]); // without parameter sets of its own
  assert.equal(find(sample([unknown])), [[6, 4 + unknown.length]]);
  for (const first of ['6001', '6201']) {
    const wrapper = concat([fromHex(first), slice]);
    assert.equal(find(sample([wrapper])), [[6, 4 + wrapper.length]], first);
  }
});

test('every entry of HEVC is protected the same way', () => {
  for (const entry of ['hvc1', 'hev1', 'dvh1', 'dvhe']) {
    assert.equal(find(sample([slice]), {}, entry), [[4 + header, 4 + slice.length]], entry);
  }
});

test('has no range for a slice that is all header, and passes over empty NAL units', () => {
  assert.equal(find(sample([new Uint8Array(), slice.subarray(0, header)])), []);
});

test('refuses NAL units that leave the sample or have half a header, and says where', () => {
  const data = sample([sei, slice]);
  refuses(
    data.subarray(0, -1),
    /NAL unit at byte 9 of sample 1 of its HEVC track says it has 14 bytes, but 13/,
  );
  refuses(data.subarray(0, 11), /NAL unit at byte 9 of sample 1 .* is cut short/);
  refuses(sample([slice.subarray(0, 1)]), /is cut short/);
});

test('refuses a slice whose parameter set is missing, and a configuration with a broken one', () => {
  refuses(sample([slice]), /refers to picture parameter set 0, which is missing/, { nalUnits: [] });
  refuses(sample([slice]), /a parameter set of its HEVC configuration \(hvcC\) is cut short/, {
    nalUnits: [fromHex(stream.sps).subarray(0, 12)],
  });
});

test('damage anywhere ends in ranges inside the sample or in a PackagerError', () => {
  let seed = 1;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  for (let round = 0; round < 3000; round += 1) {
    const { sps, pps, slices } = HEVC_STREAMS[round % HEVC_STREAMS.length]!;
    const data = sample([fromHex(sps), fromHex(pps), ...slices.map(([nal]) => fromHex(nal))]);
    for (let hits = 1 + random(4); hits > 0; hits -= 1) data[random(data.length)] = random(256);
    try {
      for (const [from, to] of find(data)) assert.ok(from! < to! && to! <= data.length);
    } catch (error) {
      assert.ok(PackagerError.is(error), `round ${round}: ${String(error)}`);
    }
  }
});

test.run();
