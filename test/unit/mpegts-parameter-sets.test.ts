import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex, toHex } from '../../core/base/bytes.ts';
import { TsMuxer } from '../../core/containers/mpegts/write/muxer.ts';
import {
  AUD,
  ENDLESS,
  hexUnits,
  muxPictures,
  OFFSET,
  refusal,
  video,
  videoPes,
} from '../helpers/media/muxed-ts.ts';
import { makeSegment } from '../helpers/media/segments.ts';
import { avcTrack, nalUnit, PPS, pictures, SPS, sample } from '../helpers/media/ts-media.ts';

const test = suite('parameter sets in MPEG-TS');

test('puts a delimiter before every picture, and the parameter sets before sync pictures', () => {
  const [sync, other] = videoPes(muxPictures(pictures([100, 50])));
  assert.equal(hexUnits(sync!.payload), [AUD, toHex(SPS), toHex(PPS), toHex(nalUnit(0x65, 100))]);
  assert.equal(hexUnits(other!.payload), [AUD, toHex(nalUnit(0x41, 50))]);
  assert.is(sync!.length, 0);
  assert.is(sync!.streamId, 0xe0);
  assert.equal([sync!.randomAccess, other!.randomAccess], [true, false]);
});

test('drops delimiters and repeated parameter sets of the input, keeps the rest in order', () => {
  const units = [
    '09e0',
    toHex(SPS),
    '0605ffff80',
    toHex(PPS),
    toHex(nalUnit(0x65, 60)),
    toHex(nalUnit(0x65, 61)),
  ];
  const segment = makeSegment([sample(units.map(fromHex))], { track: avcTrack() });
  const [picture] = videoPes(muxPictures(segment));
  assert.equal(hexUnits(picture!.payload), [AUD, toHex(SPS), toHex(PPS), units[2]!, units[4]!, units[5]!]);
});

test('keeps a parameter set that differs, and repeats it from then on', () => {
  const changed = `${toHex(PPS).slice(0, 4)}aa`; // the same id, other content
  const slice = nalUnit(0x41, 20);
  const idr = nalUnit(0x65, 20);
  const samples = [[idr], [fromHex(changed), slice], [fromHex(changed), slice], [idr]].map((units) =>
    sample(units),
  );
  const sync = Uint8Array.of(1, 0, 0, 1);
  const pes = videoPes(muxPictures(makeSegment(samples, { track: avcTrack(), sync })));
  assert.equal(
    pes.map(({ payload }) => hexUnits(payload)),
    [
      [AUD, toHex(SPS), toHex(PPS), toHex(idr)],
      [AUD, changed, toHex(slice)],
      [AUD, toHex(slice)],
      [AUD, toHex(SPS), changed, toHex(idr)],
    ],
  );
});

test('remembers a parameter set when the memory it came in is used for something else', () => {
  const changed = fromHex(`${toHex(PPS).slice(0, 4)}aa`);
  const muxer = new TsMuxer({ video: video(), tsOffset: OFFSET });
  const segment = makeSegment([sample([changed, nalUnit(0x65, 20)])], { track: avcTrack() });
  muxer.mux(segment, undefined);
  segment.data.fill(0xff);
  const [picture] = videoPes(muxer.mux(pictures([20], { decodeTime: 3600 }), undefined));
  assert.equal(hexUnits(picture!.payload).slice(0, 3), [AUD, toHex(SPS), toHex(changed)]);
});

/** Of a picture at which decoding can start, 1, or of another one, what the muxer makes of all of them. */
const unitsOf = (...samples: readonly (readonly [sync: 0 | 1, ...units: Uint8Array[]])[]): string[][] => {
  const sync = Uint8Array.from(samples, ([flag]) => flag);
  const made = makeSegment(
    samples.map(([, ...units]) => sample(units)),
    { track: avcTrack(), sync },
  );
  return videoPes(muxPictures(made)).map(({ payload }) => hexUnits(payload));
};

/** Other content under the same id. */
const OTHER_SPS = fromHex(`${toHex(SPS).slice(0, -2)}a8`);
const [A, B, P] = [toHex(SPS), toHex(OTHER_SPS), toHex(PPS)];
const [IDR, SLICE] = [nalUnit(0x65, 20), nalUnit(0x41, 20)];
const [I, S] = [toHex(IDR), toHex(SLICE)];

test('a PPS behind another SPS of its id is no repetition, on key pictures and between them', () => {
  const pes = unitsOf(
    [1, SPS, PPS, IDR],
    [1, OTHER_SPS, PPS, IDR],
    [1, IDR],
    [0, SPS, PPS, SLICE],
    [0, SPS, PPS, SLICE],
    [1, IDR],
  );
  assert.equal(pes, [
    [AUD, A, P, I],
    [AUD, B, P, I],
    [AUD, B, P, I],
    [AUD, A, P, S],
    [AUD, S],
    [AUD, A, P, I],
  ]);
});

test('a PPS keeps the SPS that was in force when it came, until it comes again', () => {
  const pes = unitsOf([1, SPS, PPS, OTHER_SPS, IDR], [1, IDR], [1, PPS, IDR], [1, IDR]);
  assert.equal(pes, [
    [AUD, A, P, B, I],
    [AUD, A, P, B, I],
    [AUD, B, P, I],
    [AUD, B, P, I],
  ]);
});

test('sets behind the last slice stay there, and are in force from the next picture on', () => {
  const pes = unitsOf([1, IDR, OTHER_SPS, PPS], [1, IDR], [0, SLICE, SPS, PPS], [0, SLICE]);
  assert.equal(pes, [
    [AUD, A, P, I, B, P],
    [AUD, B, P, I],
    [AUD, S, A, P],
    [AUD, S],
  ]);
});

test('a sample of nothing but sets gives them to the next one', () => {
  assert.equal(unitsOf([1, OTHER_SPS, PPS], [0, SLICE]), [[AUD, B, P, S]]);
});

test('an SPS extension follows its SPS to every key picture', () => {
  const extension = fromHex('6dc0');
  const pes = unitsOf([1, OTHER_SPS, extension, PPS, IDR], [1, IDR], [1, SPS, PPS, IDR]);
  assert.equal(pes, [
    [AUD, B, '6dc0', P, I],
    [AUD, B, '6dc0', P, I],
    [AUD, A, P, I],
  ]);
});

test('grows beyond its estimate when parameter sets outweigh the pictures', () => {
  const big = new Uint8Array(5000).fill(0x55);
  big.set(PPS.subarray(0, 3));
  const sizes = new Array<number>(50).fill(2);
  const first = sample([big, nalUnit(0x65, 2)]);
  const rest = sizes.map(() => sample([nalUnit(0x65, 2)]));
  const sync = new Uint8Array(51).fill(1);
  const pes = videoPes(muxPictures(makeSegment([first, ...rest], { track: avcTrack(), sync })));
  assert.is(pes.length, 51);
  for (const { payload } of pes.slice(1)) assert.is(payload.length, 6 + 4 + SPS.length + 4 + 5000 + 4 + 2);
});

test('refuses a key picture without parameter sets: a list of the configuration may hold something else', () => {
  const damaged = [SPS, PPS].map((set) => {
    const config = Buffer.from(avcTrack().config);
    config[config.indexOf(set)] = 0x6f; // a subset SPS
    return avcTrack({ config, samples: ENDLESS });
  });
  for (const track of damaged) {
    const alone = makeSegment([sample([nalUnit(0x65, 20)])], { track });
    assert.match(
      refusal(() => muxPictures(alone, { track })),
      /made\.mp4.* has a key frame, and no sequence and picture parameter sets for it/,
    );
  }
  const own = makeSegment([sample([PPS, nalUnit(0x65, 20)])], { track: damaged[1]! });
  const [picture] = videoPes(muxPictures(own, { track: damaged[1]! }));
  assert.equal(hexUnits(picture!.payload).slice(0, 3), [AUD, toHex(SPS), toHex(PPS)]);
});

test.run();
