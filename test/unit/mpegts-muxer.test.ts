import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { copyBytes, fromHex, toHex } from '../../core/base/bytes.ts';
import { PID, TsMuxer } from '../../core/containers/mpegts/write/muxer.ts';
import {
  audio,
  audioPes,
  ENDLESS,
  muxPictures,
  OFFSET,
  refusal,
  video,
  videoPes,
} from '../helpers/media/muxed-ts.ts';
import { makeSegment } from '../helpers/media/segments.ts';
import {
  aacTrack,
  avcTrack,
  frames,
  nalUnit,
  pictures,
  plainTiming,
  sample,
} from '../helpers/media/ts-media.ts';
import { readNalUnits, readPackets, readPes, readSections } from '../helpers/oracles/transport-stream.ts';

const test = suite('MPEG-TS muxer');

test('starts every segment with PAT and PMT and counts on from the one before', () => {
  const muxer = new TsMuxer({ video: video(), audio: audio(), tsOffset: OFFSET });
  const segments = [0, 1, 2].map((n) =>
    copyBytes(
      muxer.mux(
        pictures([5000, 300, 400], { decodeTime: n * 10_800 }),
        frames([300, 301, 302, 303, 304, 305], { decodeTime: n * 6 * 1024 }),
      ).data,
    ),
  );
  for (const segment of segments) {
    assert.equal(
      readPackets(segment)
        .slice(0, 2)
        .map(({ pid }) => pid),
      [0, PID.pmt],
    );
  }
  const packets = readPackets(Buffer.concat(segments)); // throws for a counter that does not follow
  assert.is(readPes(packets, PID.video).length, 9);
  assert.is(readPes(packets, PID.audio).length, 18);
});

test('lists what there is in the PMT, with the clock on the video, or on audio alone', () => {
  const pmt = (muxer: TsMuxer) => {
    const [section] = readSections(readPackets(muxer.mux(undefined, undefined).data), PID.pmt);
    const types: number[] = [];
    for (let at = 12; at < section!.length - 4; at += 5 + (section!.readUInt16BE(at + 3) & 0xfff)) {
      types.push(section![at]!);
    }
    return { clock: section!.readUInt16BE(8) & 0x1fff, types };
  };
  const tsOffset = OFFSET;
  const encrypted = true;
  const both = new TsMuxer({ video: video({ encrypted }), audio: audio({ encrypted }), tsOffset });
  assert.equal(pmt(both), { clock: PID.video, types: [0xdb, 0xcf] });
  const clearSound = new TsMuxer({ video: video({ encrypted }), audio: audio(), tsOffset });
  assert.equal(pmt(clearSound), { clock: PID.video, types: [0xdb, 0x0f] });
  assert.equal(pmt(new TsMuxer({ audio: audio(), tsOffset })), { clock: PID.audio, types: [0x0f] });
});

test('clear segments of encrypted tracks are announced as clear, by another version of the PMT', () => {
  const encrypted = true;
  const given = { video: video({ encrypted }), audio: audio({ encrypted }), tsOffset: OFFSET };
  const changing = new TsMuxer({ ...given, hasClearSegments: true });
  const clear = new TsMuxer({ video: video(), audio: audio(), tsOffset: OFFSET });
  const mux = (muxer: TsMuxer, n: number, isClear: boolean) =>
    copyBytes(
      muxer.mux(
        pictures([5000, 300, 400], { decodeTime: n * 10_800 }),
        frames([300, 301, 302, 303, 304, 305], { decodeTime: n * 6 * 1024 }),
        isClear,
      ).data,
    );
  const segments = [true, true, false, false].map((isClear, n) => mux(changing, n, isClear));
  for (const n of [0, 1]) assert.equal(segments[n], mux(clear, n, false), 'as if nothing were encrypted');
  const packets = readPackets(Buffer.concat(segments)); // throws for a counter that does not follow
  const tables = readSections(packets, PID.pmt).map((section) => ({
    version: (section[5]! >> 1) & 31,
    isEncrypted: section.includes('zavc') && section.includes('aacd'),
  }));
  assert.equal(tables, [
    { version: 0, isEncrypted: false },
    { version: 0, isEncrypted: false },
    { version: 1, isEncrypted: true },
    { version: 1, isEncrypted: true },
  ]);
});

test('carries pictures of any size unchanged', () => {
  const sizes = Array.from({ length: 400 }, (_, i) => i + 1);
  const pes = videoPes(muxPictures(pictures(sizes)));
  assert.equal(
    pes.map(({ payload }) => toHex(readNalUnits(payload).at(-1)!)),
    sizes.map((size, i) => toHex(nalUnit(i === 0 ? 0x65 : 0x41, size))),
  );
});

test('gives the same stream for length prefixes of 1, 2 and 4 bytes', () => {
  const streams = [1, 2, 4].map((nalLengthSize) => {
    const samples = [0x65, 0x41].map((header) =>
      sample([nalUnit(header, 200), nalUnit(header, 9)], nalLengthSize),
    );
    return toHex(muxPictures(makeSegment(samples, { track: avcTrack(), nalLengthSize })).data);
  });
  assert.is(streams[0], streams[2]);
  assert.is(streams[1], streams[2]);
});

test('frames every AAC frame for itself in ADTS, with exact lengths', () => {
  const muxer = new TsMuxer({ audio: audio(), tsOffset: OFFSET });
  const sizes = [1, 170, 171, 350, 8184];
  const pes = audioPes(muxer.mux(undefined, frames(sizes)));
  assert.equal(
    pes.map(({ payload }) => payload.length),
    sizes.map((size) => 7 + size),
  );
  for (const [i, { payload, length, streamId, hasDts }] of pes.entries()) {
    assert.is(length, 8 + payload.length);
    assert.is(streamId, 0xc0);
    assert.not.ok(hasDts);
    assert.is(((payload[3]! & 3) << 11) | (payload[4]! << 3) | (payload[5]! >> 5), payload.length);
    assert.ok(payload.subarray(7).every((byte) => byte === i + 1));
  }
});

test('presents samples at their time plus the offset, each rounded for itself', () => {
  const timing = plainTiming({ mediaTimeAtZero: 1024 });
  const track = aacTrack({ timescale: 44_100, samples: ENDLESS });
  const muxer = new TsMuxer({ audio: audio({ track, timing }), tsOffset: 19_000 });
  const pes = audioPes(muxer.mux(undefined, frames([10, 10, 10, 10])));
  const exact = [-1024, 0, 1024, 2048].map((ticks) => 19_000 + Math.round((ticks * 90_000) / 44_100));
  assert.equal(
    pes.map(({ pts }) => pts),
    exact,
  );
});

test('decodes early enough that nothing is decoded after it is presented', () => {
  // I P B B: the B pictures are composed a frame before they are decoded.
  const compositionOffsets = Int32Array.of(0, 7200, -3600, -3600);
  const timing = plainTiming({ decodeDelay: 3600 });
  const muxer = new TsMuxer({ video: video({ timing }), tsOffset: 12_600 });
  const pes = videoPes(muxer.mux(pictures([100, 50, 50, 50], { compositionOffsets }), undefined));
  assert.equal(
    pes.map(({ pts }) => pts - 12_600),
    [0, 10_800, 3600, 7200],
  );
  assert.equal(
    pes.map(({ dts }) => dts - 9000),
    [0, 3600, 7200, 10_800],
  );
  assert.equal(
    pes.map(({ hasDts }) => hasDts),
    [true, true, false, false],
  );
});

test('times wrap at 33 bits', () => {
  const decodeTime = 2 ** 33 - 3600 - OFFSET;
  const pes = videoPes(muxPictures(pictures([100, 50, 50], { decodeTime })));
  assert.equal(
    pes.map(({ pts }) => pts),
    [2 ** 33 - 3600, 0, 3600],
  );
});

test('writes by decode time, the sync picture first', () => {
  const muxer = new TsMuxer({ video: video(), audio: audio(), tsOffset: 20_000 });
  const { data } = muxer.mux(
    pictures([100, 100, 100], { decodeTime: 1000 }),
    frames([50, 50, 50, 50, 50, 50]),
  );
  const order = readPackets(data)
    .filter(({ unitStart, pid }) => unitStart && pid >= PID.video)
    .map(({ pid }) => (pid === PID.video ? 'v' : 'a'))
    .join('');
  // Pictures at 1000, 4600, 8200; frames at 0, 1920, 3840, 5760, 7680, 9600.
  assert.is(order, 'vaaavaava');
});

/** Clock references of several segments, with where decoding stands beside each. */
function clocks(muxed: readonly Uint8Array[]): number[] {
  const packets = readPackets(Buffer.concat(muxed));
  const pes = [...readPes(packets, PID.video), ...readPes(packets, PID.audio)];
  const references = packets.filter(({ pcr }) => pcr !== undefined);
  for (const { offset, pcr } of references) {
    for (const unit of pes)
      if (unit.offset >= offset) assert.ok(unit.dts - pcr! >= 0, `clock ${pcr} at ${offset}`);
  }
  return references.map(({ pcr }) => pcr!);
}

test('every picture brings a clock reference, 100 ms before it is decoded', () => {
  const pes = videoPes(muxPictures(pictures([1000, 20, 30])));
  assert.equal(
    pes.map(({ pcr, dts }) => dts - pcr!),
    [9000, 9000, 9000],
  );
});

test('sound alone brings the clock references', () => {
  const muxer = new TsMuxer({ audio: audio(), tsOffset: OFFSET });
  const pes = audioPes(muxer.mux(undefined, frames([300, 300])));
  assert.equal(
    pes.map(({ pcr, pts, randomAccess }) => [pts - pcr!, randomAccess]),
    [
      [9000, true],
      [9000, true],
    ],
  );
});

test('the clock runs at least every 100 ms and never back, at any picture rate and with B pictures', () => {
  for (const duration of [1501, 3600, 8999, 18_000, 90_000]) {
    for (const withSound of [true, false]) {
      const decodeDelay = 2 * duration;
      const muxer = new TsMuxer({
        video: video({ timing: plainTiming({ decodeDelay }) }),
        audio: withSound ? audio() : undefined,
        tsOffset: OFFSET + decodeDelay,
      });
      const durations = new Uint32Array(6).fill(duration);
      const perSegment = Math.ceil((6 * duration) / 1920);
      const segments = [0, 1, 2].map((n) => {
        const view = pictures([900, 10, 10, 10, 10, 10], { durations, decodeTime: n * 6 * duration });
        const decodeTime = n * perSegment * 1024;
        const sound = withSound ? frames(new Array<number>(perSegment).fill(9), { decodeTime }) : undefined;
        return copyBytes(muxer.mux(view, sound).data);
      });
      const references = clocks(segments);
      for (const [i, pcr] of references.entries()) {
        const step = i === 0 ? 1 : pcr - references[i - 1]!;
        assert.ok(step > 0 && step <= 9000, `${duration} ${withSound}: ${references[i - 1]} → ${pcr}`);
      }
    }
  }
});

test('a damaged time far ahead does not fill the file with clock references', () => {
  const durations = Uint32Array.of(3600, 0xffffffff, 3600);
  const { data } = muxPictures(pictures([10, 10, 10], { durations }));
  assert.ok(data.length < 20 * 188);
});

test('the range of an I-frame is its own packets, all of them and no others', () => {
  const muxer = new TsMuxer({ video: video(), audio: audio(), tsOffset: OFFSET });
  const sync = Uint8Array.of(1, 0, 1, 0);
  const muxed = muxer.mux(
    pictures([5000, 300, 4000, 20], { sync, decodeTime: 7200 }),
    frames(new Array(8).fill(200)),
  );
  const all = videoPes(muxed).filter(({ randomAccess }) => randomAccess);
  assert.equal(
    muxed.iframes.map(({ offset, size, start }) => [offset, offset + size, start]),
    all.map(({ offset, end, dts }) => [offset, end, dts - OFFSET]),
  );
  for (const { offset, size } of muxed.iframes) {
    const packets = readPackets(muxed.data.subarray(offset, offset + size));
    assert.ok(packets.every(({ pid }) => pid === PID.video));
    assert.equal(
      packets.map(({ unitStart }) => unitStart),
      packets.map((_, i) => i === 0),
    );
  }
});

test('leaves out samples without bytes', () => {
  const samples = [
    sample([nalUnit(0x65, 9)]),
    new Uint8Array(),
    fromHex('0000000209f0'),
    sample([nalUnit(0x41, 9)]),
  ];
  const pes = videoPes(
    muxPictures(makeSegment(samples, { track: avcTrack(), durations: Uint32Array.of(1, 1, 1, 1) })),
  );
  assert.equal(
    pes.map(({ dts }) => dts - OFFSET),
    [0, 3],
  );
});

test('refuses NAL units that do not fill their sample, and frames too long for ADTS', () => {
  const broken = makeSegment([fromHex('0000001041')], { track: avcTrack() });
  assert.match(
    refusal(() => muxPictures(broken)),
    /made\.mp4.*segment 1 of video track 1/,
  );
  const muxer = new TsMuxer({ audio: audio(), tsOffset: OFFSET });
  assert.match(
    refusal(() => muxer.mux(undefined, frames([8185]))),
    /8185 bytes/,
  );
});

test('refuses an offset that leaves no time before the first picture', () => {
  assert.throws(
    () => new TsMuxer({ video: video(), tsOffset: 8999 }).mux(pictures([9]), undefined),
    RangeError,
  );
});

test.run();
