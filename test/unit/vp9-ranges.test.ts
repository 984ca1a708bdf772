import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat } from '../../core/base/bytes.ts';
import type { RangeFinder } from '../../core/codecs/protected-ranges.ts';
import { createRangeFinder } from '../../core/codecs/ranges.ts';
import { Vp9FrameHeaders } from '../../core/codecs/vp9/frame-header.ts';
import { BitWriter } from '../helpers/media/bit-writer.ts';
import { makeTrack } from '../helpers/media/segments.ts';
import { videoBytes } from '../helpers/media/slices.ts';
import { VP9_MEDIA } from '../helpers/media/vp9-media.ts';
import { fieldOf, frameDataOf, headerBytes, traceFrameHeaders } from '../helpers/oracles/frame-headers.ts';
import { traceMadePackets } from '../helpers/oracles/ivf.ts';
import { rangesIn, refusesRanges, survivesDamage } from '../helpers/oracles/ranges.ts';
import { Dice } from '../helpers/random/dice.ts';
import { randomVp9Frame } from '../helpers/random/vp9.ts';

const test = suite('vp9 protected ranges');

const newFinder = (): RangeFinder => createRangeFinder(makeTrack({ entry: 'vp09' }))!;

for (const media of VP9_MEDIA) {
  test(`${media.describe}: all but the uncompressed headers, as long as ffmpeg says`, async () => {
    const path = await media.file();
    const stream = await videoBytes(path);
    const packets = await traceFrameHeaders(path);
    const finder = newFinder();
    const frames = frameDataOf(packets);
    assert.ok(frames.flat().length >= packets.length / 2);
    let end = 0;
    for (const [sample, { bytes }] of packets.entries()) {
      end += bytes;
      assert.equal(rangesIn(finder, stream, end - bytes, end), frames[sample], `sample ${sample}`);
    }
    assert.is(end, stream.length);
  });
}

const STREAMS = 120;
const FRAMES = 6;

test('an uncompressed header ends where ffmpeg says, whatever it holds', async () => {
  const dice = new Dice(1969);
  const streams = Array.from({ length: STREAMS }, () => {
    const profile = dice.below(4);
    return Array.from({ length: FRAMES }, (_, index) => randomVp9Frame(dice, profile, index === 0));
  });
  const traced = await traceMadePackets(await VP9_MEDIA[0]!.file(), streams.flat());
  assert.is(traced.length, STREAMS * FRAMES);
  let compared = 0;
  const seen = new Set<string>();
  for (const [stream, frames] of streams.entries()) {
    const headers = new Vp9FrameHeaders();
    for (const [index, frame] of frames.entries()) {
      const unit = traced[stream * FRAMES + index]!.units[0]!;
      const shows = fieldOf(unit, 'show_existing_frame') === 1;
      if (!shows && !fieldOf(unit, 'header_size_in_bytes')) break; // ffmpeg refused a value, or does not mind a 0
      // Of what shows an earlier frame there are 8 bits, and one more in profile 3.
      const shown = (frame[0]! & 0x30) === 0x30 ? 2 : 1;
      const expected = shows ? shown : headerBytes(unit);
      assert.is(headers.read(frame, 0, frame.length), expected, `stream ${stream}, frame ${index}`);
      compared += 1;
      for (const { name, value } of unit.fields) seen.add(`${name.replace(/\[.*/, '')}=${value}`);
    }
  }
  assert.ok(compared > 600, `${compared} headers were compared`);
  for (const rare of [
    ...['intra_only=1', 'show_existing_frame=1', 'found_ref=0', 'segmentation_update_map=1'],
    ...['segmentation_update_data=1', 'tile_cols_log2=5', 'tile_rows_log2=2', 'color_space=7'],
  ]) {
    assert.ok(seen.has(rare), rare);
  }
});

const size = (63).toString(2).padStart(16, '0');
/** The header of a key frame of 64 × 64 pixels. */
const keyHeader = new BitWriter()
  .bits('10 00 0 0 1 0 010010011000001101000010 000 0')
  .bits(`${size} ${size} 0 0 0 00 000000 000 0 00000001 0 0 0 0 0`)
  .bits('0000000000000001') // header_size_in_bytes
  .bytes();
const showExisting = new BitWriter().bits('10 00 1 011').bytes();
const key = (bytes: number): Uint8Array => concat([keyHeader, new Uint8Array(bytes).fill(0x55)]);
const HEADER = keyHeader.length;

/** Frames, `left` bytes of none, and an index with sizes of `sizeBytes` bytes. */
function superframe(frames: readonly Uint8Array[], sizeBytes = 1, left = 0): Uint8Array {
  const marker = Uint8Array.of(0xc0 | ((sizeBytes - 1) << 3) | (frames.length - 1));
  const sizes = frames.map(({ length }) =>
    Uint8Array.from({ length: sizeBytes }, (_, byte) => (length >> (8 * byte)) & 255),
  );
  return concat([...frames, new Uint8Array(left), marker, ...sizes, marker]);
}

const find = (data: Uint8Array): number[][] => rangesIn(newFinder(), data);
const refuses = (data: Uint8Array, message: RegExp): void => refusesRanges(() => find(data), message);

test('a sample is a frame, or a superframe whose frames are protected one by one', () => {
  assert.equal(find(key(50)), [[HEADER, HEADER + 50]]);
  for (const sizeBytes of [1, 2, 3, 4]) {
    const second = HEADER + 50;
    const third = second + HEADER + 20 + showExisting.length;
    assert.equal(find(superframe([key(50), key(20), showExisting, key(1)], sizeBytes)), [
      [HEADER, second],
      [second + HEADER, second + HEADER + 20],
      [third + HEADER, third + HEADER + 1],
    ]);
  }
});

test('a frame that shows an earlier one and an empty one stay clear', () => {
  assert.equal(find(showExisting), []);
  assert.equal(find(new Uint8Array()), []);
  assert.equal(find(keyHeader), []);
  assert.equal(find(superframe([key(5), new Uint8Array()])), [[HEADER, HEADER + 5]]);
});

test('bytes that no frame counts are protected: decoders may go on with them', () => {
  assert.equal(find(concat([showExisting, key(50)])), [[1, 1 + HEADER + 50]]);
  assert.equal(find(superframe([key(5)], 1, 9)), [[HEADER, HEADER + 5 + 9]]);
  assert.equal(find(superframe([key(5), new Uint8Array()], 1, 9)), [
    [HEADER, HEADER + 5],
    [HEADER + 5, HEADER + 5 + 9],
  ]);
});

test('a last byte that looks like the end of an index is none without its beginning', () => {
  assert.equal(find(concat([key(50), Uint8Array.of(0xc1)])), [[HEADER, HEADER + 51]]);
  refuses(Uint8Array.of(0xc7), /sample 1 of its VP9 track does not begin with the frame marker/);
});

test('refuses frames that break the syntax', () => {
  refuses(new Uint8Array(5), /does not begin with the frame marker/);
  refuses(superframe([key(50)]).with(HEADER + 51, 200), /has an index of more bytes than there are/);
  refuses(keyHeader.subarray(0, -1), /sample 1 of its VP9 track is cut short/);
  refuses(key(9).with(1, 0), /does not have the sync code of an intra frame/);
  refuses(Uint8Array.of(0b1011_1000), /has a reserved profile/);
  const inter = new BitWriter().bits('10 00 0 1 1 1 00000001 000 0 001 0 010 0 01').bytes();
  refuses(concat([inter, new Uint8Array(9)]), /refers to the frame in slot 1, which is missing/);
  refuses(concat([keyHeader.subarray(0, -3), new Uint8Array(3)]), /has no compressed header/);
});

test('damaged samples end in a PackagerError or in ranges of their own', async () => {
  const path = await VP9_MEDIA.find(({ name }) => name === 'vp9-pyramid')!.file();
  const sizes = (await traceFrameHeaders(path)).map(({ bytes }) => bytes);
  const outcomes = survivesDamage(newFinder, await videoBytes(path), sizes);
  assert.ok(outcomes.refused > 5 && outcomes.taken > 5, JSON.stringify(outcomes));
});

test.run();
