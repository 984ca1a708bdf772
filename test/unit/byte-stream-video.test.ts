import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, copyBytes, fromHex, toHex } from '../../core/base/bytes.ts';
import { avcByteStream } from '../../core/codecs/avc/byte-stream.ts';
import { hevcByteStream } from '../../core/codecs/hevc/byte-stream.ts';
import { nalSpans } from '../../core/containers/packets/annex-b.ts';
import { ByteStreamVideo } from '../../core/containers/packets/byte-stream-video.ts';
import { AVC_STREAMS } from '../helpers/media/avc-streams.ts';
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

/** Parameter sets of one number: Main 3.0 of 720x576, High 4.0 of 1920x1080; of H.265 those of Main at 3 and 4. */
const AVC_SIZES = {
  small: ['674d401eeca05a09360220000003002000000641e2c5b2c0', '68ebe3cb20'],
  large: ['67640028acd940780227e5c044000003000400000300c83c60c658', '68ebe3cb22c0'],
};
const HEVC_SIZES = {
  small: [
    '40010c01ffff01600000030090000003000003005a959809',
    '42010101600000030090000003000003005aa005a20090596566924caf016808000003000800000300c840',
    '4401c172b46240',
  ],
  large: [
    '40010c01ffff016000000300900000030000030078959809',
    '420101016000000300900000030000030078a003c08010e596566924caf0168080000003008000000c84',
    '4401c172b46240',
  ],
};

for (const { name, codec, sizes, picture, strings } of [
  {
    ...{ name: 'H.264', codec: avcByteStream, sizes: AVC_SIZES, picture: IDR },
    strings: { changed: 'avc3.640028', small: 'avc1.4d401e' },
  },
  {
    ...{ name: 'H.265', codec: hevcByteStream, sizes: HEVC_SIZES, picture: Uint8Array.of(0x26, 1, 0xaf) },
    strings: { changed: 'hev1.1.6.L120.90', small: 'hvc1.1.6.L90.90' },
  },
]) {
  const units = (size: keyof typeof sizes) => stream(...sizes[size].map(fromHex), picture);
  const scanned = (...order: readonly (keyof typeof sizes)[]): ByteStreamVideo => {
    const video = new ByteStreamVideo(codec);
    for (const size of order) video.scan(packet(units(size)));
    return video;
  };

  test(`${name}: pictures that change their size under one number are described by the largest`, () => {
    for (const order of [['small', 'large', 'small'] as const, ['large', 'small'] as const]) {
      const video = scanned(...order);
      const { codecs, config, video: info, sampleEntry } = video.describe();
      assert.is(codecs, strings.changed);
      assert.equal([info.width, info.height], [1920, 1080]);
      assert.is(new DataView(sampleEntry.buffer, sampleEntry.byteOffset).getUint16(32), 1920);
      // What is in force at the start is in the configuration still: the first samples may go without.
      const first = sizes[order[0]].find((nal) => /^(67|42)/.test(nal))!;
      assert.ok(toHex(config).includes(first));
      const [notice, ...more] = video.notices;
      assert.match(notice!, /from (720x576|1920x1080) to (720x576|1920x1080):.* the largest, 1920x1080/);
      assert.equal(more, []);
    }
    const same = scanned('small', 'small');
    assert.is(same.describe().codecs, strings.small);
    assert.equal(same.notices, []);
  });
}

test('the level is the highest of all, the flags are those that all have, whichever pictures are the largest', () => {
  const [sps = '', pps = ''] = AVC_SIZES.small;
  const demanding = fromHex(sps.replace('674d401e', '674d0029'));
  const video = new ByteStreamVideo(avcByteStream);
  video.scan(packet(stream(fromHex(sps), fromHex(pps), IDR)));
  video.scan(packet(stream(demanding, fromHex(pps), IDR)));
  assert.is(video.describe().codecs, 'avc3.4d0029');
  assert.equal(video.notices, []);
});

test('pictures may become pairs of fields', () => {
  const frames = fromHex(AVC_SIZES.small[0]!);
  const fields = fromHex(AVC_STREAMS.find(({ what }) => what.includes('PAFF'))!.sps);
  const video = new ByteStreamVideo(avcByteStream);
  video.scan(packet(stream(frames, PPS, IDR)));
  assert.throws(() => video.scan(packet(stream(SLICE, SLICE))), /several pictures/);
  video.scan(packet(stream(fields, PPS, IDR)));
  video.scan(packet(stream(SLICE, SLICE)));
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
