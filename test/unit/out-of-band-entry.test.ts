import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex } from '../../core/bytes.ts';
import type { Track } from '../../core/media/track.ts';
import { box, zeros } from '../../core/mp4/box.ts';
import { videoEntryBoxes } from '../../core/mp4/read/sample-entry.ts';
import { withOutOfBandEntry } from '../../core/mp4/write/out-of-band-entry.ts';
import { hvcC } from '../helpers/hevc-config.ts';
import { HEVC_STREAMS } from '../helpers/hevc-streams.ts';
import { memorySource } from '../helpers/read-mp4.ts';
import { makeTrack } from '../helpers/segments.ts';
import { avcTrack, nalUnit, PPS, SPS, sample } from '../helpers/ts-media.ts';

const test = suite('sample entries for parameter sets in the configuration alone');

/** The track with one sample, of these NAL units. */
function withSample(track: Track, units: readonly Uint8Array[]): Track {
  const bytes = sample(units);
  return {
    ...track,
    source: memorySource(bytes),
    samples: {
      ...{ count: 1, duration: 1, bytes: bytes.length, syncSamples: undefined, atOrAfter: () => 0 },
      read: (first) => ({
        ...{ first, count: 1, offsets: Float64Array.of(0), sizes: Uint32Array.of(bytes.length) },
        ...{ dts: Float64Array.of(0), compositionOffsets: Int32Array.of(0) },
        ...{ durations: Uint32Array.of(1), sync: Uint8Array.of(1) },
      }),
    },
  };
}

const AUD = nalUnit(0x09, 2);
const IDR = nalUnit(0x65, 500);

const avc3 = (units: readonly Uint8Array[], config = avcTrack().config) =>
  withSample(
    avcTrack({
      ...{ entry: 'avc3', codecs: 'avc3.64000d', config },
      sampleEntry: box('avc3', zeros(78), box('avcC', config)),
    }),
    units,
  );

test('one that promises it already is left alone, and nothing is read', async () => {
  const track = avcTrack();
  assert.is(await withOutOfBandEntry(track), track);
});

for (const [what, units] of [
  ['has none', [AUD, IDR]],
  ['repeats those of the configuration', [AUD, SPS, PPS, IDR]],
  ['has others behind the picture, where no decoder looks for them', [IDR, fromHex('67640028')]],
] as const) {
  test(`avc3 is avc1 where the first sample ${what}`, async () => {
    const track = avc3(units);
    const renamed = await withOutOfBandEntry(track);
    assert.equal([renamed?.entry, renamed?.codecs], ['avc1', 'avc1.64000d']);
    assert.is(Buffer.from(renamed!.sampleEntry).toString('latin1', 4, 8), 'avc1');
    assert.is(Buffer.from(track.sampleEntry).toString('latin1', 4, 8), 'avc3', 'the input stays as it was');
  });
}

test('it keeps its name where a parameter set is in the samples alone', async () => {
  assert.is(await withOutOfBandEntry(avc3([fromHex('6764002800'), PPS, IDR])), undefined);
  const none = fromHex('0164000dffe000');
  assert.is(await withOutOfBandEntry(avc3([SPS, PPS, IDR], none)), undefined, 'an empty configuration');
});

const VPS = fromHex('40010c01ffff01600000030090000003000003005d959809');
const { sps, pps } = HEVC_STREAMS[0]!;

function hev1(config: Uint8Array, entry = 'hev1'): Track {
  const track = makeTrack({ entry, codecs: `${entry}.1.6.L60.90`, config });
  const sampleEntry = box(entry, zeros(78), box('hvcC', config));
  return withSample({ ...track, sampleEntry }, [nalUnit(0x26, 500)]);
}

for (const [from, to] of [
  ['hev1', 'hvc1'],
  ['dvhe', 'dvh1'],
] as const) {
  test(`${from} is ${to}, whose arrays of parameter sets are complete`, async () => {
    const config = hvcC(HEVC_STREAMS[0]!, { nalUnits: [VPS, fromHex(sps), fromHex(pps)] });
    const incomplete = config.slice();
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
  const track = avc3([IDR]);
  const lying = { ...track, source: memorySource(Buffer.alloc(504, 0xff)) };
  assert.is((await withOutOfBandEntry(lying))?.entry, 'avc1');
});

test.run();
