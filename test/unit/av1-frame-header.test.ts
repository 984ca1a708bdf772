import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat } from '../../core/base/bytes.ts';
import { Av1BitReader } from '../../core/codecs/av1/bit-reader.ts';
import { readFrameHeader } from '../../core/codecs/av1/frame-header.ts';
import {
  ReferenceSlots,
  relativeDistance,
  setFrameRefs,
  skipModeAllowed,
} from '../../core/codecs/av1/references.ts';
import { readSequenceHeader } from '../../core/codecs/av1/sequence-header.ts';
import { AV1_MEDIA } from '../helpers/media/av1-media.ts';
import { obu } from '../helpers/media/obu.ts';
import type { TracedUnit } from '../helpers/oracles/frame-headers.ts';
import { traceMadePackets } from '../helpers/oracles/ivf.ts';
import { randomFrameHeader, randomSequenceHeader } from '../helpers/random/av1.ts';
import { Dice } from '../helpers/random/dice.ts';

const test = suite('av1 frame header');

const SEQUENCE_HEADER = 1;
const TEMPORAL_DELIMITER = 2;
const FRAME_HEADER = 3;

/** ffmpeg notices that a frame was lost, and goes on as if not. */
class TrustingSlots extends ReferenceSlots {
  override expectOrderHint(): void {}
}

interface MadeFrame {
  readonly header: Uint8Array;
  readonly extension?: number;
}

const STREAMS = 120;
const FRAMES = 8;

const makeStream = (dice: Dice) => ({
  sequence: randomSequenceHeader(dice),
  frames: Array.from({ length: FRAMES }, (_, index): MadeFrame => {
    const header = randomFrameHeader(dice, index === 0);
    return dice.percent(20) ? { header, extension: dice.below(4) * 32 + dice.below(2) * 8 } : { header };
  }),
});

/** Where ffmpeg saw a frame header end, in bits; `undefined` where it gave up before. */
function tracedBits({ fields }: TracedUnit): number | undefined {
  const end = fields.findIndex(({ name }) => name === 'trailing_one_bit');
  const header = fields.findIndex(({ name }) => name === 'show_existing_frame');
  if (end < 0 || header < 0) return undefined;
  return Math.max(...fields.slice(header, end).map(({ at, bits }) => at + bits)) - fields[header]!.at;
}

test('ends where ffmpeg says, whatever the header holds', async () => {
  const dice = new Dice(2026);
  const streams = Array.from({ length: STREAMS }, () => makeStream(dice));
  const packets = streams.flatMap(({ sequence, frames }) =>
    frames.map(({ header, extension }, index) =>
      concat([
        obu({ type: TEMPORAL_DELIMITER }),
        index === 0 ? obu({ type: SEQUENCE_HEADER, payload: sequence }) : new Uint8Array(),
        obu({ type: FRAME_HEADER, payload: header, ...(extension === undefined ? {} : { extension }) }),
      ]),
    ),
  );
  const traced = await traceMadePackets(await AV1_MEDIA[0]!.file(), packets);
  assert.is(traced.length, packets.length);

  let compared = 0;
  const seen = new Set<string>();
  for (const [stream, { sequence, frames }] of streams.entries()) {
    const slots = new TrustingSlots();
    const header = readSequenceHeader(new Av1BitReader(sequence));
    for (const [index, { header: bytes, extension = 0 }] of frames.entries()) {
      const unit = traced[stream * FRAMES + index]!.units.at(-1)!;
      const expected = tracedBits(unit);
      if (expected === undefined) break; // ffmpeg refused a value; what it made of the frame is not known
      const reader = new Av1BitReader(bytes);
      const layer = { temporalId: extension >> 5, spatialId: (extension >> 3) & 3 };
      readFrameHeader(reader, header, layer, slots);
      assert.is(bytes.length * 8 - reader.left, expected, `stream ${stream}, frame ${index}`);
      compared += 1;
      for (const { name, value } of unit.fields) seen.add(`${name.replace(/\[.*/, '')}=${value}`);
    }
  }
  // Made headers reach what encoders hardly write.
  assert.ok(compared > 200, `${compared} headers were compared`);
  for (const rare of [
    ...['frame_type=0', 'frame_type=1', 'frame_type=2', 'frame_type=3', 'show_existing_frame=1'],
    ...['frame_refs_short_signaling=1', 'found_ref=1', 'use_superres=1', 'uniform_tile_spacing_flag=0'],
    ...['is_rot_zoom=1', 'is_translation=0', 'is_translation=1', 'update_grain=0', 'delta_lf_present=1'],
    ...['segmentation_update_data=0', 'skip_mode_present=1', 'allow_intrabc=1', 'lr_uv_shift=1'],
  ]) {
    assert.ok(seen.has(rare), rare);
  }
});

test('knows order hints that have wrapped around', () => {
  assert.is(relativeDistance(7, 3, 126), 5);
  assert.is(relativeDistance(7, 126, 3), -5);
  assert.is(relativeDistance(0, 1, 2), 0);
});

test('finds all references of a frame that states LAST and GOLDEN', () => {
  // LAST, LAST2, LAST3, GOLDEN, BWDREF, ALTREF2, ALTREF
  assert.equal(setFrameRefs([-4, -3, -2, -1, 1, 2, 4, 8], 3, 0), [3, 2, 1, 0, 4, 5, 7]);
  assert.equal(setFrameRefs([-1, -2, -3, -4, -5, -6, -7, -8], 0, 7), [0, 1, 2, 7, 3, 4, 5]);
  // Of equal frames the last slot is the latest, the first one the earliest; where none is left, the earliest of all.
  assert.equal(setFrameRefs([-1, -1, -1, 2, 2, 2, 2, 2], 0, 1), [0, 2, 0, 1, 3, 4, 7]);
});

test('expects skip mode where there are references on both sides, or two before', () => {
  assert.ok(skipModeAllowed(7, 10, [9, 9, 9, 9, 12, 12, 12]));
  assert.ok(skipModeAllowed(7, 10, [9, 8, 8, 8, 8, 8, 8]));
  assert.not(skipModeAllowed(7, 10, [9, 9, 9, 9, 9, 9, 9]));
  assert.not(skipModeAllowed(7, 10, [12, 13, 13, 13, 13, 13, 13]));
});

test('forgets a frame whose order hint is not the one that is expected', () => {
  const slots = new ReferenceSlots();
  const frame = { frameType: 0, upscaledWidth: 64, height: 64, orderHint: 5, segmentQuantizers: [] };
  slots.refresh(0b11, frame);
  slots.expectOrderHint(0, 5);
  slots.expectOrderHint(1, 6);
  assert.is(slots.frame(0), frame);
  assert.throws(() => slots.frame(1), /refers to the frame in slot 1, which is missing/);
  assert.equal([slots.orderHint(0), slots.orderHint(1)], [5, 6]);
});

test('reads the descriptors of the specification', () => {
  assert.is(new Av1BitReader(Uint8Array.of(0b1000_0000)).su(3), -4);
  assert.is(new Av1BitReader(Uint8Array.of(0b0110_0000)).su(3), 3);
  // ns(5): 0, 1, 2 in two bits, 3 and 4 in three (4.10.7)
  const numbers = new Av1BitReader(Uint8Array.of(0b0001_1011, 0b1000_0000));
  assert.equal(
    [5, 5, 5, 5].map((limit) => numbers.ns(limit)),
    [0, 1, 2, 4],
  );
  assert.is(new Av1BitReader(new Uint8Array()).ns(1), 0);
  assert.throws(() => new Av1BitReader(new Uint8Array()).read(1), /is cut short/);
});

test.run();
