/** Tables of MPEG-TS: sections that lie across packets, several in one, sent twice, announced or damaged. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { crc32Mpeg } from '../../core/containers/mpegts/crc32.ts';
import { readProgram } from '../../core/containers/mpegts/read/program.ts';
import { SectionReader } from '../../core/containers/mpegts/read/section-reader.ts';
import { memorySource } from '../helpers/oracles/read-mp4.ts';

const test = suite('section-reader');

const PAYLOAD = 184;
const PMT_PID = 0x1000;

/** Any section of so many bytes behind its length. */
const anySection = (fill: number, length: number): Buffer =>
  Buffer.from([0x40, 0xb0 | (length >> 8), length & 0xff, ...Array(length).fill(fill)]);

/** Transport packets of sections that are behind each other, without a gap. */
function packetsOf(pid: number, sections: readonly Buffer[], counter = 0): Buffer[] {
  const bytes = Buffer.concat(sections);
  const starts: number[] = [];
  for (let at = 0, n = 0; n < sections.length; at += sections[n++]!.length) starts.push(at);
  const packets: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const packet = Buffer.alloc(188, 0xff);
    packet.set([0x47, pid >> 8, pid & 0xff, 0x10 | ((counter + packets.length) % 16)]);
    const first = starts.find((start) => start >= at && start < at + PAYLOAD - 1);
    const room = first === undefined ? PAYLOAD : PAYLOAD - 1;
    if (first !== undefined) {
      packet[1]! |= 0x40;
      packet[4] = first - at;
    }
    bytes.copy(packet, 188 - room, at, at + room);
    at += room;
    packets.push(packet);
  }
  return packets;
}

const read = (packets: readonly Buffer[]): Buffer[] => {
  const reader = new SectionReader();
  return packets.flatMap((packet) => reader.add(PMT_PID, packet)).map((section) => Buffer.from(section));
};

const SECTIONS = [
  anySection(1, 300),
  anySection(2, 20),
  anySection(3, 30),
  anySection(4, 1000),
  anySection(5, 9),
];

test('sections follow each other without a gap: the end of one, and the next ones, in a packet', () => {
  assert.equal(read(packetsOf(PMT_PID, SECTIONS)), SECTIONS);
});

test('each packet is sent twice', () => {
  const twice = packetsOf(PMT_PID, SECTIONS).flatMap((packet) => [packet, packet]);
  // Those that begin in a packet that comes again are read again; nothing is made of halves.
  const known = new Set(SECTIONS.map((section) => section.toString('hex')));
  const found = read(twice).map((section) => section.toString('hex'));
  assert.ok(found.every((section) => known.has(section)));
  assert.is(new Set(found).size, SECTIONS.length);
});

test('a section whose length lies across two packets', () => {
  for (const length of [PAYLOAD - 6, PAYLOAD - 5, PAYLOAD - 4]) {
    const sections = [anySection(1, length), anySection(2, 40)];
    assert.equal(read(packetsOf(PMT_PID, sections)), sections, `${length}`);
  }
});

/** With a section_length, and the CRC of it. */
function table(head: readonly number[], body: readonly number[]): Buffer {
  const length = head.length - 1 + body.length + 4;
  const bytes = Buffer.from([head[0]!, 0xb0 | (length >> 8), length & 0xff, ...head.slice(1), ...body]);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32Mpeg(bytes));
  return Buffer.concat([bytes, crc]);
}

const pat = (programs: readonly (readonly [number, number])[]): Buffer =>
  table(
    [0, 0, 1, 0xc1, 0, 0],
    programs.flatMap(([number, pid]) => [number >> 8, number & 0xff, 0xe0 | (pid >> 8), pid & 0xff]),
  );

const pmt = (program: number, streamPid: number, isCurrent = true): Buffer =>
  table(
    [2, program >> 8, program & 0xff, isCurrent ? 0xc1 : 0xc0, 0, 0],
    [0xe1, 0, 0xf0, 0, 0x1b, 0xe0 | (streamPid >> 8), streamPid & 0xff, 0xf0, 0],
  );

async function pidsOf(packets: readonly Buffer[]): Promise<number[] | undefined> {
  const source = memorySource(Buffer.concat(packets));
  return (await readProgram(source, { stride: 188, first: 0 }))?.streams.map(({ pid }) => pid);
}

const PAT = packetsOf(0, [
  pat([
    [0, 0x10],
    [7, PMT_PID],
  ]),
]);

test('the map of the first program is that which is whole, of that program, and holds now', async () => {
  const changed = pmt(7, 0x201);
  changed[14]! ^= 1; // and its CRC is not
  const others = [pmt(8, 0x202), pmt(7, 0x203, false), changed];
  const maps = packetsOf(PMT_PID, [...others, pmt(7, 0x100)]);
  assert.equal(await pidsOf([...PAT, ...maps]), [0x100]);
  const [of8, later, alone] = others.map((other) => pidsOf([...PAT, ...packetsOf(PMT_PID, [other])]));
  assert.equal([await of8, await later], [undefined, undefined]);
  assert.equal(await alone, [0x200]);
});

test('a map whose end shares a packet with the next one', async () => {
  const maps = packetsOf(PMT_PID, [anySection(1, 250), pmt(7, 0x100), anySection(2, 200)]);
  assert.equal(await pidsOf([...PAT, ...maps]), [0x100]);
});

test.run();
