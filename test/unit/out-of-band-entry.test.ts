import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { box, zeros } from '../../core/base/box.ts';
import { concat, copyBytes, fromHex } from '../../core/base/bytes.ts';
import { videoEntryBoxes } from '../../core/codecs/sample-entry.ts';
import { withOutOfBandEntry } from '../../core/containers/mp4/write/out-of-band-entry.ts';
import type { CodedTrack, SampleFormat } from '../../core/media/track.ts';
import { hvcC } from '../helpers/media/hevc-config.ts';
import { HEVC_STREAMS } from '../helpers/media/hevc-streams.ts';
import { makeTrack } from '../helpers/media/segments.ts';
import { avcTrack, nalUnit, PPS, SPS, sample } from '../helpers/media/ts-media.ts';
import { memorySource, type RecordedSource } from '../helpers/oracles/read-mp4.ts';

const test = suite('sample entries for parameter sets in the configuration alone');

interface MadeSample {
  readonly units: readonly Uint8Array[];
  /** Place in the track's formats. */
  readonly format?: number;
}

/** The track with these samples, all sync samples. */
function withSamples(
  track: CodedTrack,
  made: readonly MadeSample[],
): CodedTrack & { readonly source: RecordedSource } {
  const bytes = made.map(({ units }) => sample(units));
  const offsets = bytes.map((_, index) => bytes.slice(0, index).reduce((sum, { length }) => sum + length, 0));
  const source = memorySource(concat(bytes));
  return {
    ...track,
    source,
    samples: {
      ...{ count: made.length, duration: made.length, bytes: source.size, syncSamples: undefined },
      atOrAfter: () => 0,
      decodeTime: (sample) => sample,
      compositionOffset: () => 0,
      read: (first) => ({
        ...{ first, count: 1, sync: Uint8Array.of(1), durations: Uint32Array.of(1) },
        ...{ offsets: Float64Array.of(offsets[first]!), sizes: Uint32Array.of(bytes[first]!.length) },
        ...{ dts: Float64Array.of(first), compositionOffsets: Int32Array.of(0) },
        ...(track.formats && { formats: Uint8Array.of(made[first]!.format ?? 0) }),
      }),
    },
  };
}

const AUD = nalUnit(0x09, 2);
const IDR = nalUnit(0x65, 500);
const OTHER_SPS = fromHex('6764002800');

const avc3Format = (config: Uint8Array): SampleFormat => ({
  config,
  sampleEntry: box('avc3', zeros(78), box('avcC', config)),
});

/** @param samples the NAL units of each */
const avc3 = (samples: readonly (readonly Uint8Array[])[], config = avcTrack().config) =>
  withSamples(
    avcTrack({ entry: 'avc3', codecs: 'avc3.64000d', ...avc3Format(config) }),
    samples.map((units) => ({ units })),
  );

test('one that promises it already is left alone, and nothing is read', async () => {
  const track = avcTrack();
  assert.is(await withOutOfBandEntry(track), track);
});

for (const [what, units] of [
  ['have none', [AUD, IDR]],
  ['repeat those of the configuration', [AUD, SPS, PPS, IDR]],
  ['have others behind the picture, where no decoder looks for them', [IDR, OTHER_SPS]],
] as const) {
  test(`avc3 is avc1 where the samples ${what}`, async () => {
    const track = avc3([units, units]);
    const renamed = await withOutOfBandEntry(track);
    assert.equal([renamed?.entry, renamed?.codecs], ['avc1', 'avc1.64000d']);
    assert.is(Buffer.from(renamed!.sampleEntry).toString('latin1', 4, 8), 'avc1');
    assert.is(Buffer.from(track.sampleEntry).toString('latin1', 4, 8), 'avc3', 'the input stays as it was');
  });
}

test('it keeps its name where a parameter set is in the samples alone', async () => {
  assert.is(await withOutOfBandEntry(avc3([[OTHER_SPS, PPS, IDR]])), undefined);
  const none = fromHex('0164000dffe000');
  assert.is(await withOutOfBandEntry(avc3([[SPS, PPS, IDR]], none)), undefined, 'an empty configuration');
});

test('parameter sets that share a length with a delimiter count too', async () => {
  const behind = (sps: Uint8Array) => [concat([AUD, fromHex('000001'), sps]), PPS, IDR];
  assert.is((await withOutOfBandEntry(avc3([behind(SPS)])))?.entry, 'avc1');
  assert.is(await withOutOfBandEntry(avc3([behind(OTHER_SPS)])), undefined);
});

test('it keeps its name where a later sample has a parameter set of its own', async () => {
  const same = Array.from({ length: 40 }, () => [SPS, PPS, IDR]);
  const track = avc3([...same, [OTHER_SPS, PPS, IDR], ...same]);
  assert.is(await withOutOfBandEntry(track), undefined);
  assert.ok(track.source.reads.length < 60, 'what comes later is not read any more');
});

test('of a sample, no more is read than it takes to come to the picture', async () => {
  const message = nalUnit(6, 5000);
  const picture = nalUnit(0x65, 300_000);
  const track = avc3([
    [SPS, PPS, picture],
    [message, SPS, PPS, picture],
    [SPS, PPS, picture],
  ]);
  assert.is((await withOutOfBandEntry(track))?.entry, 'avc1');
  const bytes = track.source.reads.map((read) => read.bytes).sort((a, b) => a - b);
  assert.equal(bytes, [2048, 2048, 2048, 65_536]);
  assert.is(await withOutOfBandEntry(avc3([[message, OTHER_SPS, picture]])), undefined);
  assert.is(await withOutOfBandEntry(avc3([[nalUnit(6, 70_000), picture]])), undefined, 'nobody knows');
});

test('of several formats, each has the parameter sets of its own samples', async () => {
  const { config } = avcTrack();
  const other = fromHex('01640028ffe10005676400280001000668e978f2c8b0');
  const base = avcTrack({ entry: 'avc3', ...avc3Format(config), formats: [config, other].map(avc3Format) });
  const first = [SPS, PPS, IDR];
  const second = [OTHER_SPS, PPS, IDR];
  const made = [{ units: first }, { units: second, format: 1 }];
  const renamed = await withOutOfBandEntry(withSamples(base, made));
  assert.equal(
    renamed?.formats?.map(({ sampleEntry }) => Buffer.from(sampleEntry).toString('latin1', 4, 8)),
    ['avc1', 'avc1'],
  );
  const swapped = withSamples(base, [{ units: second }, { units: first, format: 1 }]);
  assert.is(await withOutOfBandEntry(swapped), undefined);
});

const VPS = fromHex('40010c01ffff01600000030090000003000003005d959809');
const { sps, pps } = HEVC_STREAMS[0]!;

function hev1(config: Uint8Array, entry = 'hev1'): CodedTrack {
  const track = makeTrack({ entry, codecs: `${entry}.1.6.L60.90`, config });
  const sampleEntry = box(entry, zeros(78), box('hvcC', config));
  return withSamples({ ...track, sampleEntry }, [{ units: [nalUnit(0x26, 500)] }]);
}

for (const [from, to] of [
  ['hev1', 'hvc1'],
  ['dvhe', 'dvh1'],
] as const) {
  test(`${from} is ${to}, whose arrays of parameter sets are complete`, async () => {
    const config = hvcC(HEVC_STREAMS[0]!, { nalUnits: [VPS, fromHex(sps), fromHex(pps)] });
    const incomplete = copyBytes(config);
    for (const nal of [VPS, fromHex(sps), fromHex(pps)]) {
      incomplete[Buffer.from(config).indexOf(nal) - 5]! &= 0x7f;
    }
    const renamed = await withOutOfBandEntry(hev1(incomplete, from));
    assert.equal([renamed?.entry, renamed?.codecs], [to, `${to}.1.6.L60.90`]);
    assert.equal(Buffer.from(videoEntryBoxes(renamed!.sampleEntry).get('hvcC')!), Buffer.from(config));
  });
}

test('hev1 without a VPS in its configuration keeps its name', async () => {
  assert.is(await withOutOfBandEntry(hev1(hvcC(HEVC_STREAMS[0]!))), undefined);
});

test('a sample whose lengths lie is looked at no further than it reaches', async () => {
  const track = avc3([[IDR]]);
  const lying = { ...track, source: memorySource(Buffer.alloc(504, 0xff)) };
  assert.is((await withOutOfBandEntry(lying))?.entry, 'avc1');
});

test.run();
