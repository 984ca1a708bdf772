import { readPackets, readPes } from '../oracles/transport-stream.ts';
import { writeTime } from './clock-media.ts';

const PACKET = 188;
const ROOM = PACKET - 4;

/**
 * A copy of a stream whose pictures are presented `ticks` earlier, with a decode time in every PES packet: without the delay
 * of B-frames, as Apple's segmenter and others write it, presentation times lie before decode times.
 */
export function presentedEarlier(stream: Buffer, pid: number, ticks: number): Buffer {
  const packets = readPackets(stream);
  const pictures = new Map(readPes(packets, pid).map((pes) => [pes.offset, pes]));
  const out: Buffer[] = [];
  let counter = 0;
  for (const { offset, pid: own } of packets) {
    if (own !== pid) {
      out.push(stream.subarray(offset, offset + PACKET));
      continue;
    }
    const pes = pictures.get(offset);
    if (!pes) continue;
    const head = Buffer.from([
      0,
      0,
      1,
      pes.streamId,
      0,
      0,
      0x84,
      0xc0,
      10,
      0x30,
      0,
      0,
      0,
      0,
      0x10,
      0,
      0,
      0,
      0,
    ]);
    writeTime(head, 9, pes.pts - ticks);
    writeTime(head, 14, pes.dts);
    const bytes = Buffer.concat([head, pes.payload]);
    for (let at = 0; at < bytes.length; at += ROOM) {
      out.push(packet(pid, at === 0, counter, bytes.subarray(at, at + ROOM)));
      counter = (counter + 1) % 16;
    }
  }
  return Buffer.concat(out);
}

/** A transport packet, filled up with an adaptation field. */
function packet(pid: number, isStart: boolean, counter: number, payload: Buffer): Buffer {
  const bytes = Buffer.alloc(PACKET, 0xff);
  const stuffing = ROOM - payload.length;
  bytes.set([0x47, (isStart ? 0x40 : 0) | (pid >> 8), pid & 0xff, (stuffing > 0 ? 0x30 : 0x10) | counter]);
  if (stuffing > 0) bytes.set([stuffing - 1, 0].slice(0, stuffing), 4);
  payload.copy(bytes, 4 + stuffing);
  return bytes;
}
