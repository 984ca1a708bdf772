import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BitstreamError, RbspReader } from '../../core/base/bit-reader.ts';
import { copyBytes, fromHex } from '../../core/base/bytes.ts';
import { parsePps } from '../../core/codecs/hevc/pps.ts';
import { parseReferenceSet, parseSliceReferenceSet } from '../../core/codecs/hevc/reference-set.ts';
import { parseSps } from '../../core/codecs/hevc/sps.ts';
import { HEVC_STREAMS, type HevcStream } from '../helpers/media/hevc-streams.ts';

const test = suite('hevc parameter sets');

const stream = (part: string): HevcStream => {
  const found = HEVC_STREAMS.find(({ what }) => what.includes(part));
  assert.ok(found, part);
  return found!;
};

const open = (nal: Uint8Array): RbspReader => new RbspReader().open(nal, 2, nal.length);

/** A reader of bits that are written as `1 010 00110`, one code a word. */
function bits(text: string): RbspReader {
  const all = text.replaceAll(' ', '').padEnd(Math.ceil(text.length / 8) * 8, '0');
  const bytes = Uint8Array.from(all.match(/.{8}/g)!, (byte) => Number.parseInt(byte, 2));
  return new RbspReader().open(bytes, 0, bytes.length);
}

test('reads what slices need of an SPS', () => {
  const { referenceSets, picture, ...sps } = parseSps(open(fromHex(stream('blocks of 16').sps)));
  // 320 × 180 in blocks of 16: 20 × 12 of them, so addresses of 8 bits. The figures are ffmpeg's.
  assert.equal(sps, {
    id: 0,
    separateColourPlane: false,
    chromaArrayType: 1,
    addressBits: 8,
    heightInCtbs: 12,
    pocLsbBits: 8,
    sampleAdaptiveOffset: true,
    longTermReferences: false,
    longTermUsed: [],
    temporalMotion: true,
    integerMotionFlag: false,
  });
  assert.equal(referenceSets, []);
  assert.equal([picture.width, picture.height, picture.subLayers], [320, 180, 1]);
});

test('finds the screen content extension behind the VUI, in those profiles', () => {
  const sps = fromHex(stream('whole motion vectors').sps);
  assert.ok(parseSps(open(sps)).integerMotionFlag);
  const main = copyBytes(sps);
  main[3] = (main[3]! & 0xe0) | 4; // general_profile_idc: range extensions
  main.set([8, 0, 0, 3], 4); // and its compatibility flag, in place of that of screen content
  assert.not(parseSps(open(main)).integerMotionFlag);
});

test('has no chroma where the colour planes are separate', () => {
  const { separateColourPlane, chromaArrayType } = parseSps(open(fromHex(stream('colour planes').sps)));
  assert.equal({ separateColourPlane, chromaArrayType }, { separateColourPlane: true, chromaArrayType: 0 });
});

test('reads what slices need of a PPS', () => {
  const unfiltered = parsePps(open(fromHex(stream('deblocking disabled in the PPS, no SAO').pps)));
  assert.equal(
    [unfiltered.deblockingDisabled, unfiltered.deblockingOverride, unfiltered.wavefront, unfiltered.tiles],
    [true, false, true, undefined],
  );
  assert.ok(parsePps(open(fromHex(stream('tiles, dependent').pps))).tiles);
});

test('a reference set is read nearest first, earlier pictures in front', () => {
  // num_negative_pics 2, num_positive_pics 1, then delta_poc_minus1 and used_by_curr_pic
  const set = parseReferenceSet(bits('011 010 1 1 010 0 011 1'), []);
  assert.equal(set, { deltas: [-1, -3, 3], negatives: 2, used: [true, false, true] });
});

test('a predicted reference set is another one seen from here: (7-61), (7-62)', () => {
  const from = { deltas: [-1, -3, 3], negatives: 2, used: [true, false, true] };
  // inter_ref_pic_set_prediction_flag, delta_rps_sign, abs_delta_rps_minus1; then used, or not used and use_delta
  const earlier = parseReferenceSet(bits('1 1 1 1 01 1 1'), [from]);
  assert.equal(earlier, { deltas: [-1, -2, -4, 2], negatives: 3, used: [true, true, false, true] });
  const crossing = { deltas: [-2, 1, 2], negatives: 1, used: [true, true, true] };
  // delta_rps_sign 1, abs_delta_rps_minus1 2: all of them are earlier now, the picture that the set belonged to among them
  assert.equal(parseReferenceSet(bits('1 1 011 1 1 1 1'), [crossing]).deltas, [-1, -2, -3, -5]);
  const dropped = parseReferenceSet(bits('1 0 1 1 1 00 1'), [from]);
  assert.equal(
    dropped,
    { deltas: [-2, 1], negatives: 1, used: [true, true] },
    '-1 becomes 0, 3 is not wanted',
  );
});

test('a slice predicts its reference set from any of the SPS, counted back', () => {
  const sets = [
    { deltas: [-5], negatives: 1, used: [true] },
    { deltas: [-9], negatives: 1, used: [true] },
  ];
  // delta_idx_minus1 1, sign 1, abs_delta_rps_minus1 0
  assert.equal(parseSliceReferenceSet(bits('1 010 1 1 1 1'), sets).deltas, [-1, -6]);
  assert.throws(() => parseSliceReferenceSet(bits('1 011 1 1 1 1'), sets), /delta_idx_minus1 2, more than/);
});

test('refuses more pictures than any level allows', () => {
  const many = '1'.repeat(20);
  assert.throws(
    () => parseReferenceSet(bits(`000010010 ${many}`), []),
    /num_negative_pics 17, more than the 16/,
  );
  const from = {
    deltas: Array.from({ length: 16 }, (_, i) => -i - 1),
    negatives: 16,
    used: Array(16).fill(true),
  };
  assert.throws(
    () => parseReferenceSet(bits(`1 1 1 ${many}`), [from]),
    (error: unknown) => error instanceof BitstreamError && /set of 17 pictures/.test(error.message),
  );
});

test('refuses values beyond the standard, and sizes of nothing', () => {
  const sps = fromHex(stream('blocks of 16').sps);
  const at = sps.findIndex((byte, index) => index > 14 && byte === 0xa0); // id, format, width: 1 010 0000…
  const wild = copyBytes(sps);
  wild[at] = 0x04; // sps_seq_parameter_set_id 31
  assert.throws(() => parseSps(open(wild)), /sps_seq_parameter_set_id 3\d, more than the 15/);
  wild.set([0b1_010_1_1_1_1, 0xff], at);
  assert.throws(() => parseSps(open(wild)), /no width or no height/);
});

test('refuses parameter sets that are cut anywhere before what slices need', () => {
  for (const { sps, pps } of HEVC_STREAMS) {
    for (const [nal, parse] of [
      [fromHex(sps).subarray(0, 24), parseSps],
      [fromHex(pps).subarray(0, 5), parsePps],
    ] as const) {
      for (let cut = 2; cut < nal.length; cut += 1) {
        assert.throws(
          () => parse(open(nal.subarray(0, cut))),
          (error: unknown) => error instanceof BitstreamError,
        );
      }
    }
  }
});

test.run();
