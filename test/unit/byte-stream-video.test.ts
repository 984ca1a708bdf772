import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, copyBytes } from '../../core/base/bytes.ts';
import { avcByteStream } from '../../core/codecs/avc/byte-stream.ts';
import { nalSpans } from '../../core/containers/packets/annex-b.ts';
import { ByteStreamVideo } from '../../core/containers/packets/byte-stream-video.ts';
import { PPS, SPS } from '../helpers/media/ts-media.ts';

const test = suite('byte-stream-video');

const SHORT = Uint8Array.of(0, 0, 1);
const LONG = Uint8Array.of(0, 0, 0, 1);
const DELIMITER = Uint8Array.of(9, 0xf0);
const IDR = Uint8Array.of(0x65, 0x88, 0x84, 0x21);
const SLICE = Uint8Array.of(0x41, 0x9a, 0x11);
const SECOND_SLICE = Uint8Array.of(0x41, 0x40, 0x11);
/** Recovery point with recovery_frame_cnt 0, and one that is two frames away. */
const RECOVERY = Uint8Array.of(6, 6, 1, 0xc4, 0x80);
const LATER_RECOVERY = Uint8Array.of(6, 6, 1, 0x64, 0x80);

const stream = (...nals: readonly Uint8Array[]): Uint8Array => concat(nals.flatMap((nal) => [LONG, nal]));
const packet = (data: Uint8Array) => ({ seconds: 0, position: 0, isKey: false, data });
const lengths = (sample: Uint8Array): number[] => {
  const view = new DataView(sample.buffer, sample.byteOffset, sample.length);
  const found: number[] = [];
  for (let at = 0; at < sample.length; at += 4 + found.at(-1)!) found.push(view.getUint32(at));
  return found;
};

test('finds units behind short and long start codes, without the zeros around them', () => {
  const bytes = concat([Uint8Array.of(7, 0), LONG, IDR, Uint8Array.of(0, 0), SHORT, SLICE, Uint8Array.of(0)]);
  const spans = nalSpans(bytes);
  assert.equal(
    [0, 2].map((n) => bytes.slice(spans[n], spans[n + 1])),
    [IDR, SLICE],
  );
  assert.is(spans.length, 4);
  assert.equal(nalSpans(Uint8Array.of(1, 2, 3)), []);
});

test('parameter sets that stay the same go to the configuration', () => {
  const video = new ByteStreamVideo(avcByteStream);
  const first = stream(DELIMITER, SPS, PPS, IDR);
  assert.equal(video.scan(packet(first)), {
    ...{ bytes: 4 + IDR.length, parameterSets: 8 + SPS.length + PPS.length },
    ...{ isSync: true, length: 0 },
  });
  video.scan(packet(first));
  assert.not(video.keepsParameterSets);
  const { entry, codecs, video: info } = video.describe();
  assert.equal([entry, codecs], ['avc1', 'avc1.64000d']);
  assert.ok(info!.width > 0);
  assert.equal(lengths(video.sample(first, false)), [IDR.length]);
});

test('parameter sets that change stay in the samples', () => {
  const video = new ByteStreamVideo(avcByteStream);
  const other = copyBytes(SPS);
  other[3] = 31; // level
  video.scan(packet(stream(SPS, PPS, IDR)));
  video.scan(packet(stream(other, PPS, IDR)));
  assert.ok(video.keepsParameterSets);
  assert.is(video.describe().entry, 'avc3');
  assert.equal(lengths(video.sample(stream(DELIMITER, other, PPS, IDR), true)), [
    SPS.length,
    PPS.length,
    IDR.length,
  ]);
});

test('decoding can start at an IDR picture and at a recovery point, not before one', () => {
  const video = new ByteStreamVideo(avcByteStream);
  const isSync = (...nals: readonly Uint8Array[]) => video.scan(packet(stream(SPS, PPS, ...nals))).isSync;
  assert.ok(isSync(IDR));
  assert.ok(isSync(RECOVERY, SLICE));
  assert.not(isSync(LATER_RECOVERY, SLICE));
  assert.not(isSync(SLICE));
});

test('several slices are a picture, several pictures with one time are refused', () => {
  const video = new ByteStreamVideo(avcByteStream);
  video.scan(packet(stream(SPS, PPS, SLICE, SECOND_SLICE)));
  assert.throws(() => video.scan(packet(stream(SLICE, SLICE))), /several pictures with one time stamp/);
});

test('nothing to describe without parameter sets', () => {
  const video = new ByteStreamVideo(avcByteStream);
  video.scan(packet(stream(IDR)));
  assert.throws(() => video.describe(), /has no parameter sets/);
});

test.run();
