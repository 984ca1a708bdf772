import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex } from '../../core/base/bytes.ts';
import { PackagerError } from '../../core/base/errors.ts';
import { dolbyVisionCodecString } from '../../core/codecs/dolby-vision.ts';
import { hevcCodecString } from '../../core/codecs/hevc/codec-string.ts';
import { parseHevcConfig } from '../../core/codecs/hevc/config.ts';
import { hvcC } from '../helpers/media/hevc-config.ts';
import { HEVC_STREAMS } from '../helpers/media/hevc-streams.ts';

const test = suite('hevc configuration');

const stream = HEVC_STREAMS[0]!;
const parse = (payload: Uint8Array) => parseHevcConfig(payload, 'made.mp4');

test('parses hvcC: profile, length size and parameter sets', () => {
  const config = parse(hvcC(stream, { lengthSize: 2 }));
  assert.equal(
    [config.profileSpace, config.highTier, config.profile, config.compatibility, config.level],
    [0, false, 1, 0x60000000, 93],
  );
  assert.is(config.lengthSize, 2);
  assert.equal(config.nalUnits, [fromHex(stream.sps), fromHex(stream.pps)]);
  assert.equal(parse(hvcC(stream, { nalUnits: [] })).nalUnits, []);
});

test('finds each NAL unit where several share a length', () => {
  const nalUnits = [fromHex(`${stream.sps}00000001${stream.pps}000001${'4e0105'}`)];
  const expected = [stream.sps, stream.pps, '4e0105'].map(fromHex);
  assert.equal(parse(hvcC(stream, { nalUnits })).nalUnits, expected);
});

test('refuses hvcC with parts of pictures, which is written clear, but not sets of other layers', () => {
  for (const [picture, type] of [
    ['2601aa', 19],
    ['2609aa', 19],
    ['6001aa', 48],
    ['7e01aa', 63],
  ] as const) {
    for (const unit of [picture, `${stream.pps}000001${picture}`]) {
      const message = new RegExp(`made.mp4 .* part of a picture \\(NAL unit type ${type}\\)`);
      assert.throws(() => parse(hvcC(stream, { nalUnits: [fromHex(unit)] })), message);
    }
  }
  assert.is(parse(hvcC(stream, { nalUnits: [fromHex('4209aa')] })).nalUnits.length, 1);
});

test('refuses hvcC that is cut anywhere, of another version, or with lengths of three bytes', () => {
  const whole = hvcC(stream);
  for (let cut = 0; cut < whole.length; cut += 1) {
    assert.throws(
      () => parse(whole.subarray(0, cut)),
      (error: unknown) => PackagerError.is(error) && error.code === 'NOT_MEDIA',
      `cut to ${cut} bytes`,
    );
  }
  assert.throws(() => parse(whole.with(0, 0)), /version 0 instead of 1/);
  assert.throws(() => parse(hvcC(stream, { lengthSize: 3 })), /lengths of 3 bytes/);
  assert.throws(() => parse(hvcC(stream, { nalUnits: [new Uint8Array()] })), /empty parameter set/);
});

for (const [general, codecs] of [
  // The first two are published examples (RFC 6381 strings of ISO/IEC 14496-15, annex E).
  ['0160000000b000000000005d', 'hvc1.1.6.L93.B0'],
  ['0220000000b00000000000 99', 'hvc1.2.4.L153.B0'],
  ['226000000000000000000078', 'hvc1.2.6.H120'],
  ['c4080000009e080000010000b4'.slice(0, 24), 'hvc1.C4.10.L0.9E.8.0.0.1'],
  ['010000000190000000000a78'.slice(0, 24), 'hvc1.1.80000000.L120.90.0.0.0.0.A'],
] as const) {
  test(`the codec string ${codecs}`, () => {
    const config = parse(hvcC(stream, { general: general.replace(' ', '') }));
    assert.is(hevcCodecString('hvc1', config), codecs);
    assert.is(hevcCodecString('hev1', config), codecs.replace('hvc1', 'hev1'));
  });
}

test('the codec string of Dolby Vision is profile and level of its configuration', () => {
  const codecs = (boxes: Record<string, string>) =>
    dolbyVisionCodecString(
      'dvh1',
      new Map(Object.entries(boxes).map(([type, hex]) => [type, fromHex(hex)])),
      'made.mp4',
    );
  assert.is(codecs({ dvcC: '01000a3500' }), 'dvh1.05.06');
  assert.is(codecs({ hvcC: '01', dvvC: '0100103d10' }), 'dvh1.08.07');
  assert.is(codecs({ dvwC: '0100290000' }), 'dvh1.20.32');
  assert.throws(() => codecs({ hvcC: '01' }), /"dvh1"\) has no configuration \(dvcC, dvvC, dvwC\)/);
  assert.throws(() => codecs({ dvcC: '0100' }), /no configuration/);
});

test.run();
