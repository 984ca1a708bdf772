import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toHex } from '../../core/base/bytes.ts';
import { split33, to90k } from '../../core/containers/mpegts/clock.ts';
import { PacketWriter } from '../../core/containers/mpegts/write/packet-writer.ts';
import { pesHeaderSize, writePesHeader } from '../../core/containers/mpegts/write/pes.ts';
import { readPackets, readPes } from '../helpers/oracles/transport-stream.ts';

const test = suite('MPEG-TS packets and PES');

function header(pts: number, dts: number, payload: number): string {
  const target = new Uint8Array(pesHeaderSize(pts, dts));
  assert.is(writePesHeader(target, 0, 0xe0, pts, dts, payload), target.length);
  return toHex(target);
}

test('writes a PTS alone where the DTS is the same', () => {
  assert.is(header(90_000, 90_000, 0), '000001e00000' + '848005' + '210005bf21');
});

test('writes PTS and DTS where they differ, and the length where it is known', () => {
  assert.is(header(93_000, 90_000, 100), '000001e00071' + '84c00a' + '310005d691' + '110005bf21');
});

test('timestamps have 33 bits: they wrap', () => {
  const highest = '2fffffffff';
  assert.is(header(2 ** 33 - 1, 2 ** 33 - 1, 0).slice(18), highest);
  assert.is(header(2 ** 33, 2 ** 33, 0).slice(18), '2100010001');
  assert.is(header(2 ** 33 + 90_000, 2 ** 33 + 90_000, 0), header(90_000, 90_000, 0));
  assert.equal(split33(-1), [7, 2 ** 30 - 1]);
});

test('a reader gets back the timestamps that were written', () => {
  const writer = new PacketWriter();
  writer.begin(0);
  const times = [
    0,
    1,
    2 ** 15,
    2 ** 22,
    2 ** 29,
    2 ** 30,
    2 ** 32,
    0x1_5555_5555,
    0xaaaa_aaaa,
    0x1_2345_6789,
  ];
  for (const pts of times) {
    const staged = writer.stage(pesHeaderSize(pts, 7));
    writePesHeader(writer.buffer, staged, 0xe0, pts, 7, 0);
    writer.pes(0x101, staged, undefined, false);
  }
  const pes = readPes(readPackets(writer.finish()), 0x101);
  assert.equal(
    pes.map(({ pts, dts }) => [pts, dts]),
    times.map((pts) => [pts, 7]),
  );
});

test('converts ticks to 90 kHz with one exact rounding, a half up', () => {
  const exact = (ticks: number, timescale: number): number => {
    const [twice, scale] = [2n * 90_000n * BigInt(ticks), BigInt(timescale)];
    const [numerator, denominator] = [twice + scale, 2n * scale];
    const quotient = numerator / denominator;
    return Number(numerator % denominator < 0n ? quotient - 1n : quotient);
  };
  for (const timescale of [
    1,
    7,
    600,
    1001,
    12_800,
    24_000,
    44_100,
    90_000,
    180_000,
    10_000_000,
    2 ** 32 - 1,
  ]) {
    for (const ticks of [
      0,
      1,
      -1,
      3,
      -1024,
      90_001,
      timescale * 3 + 1,
      timescale * 86_400 - 1,
      2 ** 40 + 3,
    ]) {
      assert.is(to90k(ticks, timescale), exact(ticks, timescale), `${ticks}/${timescale}`);
    }
  }
});

/** The packets of one PES packet of `size` bytes 1, 2, 3, … */
function packets(writer: PacketWriter, size: number, pcr?: number) {
  writer.begin(0);
  const staged = writer.stage(size);
  for (let i = 0; i < size; i++) writer.buffer[staged + i] = i + 1;
  writer.pes(0x101, staged, pcr, pcr !== undefined);
  return readPackets(writer.finish());
}

test('cuts any number of bytes into whole packets and gives them back', () => {
  for (const pcr of [undefined, 123_456]) {
    for (let size = 1; size <= 600; size++) {
      const read = packets(new PacketWriter(), size, pcr);
      const payload = Buffer.concat(read.map((packet) => packet.payload));
      assert.equal(payload, Buffer.from(Uint8Array.from({ length: size }, (_, i) => i + 1)), `${size} bytes`);
      assert.is(read.length, Math.ceil((size + (pcr === undefined ? 0 : 8)) / 184));
      assert.equal(
        read.map(({ unitStart }) => unitStart),
        read.map((_, i) => i === 0),
      );
      assert.is(read[0]!.pcr, pcr);
    }
  }
});

test('stuffs by a single byte with an adaptation field of length 0', () => {
  const writer = new PacketWriter();
  packets(writer, 183);
  assert.is(toHex(writer.finish().subarray(0, 6)), '47410130' + '00' + '01');
});

test('writes the 33 bits of a clock reference', () => {
  const writer = new PacketWriter();
  for (const pcr of [0, 1, 2 ** 32, 2 ** 33 - 1]) assert.is(packets(writer, 10, pcr)[0]!.pcr, pcr);
  packets(writer, 10, 2 ** 33 - 1);
  assert.is(toHex(writer.finish().subarray(6, 12)), 'fffffffffe00');
});

test('a packet without payload does not move the continuity counter', () => {
  const writer = new PacketWriter();
  writer.begin(0);
  for (const clock of [false, true, true, false]) {
    if (clock) writer.clockReference(0x101, 5);
    else writer.pes(0x101, writer.stage(1), undefined, false);
  }
  assert.equal(
    readPackets(writer.finish()).map(({ counter }) => counter),
    [0, 0, 0, 1],
  );
});

test('counters run on from segment to segment, for each PID apart', () => {
  const writer = new PacketWriter();
  const counters: number[] = [];
  for (let segment = 0; segment < 20; segment++) {
    writer.begin(0);
    writer.section(0, new Uint8Array(10));
    writer.pes(0x101, writer.stage(300), undefined, false);
    counters.push(...readPackets(writer.finish()).map(({ counter }) => counter));
  }
  assert.equal(counters.slice(0, 6), [0, 0, 1, 1, 2, 3]);
  assert.equal(counters.slice(-3), [19 % 16, 38 % 16, 39 % 16]);
});

test('the bytes of a segment stay as they are while the next one is written', () => {
  const writer = new PacketWriter();
  packets(writer, 1000);
  const first = writer.finish();
  const copy = first.slice();
  writer.begin(first.length);
  writer.pes(0x101, writer.stage(500), undefined, false);
  assert.equal(first, copy);
  writer.begin(first.length);
  assert.is(writer.buffer.buffer, first.buffer, 'the memory is used again after that');
});

test('refuses a section that does not fit in a packet', () => {
  const writer = new PacketWriter();
  writer.begin(188);
  writer.section(0, new Uint8Array(183));
  assert.throws(() => writer.section(0, new Uint8Array(184)), /184 bytes/);
});

test.run();
