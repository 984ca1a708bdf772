import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { VideoTrack } from '../../core/media/track.ts';
import { withAccessPoints } from '../../core/title/access-points.ts';
import type { Presentation } from '../../core/title/presentation.ts';
import { makeMedia } from '../helpers/media/made-samples.ts';
import { nalUnit, plainTiming, sample } from '../helpers/media/ts-media.ts';
import { memorySource, type RecordedSource } from '../helpers/oracles/read-mp4.ts';

const test = suite('access points');

/** Pictures a segment, and the tick of one. */
const GOP = 4;
const FRAME = 512;

/** Segments of equal size in which the first sample begins with the given bytes. @param led by the picture decoded next */
function madeTrack(
  heads: readonly Uint8Array[],
  { led = false, ...facts }: Partial<VideoTrack> & { led?: boolean },
): VideoTrack & { readonly source: RecordedSource } {
  const size = Math.max(...heads.map(({ length }) => length));
  const bytes = new Uint8Array(size * GOP * heads.length);
  for (const [n, head] of heads.entries()) bytes.set(head, n * GOP * size);
  const offset = (i: number) => (led && i % GOP === 0 ? 2 * FRAME : led && i % GOP === 1 ? 0 : FRAME);
  const source = memorySource(bytes);
  const track = makeMedia({ count: GOP * heads.length, size, sync: GOP, offset }, facts);
  return { ...track, source };
}

async function look(track: VideoTrack, segmentStarts?: readonly number[]) {
  const starts = segmentStarts ?? Array.from({ length: track.samples.count / GOP }, (_, n) => n * GOP);
  const timing = plainTiming({ segmentStarts: Uint32Array.from(starts) });
  const presentation: Presentation = {
    inputs: [{ index: 0, path: 'films/made.mp4', name: 'made.mp4', bytes: 0 }],
    video: [{ track, timing }],
    audio: [],
    text: [],
    images: [],
    grid: {
      count: starts.length,
      boundaries: new Float64Array(starts.length + 1),
      periods: new Int32Array(starts.length),
      duration: 1,
    },
  };
  const warnings: string[] = [];
  const { video } = await withAccessPoints(presentation, (message) => warnings.push(message));
  const { accessPoints } = video[0]!.timing;
  return { types: accessPoints && [...accessPoints], warnings };
}

const AVC = { entry: 'avc1', config: Uint8Array.of(1, 0x64, 0, 0x1f, 0xff) };
const HEVC = { entry: 'hvc1', config: new Uint8Array(23).fill(0xff) };
const AV1 = { entry: 'av01' };
const VP9 = { entry: 'vp09' };

/** A picture of H.264 behind an access unit delimiter and SEI. */
const avc = (type: number) => sample([nalUnit(9, 2), nalUnit(6, 30), nalUnit(0x60 | type, 40)]);
const hevc = (type: number) => sample([nalUnit(35 << 1, 3), nalUnit(39 << 1, 30), nalUnit(type << 1, 40)]);
/** A sequence header and the OBU that follows it, both with a size of 4. */
const av1 = (first: number, { still = false, type = 6 } = {}) =>
  Uint8Array.of(0x0a, 4, still ? 0x10 : 0, 0, 0, 0, (type << 3) | 2, 4, first, 0, 0, 0);

for (const [what, facts, head, alone, led] of [
  ['an IDR picture of H.264', AVC, avc(5), 1, 2],
  ['another picture of H.264', AVC, avc(1), 3, 3],
  ['IDR_N_LP', HEVC, hevc(20), 1, 2],
  ['IDR_W_RADL', HEVC, hevc(19), 1, 2],
  ['CRA_NUT', HEVC, hevc(21), 1, 3],
  ['BLA_W_LP', HEVC, hevc(16), 1, 3],
  ['BLA_W_RADL', HEVC, hevc(17), 1, 2],
  ['BLA_N_LP', HEVC, hevc(18), 1, 2],
  ['TRAIL_R', HEVC, hevc(1), 3, 3],
  ['CRA_NUT of Dolby Vision', { ...HEVC, entry: 'dvh1' }, hevc(21), 1, 3],
  ['a key frame of AV1', AV1, av1(0x10), 1, 2],
  ['a key frame of AV1 with its header apart', AV1, av1(0x10, { type: 3 }), 1, 2],
  ['a hidden key frame of AV1', AV1, av1(0x00), 3, 3],
  ['a key frame of AV1 that was hidden', AV1, av1(0x80), 3, 3],
  ['an intra-only frame of AV1', AV1, av1(0x50), 3, 3],
  ['a still picture of AV1', AV1, av1(0xff, { still: true }), 1, 2],
  ['a key frame of VP9', VP9, Uint8Array.of(0x82, 0x49), 1, 2],
  ['a key frame of VP9, profile 3', VP9, Uint8Array.of(0xb1, 0x24), 1, 2],
  ['an inter frame of VP9', VP9, Uint8Array.of(0x86, 0), 3, 3],
  ['an inter frame of VP9, profile 3', VP9, Uint8Array.of(0xb2, 0), 3, 3],
] as const) {
  test(`${what} is an access point of type ${alone}, of type ${led} where pictures lead it`, async () => {
    assert.equal((await look(madeTrack([head, head], facts))).types, [alone, alone]);
    assert.equal((await look(madeTrack([head, head], { ...facts, led: true }))).types, [led, led]);
  });
}

test('one warning says how many segments of an input are open, and what helps', async () => {
  const { types, warnings } = await look(madeTrack([avc(5), avc(1), avc(5), avc(1)], AVC));
  assert.equal(types, [1, 3, 1, 3]);
  assert.is(warnings.length, 1);
  assert.match(
    warnings[0]!,
    /^films\/made\.mp4 has open GOPs: 2 of 4 segments begin without an IDR picture.*\+cgop/,
  );
  assert.equal((await look(madeTrack([hevc(19)], { ...HEVC, led: true }))).warnings, []);
});

test('codecs that nobody looks into, sound and heads that do not tell are what the container says', async () => {
  const custom = madeTrack([avc(1)], { entry: 'xvid' });
  assert.equal(await look(custom), { types: undefined, warnings: [] });
  assert.is(custom.source.reads.length, 0);
  for (const [facts, head] of [
    [AVC, sample([nalUnit(9, 2)])],
    [AV1, Uint8Array.of(0xff, 0)],
    [AV1, Uint8Array.of(0x0a, 0xff, 0xff, 0xff)],
  ] as const) {
    assert.equal(await look(madeTrack([head], facts)), { types: [1], warnings: [] });
  }
});

test('one small read a segment, a larger one where the slice comes late; empty segments have none', async () => {
  const late = sample([nalUnit(6, 3000), nalUnit(0x61, 100_000)]);
  const track = madeTrack([avc(5), late], AVC);
  assert.equal((await look(track, [0, GOP, 2 * GOP])).types, [1, 3, 1]);
  assert.equal(
    track.source.reads.map(({ bytes }) => bytes),
    [2048, 2048, 65_536],
  );
});

test.run();
