import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat } from '../../core/base/bytes.ts';
import type { RangeFinder } from '../../core/codecs/protected-ranges.ts';
import { createRangeFinder } from '../../core/codecs/ranges.ts';
import { AV1_MEDIA } from '../helpers/media/av1-media.ts';
import { BitWriter } from '../helpers/media/bit-writer.ts';
import { type ObuFacts, obu } from '../helpers/media/obu.ts';
import { makeTrack } from '../helpers/media/segments.ts';
import { videoBytes } from '../helpers/media/slices.ts';
import { tilesOf, traceFrameHeaders } from '../helpers/oracles/frame-headers.ts';
import { rangesIn, refusesRanges, survivesDamage } from '../helpers/oracles/ranges.ts';
import { demuxFile } from '../helpers/oracles/read-mp4.ts';

const test = suite('av1 protected ranges');

for (const media of AV1_MEDIA) {
  test(`${media.describe}: exactly the tiles, where ffmpeg says that they begin`, async () => {
    const path = await media.file();
    const [track] = await demuxFile(path);
    const stream = await videoBytes(path);
    const packets = await traceFrameHeaders(path);
    const finder = createRangeFinder(track!)!;
    const tiles = tilesOf(packets, stream, media.tiles);
    assert.ok(tiles.flat().length >= packets.length / 2);
    let end = 0;
    for (const [sample, { bytes }] of packets.entries()) {
      end += bytes;
      assert.equal(rangesIn(finder, stream, end - bytes, end), tiles[sample], `sample ${sample}`);
    }
    assert.is(end, stream.length);
  });
}

/** obu_type */
const TYPE = {
  sequenceHeader: 1,
  delimiter: 2,
  frameHeader: 3,
  tileGroup: 4,
  metadata: 5,
  frame: 6,
  redundant: 7,
  tileList: 8,
  reserved: 9,
  padding: 15,
} as const;

/** Still pictures of 256 × 64 pixels, four superblocks in a row. */
const sequenceHeader = new BitWriter()
  .bits('000 1 1 00000') // profile, still picture with a reduced header, level
  .bits('0111 0101 11111111 111111 000 000') // sizes, tools
  .bits('0 0 0 0 00 0 0 1') // 8 bits, 4:2:0, no film grain
  .bytes();

/** A frame of four tiles, whose sizes have `sizeBytes` bytes. */
const frameHeader = (sizeBytes = 1) =>
  new BitWriter()
    .bits('0 0 0 1 1 1') // no screen content, no render size; even tiles: two columns, four
    .bits(`00 ${(sizeBytes - 1).toString(2).padStart(2, '0')}`)
    .bits('00000001 0 0 0 0 0 0') // quantizers, no segments, no differences
    .bits('000000 000000 000 0 0 0') // loop filter, transform sizes
    .bytes();

const header = frameHeader();
const tiles = [3, 20, 1, 40].map((size) => new Uint8Array(size).fill(0xaa));

/** Tiles with a size in front of each but the last. */
const sized = (some: readonly Uint8Array[], sizeBytes = 1): Uint8Array =>
  concat(
    some.flatMap((tile, index) => {
      const size = Uint8Array.from(
        { length: sizeBytes },
        (_, byte) => ((tile.length - 1) >> (8 * byte)) & 255,
      );
      return index === some.length - 1 ? [tile] : [size, tile];
    }),
  );

/** Tile group headers: all tiles; some of them. */
const all = Uint8Array.of(0);
const some = (first: number, last: number) => Uint8Array.of(0x80 | (first << 5) | (last << 3));

const sample = (...obus: ObuFacts[]): Uint8Array => concat(obus.map(obu));
const start: ObuFacts = { type: TYPE.sequenceHeader, payload: sequenceHeader };
const frame = (...payload: Uint8Array[]): ObuFacts => ({ type: TYPE.frame, payload: concat(payload) });
const whole = frame(header, all, sized(tiles));
const group = (...payload: Uint8Array[]): ObuFacts => ({ type: TYPE.tileGroup, payload: concat(payload) });

/** An `av1C`, with OBUs or without. */
const av1C = (...obus: ObuFacts[]): Uint8Array => concat([Uint8Array.of(0x81, 0, 0x0c, 0), sample(...obus)]);
const finderOf = (config = av1C()): RangeFinder => createRangeFinder(makeTrack({ entry: 'av01', config }))!;
const find = (data: Uint8Array, config?: Uint8Array): number[][] => rangesIn(finderOf(config), data);
const refuses = (data: Uint8Array, message: RegExp, config?: Uint8Array): void =>
  refusesRanges(() => find(data, config), message);

/** Where tiles are from `at` on, with a size of a byte in front of each but the last. */
function tilesFrom(at: number, some = tiles): number[][] {
  let next = at;
  return some.map((tile, index) => {
    const from = index === some.length - 1 ? next : next + 1;
    next = from + tile.length;
    return [from, next];
  });
}

/** Bytes of a sequence header OBU, and of the header and size of another OBU. */
const HEADS = 2 + sequenceHeader.length + 2;

test('finds the tiles of a frame, however small they are', () => {
  assert.equal(find(sample(start, whole)), tilesFrom(HEADS + header.length + 1));
});

test('takes the sequence header from the configuration until a sample has one', () => {
  assert.equal(find(sample(whole), av1C({ type: TYPE.metadata }, start)), tilesFrom(2 + header.length + 1));
});

test('answers positions in the data, not in the sample', () => {
  const data = concat([new Uint8Array(100), sample(start, whole), new Uint8Array(7)]);
  const found = rangesIn(finderOf(), data, 100, data.length - 7);
  assert.equal(found, tilesFrom(100 + HEADS + header.length + 1));
});

test('leaves everything but tiles clear: delimiters, metadata, padding, OBUs of unknown types', () => {
  const clear = [TYPE.delimiter, TYPE.metadata, TYPE.padding, TYPE.reserved].map((type) => ({
    type,
    payload: new Uint8Array(50),
  }));
  const data = sample(...clear, start, whole, ...clear);
  assert.equal(find(data), tilesFrom(4 * 52 + HEADS + header.length + 1));
});

test('follows tile groups with a frame header of their own, and passes over copies of it', () => {
  const copy: ObuFacts = { type: TYPE.redundant, payload: header };
  const data = sample(
    ...[start, { ...copy, type: TYPE.frameHeader }, copy],
    ...[group(some(0, 1), sized(tiles.slice(0, 2))), copy, group(some(2, 3), sized(tiles.slice(2)))],
  );
  const first = HEADS + header.length + 2 + header.length + 2 + 1;
  const second = first + 1 + 3 + 20 + 2 + header.length + 2 + 1;
  assert.equal(find(data), [...tilesFrom(first, tiles.slice(0, 2)), ...tilesFrom(second, tiles.slice(2))]);
});

test('reads tile sizes of any number of bytes, lowest first', () => {
  const sizes = [300, 70_000, 2, 1];
  const large = sizes.map((size) => new Uint8Array(size));
  const found = find(sample(start, frame(frameHeader(3), all, sized(large, 3))));
  assert.equal(
    found.map(([from = 0, to = 0]) => to - from),
    sizes,
  );
});

test('takes the last OBU without a size, and extension headers', () => {
  const layered = { ...whole, extension: 0x28 };
  assert.equal(find(sample(start, layered)), tilesFrom(HEADS + 1 + header.length + 1));
  assert.equal(find(sample(start, { ...layered, sized: false })), tilesFrom(HEADS + header.length + 1));
});

test('refuses OBUs that are damaged or leave the sample, and says where', () => {
  const data = sample(start, whole);
  const size = whole.payload!.length;
  const second = `OBU at byte ${2 + sequenceHeader.length} of sample 1 of its AV1 track`;
  refuses(data.subarray(0, -1), new RegExp(`${second} says it has ${size} bytes, but ${size - 1} are left`));
  refuses(data.subarray(0, HEADS - 1), new RegExp(`${second} is cut short`));
  refuses(data.with(0, 0x8a), /at byte 0 .* has its forbidden bit set/);
  refuses(concat([Uint8Array.of(0x0a), new Uint8Array(9).fill(0xff)]), /has a size that does not end/);
  refuses(sample({ ...start, payload: Uint8Array.of(0x78) }), /has the reserved profile 3/);
  refuses(sample({ ...start, payload: sequenceHeader.subarray(0, 3) }), /is cut short/);
});

test('refuses frames and tiles out of order', () => {
  refuses(sample(whole), /has a frame before any sequence header/);
  refuses(sample(start, group(all)), /has tiles before any frame header/);
  const half = frame(header, some(0, 1), sized(tiles.slice(0, 2)));
  refuses(sample(start, half, whole), /starts a frame before the tiles of the last one are complete/);
  refuses(sample(start, half, group(all)), /has all tiles of a frame that has some already/);
  refuses(sample(start, half, group(some(2, 1))), /has tiles 2 to 1 of 4/);
  refuses(sample(start, frame(header, some(1, 3))), /has tile 1 where tile 0 has to come/);
});

test('a sample starts anew, whatever tiles the one before it lacked', () => {
  const finder = finderOf();
  assert.is(rangesIn(finder, sample(start, frame(header, some(0, 1), sized(tiles.slice(0, 2))))).length, 2);
  assert.is(rangesIn(finder, sample(whole)).length, 4);
});

test('refuses a sample without a frame: tiles whose headers are lost would pass for padding, and stay clear', () => {
  const payload = new Uint8Array(600).fill(0xaa);
  for (const type of [0, TYPE.padding, TYPE.reserved, TYPE.metadata])
    refuses(sample({ type, payload, sized: false }), /sample 1 of its AV1 track has no frame/);
  assert.equal(find(new Uint8Array(0)), []);
});

test('refuses tiles that leave their OBU', () => {
  refuses(
    sample(start, frame(header, all, Uint8Array.of(9, 1, 1))),
    /has a tile 0 of 10 bytes, but 2 are left/,
  );
  const none = frame(header, all, sized([...tiles.slice(0, 3), new Uint8Array()]));
  refuses(sample(start, none), /has no bytes left for tile 3/);
  refuses(sample(start, frame(header)), /is cut short/);
});

test('refuses a header that ends in other bits than zeros: it was not read rightly', () => {
  const last = header.length - 1;
  refuses(sample(start, frame(header.with(last, header[last]! | 1), all, sized(tiles))), /zero bits/);
});

test('refuses large scale tile coding rather than leave pictures clear', () => {
  refuses(sample(start, { type: TYPE.tileList }), /tile lists \(large scale tile coding\), which cannot be/);
});

test('refuses a configuration that is cut short, unknown or damaged', () => {
  refuses(sample(), /\(av1C\) is cut short/, av1C().subarray(0, 3));
  refuses(sample(), /\(av1C\) has an unknown version/, av1C().with(0, 1));
  refuses(sample(), /\(av1C\) has an OBU that is cut short/, av1C({ ...start, payload: new Uint8Array(2) }));
});

test('damaged samples end in a PackagerError or in ranges of their own', async () => {
  const path = await AV1_MEDIA.find(({ name }) => name === 'av1-tile-groups')!.file();
  const sizes = (await traceFrameHeaders(path)).map(({ bytes }) => bytes);
  const [track] = await demuxFile(path);
  const outcomes = survivesDamage(() => createRangeFinder(track!)!, await videoBytes(path), sizes);
  assert.ok(outcomes.refused > 50 && outcomes.taken > 5, JSON.stringify(outcomes));
});

test.run();
