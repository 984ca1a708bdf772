/** What a transport stream is told of at its start, and is not any more further on: streams that move, keys that are needed. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { patSection, pmtSection } from '../../core/containers/mpegts/write/psi.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { PACKET_MEDIA } from '../helpers/media/packet-media.ts';
import { demuxPacketFile, demuxWithWarnings } from '../helpers/oracles/read-packets.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('later-streams');

const PACKET = 188;
const [PAT_PID, PMT_PID, VIDEO, AUDIO, MOVED] = [0, 0x1000, 256, 257, 273];
const [H264, AAC, TELETEXT] = [0x1b, 0x0f, 0x06];

const pidOf = (packet: Buffer): number => packet.readUInt16BE(1) & 0x1fff;

function withPid(packet: Buffer, pid: number): Buffer {
  packet.writeUInt16BE((packet.readUInt16BE(1) & 0xe000) | pid, 1);
  return packet;
}

/** The packets of a file that ffmpeg wrote, changed from the middle on. */
async function changedFile(name: string, change: (packet: Buffer, at: number) => Buffer): Promise<string> {
  const bytes = await readFile(await PACKET_MEDIA.find((media) => media.name === 'avc-aac.ts')!.file());
  const middle = Math.floor(bytes.length / 2 / PACKET) * PACKET;
  const packets: Buffer[] = [bytes.subarray(0, middle)];
  for (let at = middle; at < bytes.length; at += PACKET)
    packets.push(change(Buffer.from(bytes.subarray(at, at + PACKET)), at));
  const path = join(temporaryFolder('later'), name);
  await writeFile(path, Buffer.concat(packets));
  return path;
}

/** A packet with a table. */
function table(packet: Buffer, section: Uint8Array): Buffer {
  packet.fill(0xff, 4);
  packet[4] = 0;
  packet.set(section, 5);
  return packet;
}

const stream = (pid: number, streamType: number) => ({ pid, streamType, descriptors: new Uint8Array(0) });

const countsOf = async (path: string) => {
  const { tracks, warnings } = await demuxWithWarnings(path);
  return { counts: tracks.map(({ id, sampleCount }) => `${id}: ${sampleCount}`), warnings };
};

test('streams that the program has only later on are told, by a later map of the same PID and of another one', async () => {
  for (const mapPid of [PMT_PID, 0x1100]) {
    let first: number | undefined;
    const streams = [stream(VIDEO, H264), stream(MOVED, AAC), stream(300, TELETEXT)];
    const path = await changedFile(`moved-${mapPid}.ts`, (packet, at) => {
      if (pidOf(packet) === PAT_PID) return table(packet, patSection(mapPid));
      if (pidOf(packet) === PMT_PID) {
        first ??= at;
        return table(withPid(packet, mapPid), pmtSection(VIDEO, streams, 1));
      }
      return pidOf(packet) === AUDIO ? withPid(packet, MOVED) : packet;
    });
    const { counts, warnings } = await countsOf(path);
    assert.is(counts.length, 2);
    const told = warnings.filter((warning) => warning.includes('Program Map Table'));
    assert.equal(told, [
      `${path}: from byte ${first} on its Program Map Table lists what it does not at the start, and what is left out: PID ${MOVED} (AAC).`,
    ]);
  }
});

test('another map with the same streams is nothing to tell', async () => {
  const streams = [stream(AUDIO, AAC), stream(VIDEO, H264)];
  const path = await changedFile('same.ts', (packet) =>
    pidOf(packet) === PMT_PID ? table(packet, pmtSection(VIDEO, streams, 1)) : packet,
  );
  assert.equal((await countsOf(path)).warnings, []);
});

/** Empty packets: more than is looked through at the start. */
const GAP = Buffer.alloc(PACKET * 23_000);
for (let at = 0; at < GAP.length; at += PACKET) GAP.set([0x47, 0x1f, 0xff, 0x10], at);

test('what is scrambled far behind the start is refused, and says where; what nobody wants may be', async () => {
  let first: number | undefined;
  const path = await changedFile('scrambled.ts', (packet, at) => {
    if (pidOf(packet) !== AUDIO) return packet;
    packet[3]! |= 0x80;
    if (first !== undefined) return packet;
    first = at + GAP.length;
    return Buffer.concat([GAP, packet]);
  });
  const error = await failureOf(demuxPacketFile(path));
  assert.is(error.code, 'UNSUPPORTED_INPUT');
  assert.ok(error.message.includes(`track ${AUDIO} is encrypted from byte ${first} on`), error.message);
  const tracks = await demuxPacketFile(path, { audio: false });
  assert.ok(tracks.some(({ id }) => id === VIDEO));
});

test('a packet that was damaged on its way does not say that it is scrambled', async () => {
  let isOne = false;
  const path = await changedFile('damaged.ts', (packet) => {
    if (isOne || pidOf(packet) !== AUDIO || packet[1]! & 0x40) return packet;
    isOne = true;
    packet[1]! |= 0x80;
    packet[3]! |= 0x80;
    return Buffer.concat([GAP, packet]);
  });
  const { warnings } = await countsOf(path);
  assert.ok(
    warnings.some((warning) => warning.includes('are damaged')),
    warnings.join(),
  );
});

test.run();
