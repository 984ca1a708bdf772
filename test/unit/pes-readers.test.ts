/** Elementary streams of MPEG-TS, cut into access units: wherever PES packets begin, and from wherever reading starts. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, toHex } from '../../core/base/bytes.ts';
import { adtsFrame, dolbyFrame, mpegAudioFrame } from '../../core/codecs/audio-framing.ts';
import { avcByteStream } from '../../core/codecs/avc/byte-stream.ts';
import { parseMpegAudioFrame } from '../../core/codecs/mp3/frame.ts';
import { PacketLosses } from '../../core/containers/mpegts/read/packet-losses.ts';
import type { Packet, PacketReader } from '../../core/containers/packets/packet.ts';
import { PesSound } from '../../core/containers/packets/pes-sound.ts';
import { PesStream, type TransportFile } from '../../core/containers/packets/pes-stream.ts';
import { PesVideo } from '../../core/containers/packets/pes-video.ts';
import { AdtsAac } from '../../core/containers/packets/sound.ts';

const test = suite('pes-readers');

const [VIDEO, AUDIO] = [0x100, 0x101];

/** A PES packet in transport packets of `stride` bytes. */
function pes(pid: number, pts: number | undefined, data: Uint8Array, stride = 188): Uint8Array {
  const time = pts === undefined ? [] : timeStamp(pts);
  const head = [0, 0, 1, 0xe0, 0, 0, 0x80, pts === undefined ? 0 : 0x80, time.length, ...time];
  const whole = concat([Uint8Array.from(head), data]);
  const packets: Uint8Array[] = [];
  for (let at = 0; at < whole.length; at += 184) {
    const payload = whole.subarray(at, at + 184);
    const stuffing = 184 - payload.length;
    const packet = new Uint8Array(stride).fill(0xff);
    packet.set([0x47, (at === 0 ? 0x40 : 0) | (pid >> 8), pid & 0xff, stuffing > 0 ? 0x30 : 0x10]);
    if (stuffing > 0) packet.set([stuffing - 1, 0].slice(0, stuffing), 4);
    packet.set(payload, 4 + stuffing);
    packets.push(packet);
  }
  return concat(packets);
}

/** 33 bits of time with their marker bits. */
function timeStamp(pts: number): number[] {
  const bits = BigInt(pts);
  const parts = [(bits >> 30n) & 7n, (bits >> 15n) & 0x7fffn, bits & 0x7fffn].map(Number);
  const [high = 0, middle = 0, low = 0] = parts;
  const word = (part: number) => [part >> 7, ((part & 0x7f) << 1) | 1];
  return [0x20 | (high << 1) | 1, ...word(middle), ...word(low)];
}

/** With continuity counters, as muxers write them. */
function counted(parts: readonly Uint8Array[], stride = 188): Uint8Array[] {
  const counters = new Map<number, number>();
  const bytes = Buffer.concat(parts);
  return Array.from({ length: bytes.length / stride }, (_, n) => {
    const packet = bytes.subarray(n * stride, (n + 1) * stride);
    const pid = packet.readUInt16BE(1) & 0x1fff;
    const counter = counters.get(pid) ?? 0;
    packet[3]! |= counter;
    counters.set(pid, (counter + 1) % 16);
    return packet;
  });
}

const fileOf = (parts: readonly Uint8Array[], stride = 188): TransportFile =>
  asFile(counted(parts, stride), stride);

function asFile(packets: readonly Uint8Array[], stride = 188): TransportFile {
  const bytes = concat(packets);
  return {
    layout: { stride, first: 0 },
    source: {
      ...{ name: 'a.ts', size: bytes.length },
      async read(position, targets) {
        let at = position;
        for (const target of targets) {
          target.set(bytes.subarray(at, at + target.length));
          at += target.length;
        }
      },
      async close() {},
    },
  };
}

const video = (file: TransportFile) => new PesVideo(new PesStream(file, VIDEO), avcByteStream);
const sound = (file: TransportFile) => new PesSound(new PesStream(file, AUDIO), adtsFrame);

async function all(reader: PacketReader): Promise<Packet[]> {
  const packets: Packet[] = [];
  for (let packet = await reader.first(); packet; packet = await reader.next()) packets.push(packet);
  return packets;
}

/** What is read from every packet on is what a reader that began at the start gives. */
async function assertSeekable(open: () => PacketReader, packets: readonly Packet[]): Promise<void> {
  for (const [n, packet] of packets.entries()) {
    const reader = open();
    const again = [await reader.seek(packet), await reader.next()];
    for (const [k, found] of again.entries()) {
      const expected = packets[n + k];
      assert.is(found && toHex(found.data), expected && toHex(expected.data), `packet ${n} + ${k}`);
      assert.is(found?.position, expected?.position);
      if (expected) assert.ok(Math.abs(found!.seconds - expected.seconds) < 1e-9);
    }
  }
}

/** An ADTS frame of 24 kHz, 1024 samples, `bytes` long with its header. */
function adts(bytes: number, fill: number): Uint8Array {
  const frame = new Uint8Array(bytes).fill(fill);
  frame.set([0xff, 0xf1, (1 << 6) | (6 << 2), (2 << 6) | (bytes >> 11), bytes >> 3, (bytes << 5) | 31, 0xfc]);
  return frame;
}

const FRAMES = [300, 50, 411, 120, 90, 205].map((bytes, n) => adts(bytes, n + 1));
const FRAME_SECONDS = 1024 / 24_000;

test('frames of sound that lie across PES packets: a time stamp is that of the first frame that begins behind it', async () => {
  const stream = concat(FRAMES);
  const [a, b] = [400, 800]; // in the middle of the third frame and of the fourth
  const file = fileOf([
    pes(AUDIO, 9000, stream.subarray(0, a)),
    pes(VIDEO, 9000, new Uint8Array(700)),
    pes(AUDIO, 90_000, stream.subarray(a, b)),
    pes(AUDIO, 180_000, stream.subarray(b)),
  ]);
  const packets = await all(sound(file));
  assert.equal(
    packets.map(({ data }) => toHex(data)),
    FRAMES.map((frame) => toHex(frame)),
  );
  const times = [0.1, 0.1 + FRAME_SECONDS, 0.1 + 2 * FRAME_SECONDS, 1, 2, 2 + FRAME_SECONDS];
  for (const [n, { seconds }] of packets.entries()) assert.ok(Math.abs(seconds - times[n]!) < 1e-9, `${n}`);
  await assertSeekable(() => sound(file), packets);
});

test('what is no frame is stepped over, at the start and in the middle; half a frame at the end is dropped', async () => {
  const [first, second, third, fourth] = FRAMES as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const looksLikeOne = adts(40, 7).subarray(0, 20);
  const data = [looksLikeOne, first, second, Uint8Array.of(0xff, 1, 2), third, fourth.subarray(0, 60)];
  const packets = await all(sound(fileOf([pes(AUDIO, 0, concat(data))])));
  assert.equal(
    packets.map(({ data }) => data.length),
    [first.length, second.length, third.length],
  );
});

test('HE-AAC stays signalled by its core, as ADTS does it and ffmpeg copies it', () => {
  const aac = new AdtsAac();
  for (const data of FRAMES) aac.scan({ ...{ seconds: 0, position: 0, isKey: true }, data });
  const { codecs, config, audio } = aac.describe();
  assert.is(codecs, 'mp4a.40.2');
  assert.is(toHex(config), '1310');
  assert.equal(audio, { channels: 2, sampleRate: 24_000 });
});

const DELIMITER = [0, 0, 0, 1, 9, 0xf0];
const SLICE = [0, 0, 1, 0x65, 0x88];
const LATER_SLICE = [0, 0, 1, 0x65, 0x42];
const picture = (fill: number, bytes: number) =>
  Uint8Array.from([...DELIMITER, ...SLICE, ...Array(bytes).fill(fill), ...LATER_SLICE, fill]);

test('pictures in PES packets of their own, with the rest of one in a packet without a time', async () => {
  const pictures = [picture(1, 10), picture(2, 400), picture(3, 5)];
  const [one, two, three] = pictures as [Uint8Array, Uint8Array, Uint8Array];
  const file = fileOf([
    pes(VIDEO, 0, one),
    pes(VIDEO, 3600, two.subarray(0, 250)),
    pes(AUDIO, 0, FRAMES[0]!),
    pes(VIDEO, undefined, two.subarray(250)),
    pes(VIDEO, 7200, three),
  ]);
  const packets = await all(video(file));
  assert.equal(
    packets.map(({ data }) => toHex(data)),
    pictures.map((unit) => toHex(unit)),
  );
  assert.equal(
    packets.map(({ seconds }) => seconds),
    [0, 0.04, 0.08],
  );
  await assertSeekable(() => video(file), packets);
});

/** Pictures of several packets, of one, and sound. */
const mixed = () =>
  counted([
    pes(VIDEO, 0, picture(1, 400)),
    pes(AUDIO, 0, FRAMES[0]!),
    pes(VIDEO, 3600, picture(2, 20)),
    pes(VIDEO, 7200, picture(2, 20)),
    pes(VIDEO, 10_800, picture(4, 3000)),
  ]);

const linesOf = (losses: PacketLosses, joints = 0) => losses.sentences(joints, (packet) => packet * 188);

test('a packet may be sent twice: of a start, of the middle, with another PCR', async () => {
  const expected = (await all(video(asFile(mixed())))).map(({ data }) => toHex(data));
  const twice = mixed().flatMap((packet) => {
    // Stuffing of an adaptation field stands for a PCR.
    const again = Buffer.from(packet);
    if (again[3]! & 0x20 && again[4]! > 1) again[6] = 0;
    return [packet, again];
  });
  const losses = new PacketLosses();
  const packets = await all(video({ ...asFile(twice), losses }));
  assert.equal(
    packets.map(({ data }) => toHex(data)),
    expected,
  );
  assert.equal(linesOf(losses), []);
  await assertSeekable(() => video(asFile(twice)), packets);
});

test('what is missing or damaged is told once, with its place, however often it is read', async () => {
  const packets = mixed();
  const isVideo = (packet: Uint8Array) => packet[2] === (VIDEO & 0xff);
  const place = packets.findIndex(isVideo) + 1;
  const lossy = packets.filter((_, n) => n !== place);
  lossy.at(-2)![1]! |= 0x80;
  const losses = new PacketLosses();
  for (let pass = 0; pass < 2; pass++) await all(video({ ...asFile(lossy), losses }));
  const damaged = `packets of the stream with PID 256, from byte ${place * 188} on, are damaged, as whoever received them says (1).`;
  assert.equal(linesOf(losses), [
    `packets of the stream with PID 256, from byte ${place * 188} on, are missing in one place, or recordings were joined there.`,
    damaged,
  ]);
  assert.equal(linesOf(losses, 1), [damaged]);
});

test('a discontinuity_indicator says that nothing is missing', async () => {
  const [first, ...rest] = mixed().filter((packet) => packet[2] === (VIDEO & 0xff));
  const leap = rest.findIndex((packet) => packet[3]! & 0x20);
  rest[leap]![5]! |= 0x80;
  const losses = new PacketLosses();
  await all(video({ ...asFile([first!, ...rest.slice(leap)]), losses }));
  assert.equal(linesOf(losses), []);
});

test('what has no further time stamp is bounded with the piece in which the next one begins', async () => {
  const [start, piece] = [picture(1, 10), new Uint8Array(2 ** 22).fill(7)];
  const parts = [pes(VIDEO, 0, start), ...Array.from({ length: 15 }, () => pes(VIDEO, undefined, piece))];
  const behind = pes(VIDEO, 3600, concat([piece, picture(2, 10)]));
  const error = await all(video(fileOf([...parts, behind]))).then(
    () => undefined,
    (cause: Error) => cause.message,
  );
  assert.match(error ?? '', /more than 67108864 bytes behind one time stamp/);
});

test('a PES packet that begins in the middle of a picture: its time is that of the next one', async () => {
  const [one, two] = [picture(1, 300), picture(2, 20)];
  const file = fileOf([
    pes(VIDEO, 0, one.subarray(0, 100)),
    pes(VIDEO, 3600, concat([one.subarray(100), two])),
  ]);
  const packets = await all(video(file));
  assert.equal(
    packets.map(({ data, seconds }) => [data.length, seconds]),
    // A zero in front of a start code belongs to neither.
    [
      [one.length + 1, 0],
      [two.length - 1, 0.04],
    ],
  );
  await assertSeekable(() => video(file), packets);
});

test('time stamps that start again from 0 go on, in all streams alike', async () => {
  const file = fileOf([
    pes(VIDEO, 2 ** 33 - 1800, picture(1, 5)),
    pes(AUDIO, 900, FRAMES[0]!),
    pes(VIDEO, 1800, picture(2, 5)),
  ]);
  const pictures = await all(video(file));
  const [frame] = await all(sound(file));
  assert.ok(Math.abs(pictures[1]!.seconds - pictures[0]!.seconds - 0.04) < 1e-9);
  assert.ok(Math.abs(frame!.seconds - pictures[0]!.seconds - 0.03) < 1e-9);
});

test('packets with parity behind them', async () => {
  const file = fileOf([pes(VIDEO, 0, picture(1, 500), 204), pes(VIDEO, 3600, picture(2, 5), 204)], 204);
  assert.equal(
    (await all(video(file))).map(({ data }) => toHex(data)),
    [picture(1, 500), picture(2, 5)].map((unit) => toHex(unit)),
  );
});

test('a file that loses its packets is told of, with the place', async () => {
  const file = fileOf([pes(VIDEO, 0, picture(1, 500)), new Uint8Array(188), pes(VIDEO, 3600, picture(2, 5))]);
  try {
    await all(video(file));
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, 'it has something else where a packet must begin, at byte 564');
  }
});

test('a PES packet without a start indicator, without a header or of padding is none', async () => {
  const padding = pes(VIDEO, 0, picture(1, 5));
  padding[188 - 14 - picture(1, 5).length + 3] = 0xbe;
  const file = fileOf([padding, pes(VIDEO, 3600, picture(2, 5))]);
  assert.is((await all(video(file))).length, 1);
});

test('sizes of frames of other codecs', () => {
  const mp3 = Uint8Array.of(0xff, 0xfb, 0x92, 0x44, 0, 0, 0); // 128 kbit/s, 44.1 kHz, padding
  assert.equal(mpegAudioFrame(mp3, 0), { bytes: 418, seconds: 1152 / 44_100 });
  const layer2 = Uint8Array.of(0xff, 0xfd, 0x84, 0x04, 0, 0, 0); // 128 kbit/s, 48 kHz
  assert.not(parseMpegAudioFrame(layer2).isLayer3);
  assert.equal(mpegAudioFrame(layer2, 0), { bytes: 384, seconds: 1152 / 48_000 });
  const low = Uint8Array.of(0xff, 0xf3, 0x44, 0xc4, 0, 0, 0); // MPEG-2, 32 kbit/s, 24 kHz
  assert.equal(mpegAudioFrame(low, 0), { bytes: 96, seconds: 576 / 24_000 });
  assert.is(mpegAudioFrame(Uint8Array.of(0xff, 0xfb, 0x02, 0x44, 0, 0, 0), 0), undefined); // free format
  const ac3 = Uint8Array.of(0x0b, 0x77, 0, 0, 0x14, 0x40, 0); // 192 kbit/s, 48 kHz
  assert.equal(dolbyFrame(ac3, 0), { bytes: 768, seconds: 1536 / 48_000 });
  const eac3 = Uint8Array.of(0x0b, 0x77, 0x00, 0x3f, 0x1f, 0x80, 0); // two blocks, bsid 16
  assert.equal(dolbyFrame(eac3, 0), { bytes: 128, seconds: 512 / 48_000 });
  const dependent = Uint8Array.of(0x0b, 0x77, 0x40, 0x3f, 0x3f, 0x80, 0);
  assert.equal(dolbyFrame(dependent, 0), { bytes: 128, seconds: 0 });
});

test.run();
