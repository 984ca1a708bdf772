import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RbspReader } from '../../core/base/bit-reader.ts';
import { concat, fromHex } from '../../core/base/bytes.ts';
import { PackagerError } from '../../core/base/errors.ts';
import { type AvcConfig, parseAvcConfig } from '../../core/codecs/avc/config.ts';
import { parsePps, parseSps } from '../../core/codecs/avc/parameter-sets.ts';
import { AVC_STREAMS, type AvcStream } from '../helpers/media/avc-streams.ts';

const test = suite('avc parameter sets');

const stream = (part: string): AvcStream => {
  const found = AVC_STREAMS.find(({ what }) => what.includes(part));
  assert.ok(found, part);
  return found!;
};

const open = (nal: Uint8Array): RbspReader => new RbspReader().open(nal, 1, nal.length);

const parse = (payload: Uint8Array): AvcConfig => parseAvcConfig(payload, 'made.mp4');

const prefixed = (nal: Uint8Array): Uint8Array => concat([Uint8Array.of(nal.length >> 8, nal.length), nal]);

/** An avcC payload with one SPS and one PPS. */
function record({ sps, pps }: AvcStream, extension: readonly Uint8Array[] = []): Uint8Array {
  const set = fromHex(sps);
  return concat([
    Uint8Array.of(1, set[1]!, set[2]!, set[3]!, 0xff, 0xe1),
    prefixed(set),
    Uint8Array.of(1),
    prefixed(fromHex(pps)),
    ...extension,
  ]);
}

test('reads an SPS of a high profile behind its scaling lists', () => {
  // The figures are those of the writer that made it, checked with ffmpeg's trace_headers.
  assert.equal(parseSps(open(fromHex(stream('scaling lists').sps))), {
    id: 0,
    separateColourPlane: false,
    chromaArrayType: 3,
    frameNumBits: 4,
    pocType: 1,
    pocLsbBits: 0,
    deltaPicOrderAlwaysZero: true,
    frameMbsOnly: true,
    picSizeInMapUnits: 13 * 27,
    widthInMbs: 13,
    format: { chromaFormat: 3, lumaBits: 12, chromaBits: 13 },
  });
});

test('has no chroma where the colour planes are separate', () => {
  const { separateColourPlane, chromaArrayType } = parseSps(open(fromHex(stream('colour planes').sps)));
  assert.equal({ separateColourPlane, chromaArrayType }, { separateColourPlane: true, chromaArrayType: 0 });
});

test('reads a PPS behind its slice groups', () => {
  const { id, cabac, sliceGroupChangeRate, refsL0, refsL1 } = parsePps(
    open(fromHex(stream('slice groups').pps)),
  );
  assert.equal(
    { id, cabac, sliceGroupChangeRate, refsL0, refsL1 },
    { id: 255, cabac: true, sliceGroupChangeRate: 200, refsL0: 7, refsL1: 10 },
  );
});

test('parses avcC: profile, length size and parameter sets', () => {
  const high = stream('four slices');
  const config = parse(record(high));
  assert.equal([config.profile, config.compatibility, config.level, config.lengthSize], [0x64, 0, 0x0d, 4]);
  assert.equal(config.sps, [fromHex(high.sps)]);
  assert.equal(config.pps, [fromHex(high.pps)]);
  assert.equal(config.spsExt, []);
});

test('finds the SPS extensions of a high profile behind chroma format and bit depths', () => {
  const extension = fromHex('6de8');
  const config = parse(
    record(stream('four slices'), [Uint8Array.of(0xfd, 0xf8, 0xf8, 1), prefixed(extension)]),
  );
  assert.equal(config.spsExt, [extension]);
});

test('lists parameter sets by what they are, whatever list or common length they are in', () => {
  const high = stream('four slices');
  const [sps, pps] = [fromHex(high.sps), fromHex(high.pps)];
  const head = Uint8Array.of(1, sps[1]!, sps[2]!, sps[3]!, 0xff);
  const list = (units: readonly Uint8Array[], reserved = 0) =>
    concat([Uint8Array.of(reserved | units.length), ...units.map(prefixed)]);
  const code = fromHex('00000001');
  const sei = fromHex('06050080');
  for (const [first, second] of [
    [[sps, pps], []],
    [[], [sps, pps]],
    [[pps], [sps]],
    [[concat([sps, code, pps])], []],
    [[concat([code, sps, fromHex('000001'), sei, code, pps])], []],
    [[fromHex('09f0'), sei, sps], [pps]],
  ] as const) {
    const config = parse(concat([head, list(first, 0xe0), list(second)]));
    assert.equal([config.sps, config.pps, config.spsExt], [[sps], [pps], []]);
  }
});

test('refuses avcC with parts of pictures: it is written clear', () => {
  const high = stream('four slices');
  for (const picture of ['65aa', '41aa', '62aa', '73aa', '7440aa', '1eaa']) {
    const type = fromHex(picture)[0]! & 31;
    for (const pps of [picture, `${high.pps}000001${picture}`]) {
      const message = new RegExp(`made.mp4 .* part of a picture \\(NAL unit type ${type}\\)`);
      assert.throws(() => parse(record({ ...high, pps })), message);
    }
  }
});

test('takes what follows the parameter sets of Baseline for padding', () => {
  assert.equal(parse(record(stream('Baseline'), [new Uint8Array(9).fill(0xff)])).spsExt, []);
});

test('refuses avcC that is cut anywhere', () => {
  const whole = record(stream('four slices'));
  for (let cut = 0; cut < whole.length; cut += 1) {
    assert.throws(
      () => parse(whole.subarray(0, cut)),
      (error: unknown) => PackagerError.is(error) && error.code === 'NOT_MEDIA',
      `cut to ${cut} bytes`,
    );
  }
});

test('refuses another version, and lengths of three bytes', () => {
  const whole = record(stream('four slices'));
  assert.throws(
    () => parse(Uint8Array.from(whole, (byte, at) => (at === 0 ? 0 : byte))),
    /version 0 instead of 1/,
  );
  assert.throws(
    () => parse(Uint8Array.from(whole, (byte, at) => (at === 4 ? 0xfe : byte))),
    /lengths of 3 bytes/,
  );
});

test('refuses parameter sets with values beyond the standard', () => {
  const sps = fromHex(stream('Baseline').sps);
  // seq_parameter_set_id 32: 00000100001
  const wild = concat([sps.subarray(0, 4), fromHex('0420ffff')]);
  assert.throws(() => parseSps(open(wild)), /seq_parameter_set_id 32, more than the 31/);
});

test.run();
