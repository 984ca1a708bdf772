import type { ByteSource } from '../../../io/byte-source.ts';
import { PACKET } from '../write/packet-writer.ts';
import { type PacketLayout, pidAt, SYNC } from './packet-layout.ts';

/** Packets in front of the place and behind it, so that there are some of every stream. */
const AROUND = 500;
/** Nobody multiplexes the packets of one picture over more than this. */
const MOST_PACKETS = 2 ** 18;
const NULL_PID = 0x1fff;
const PAYLOAD = 0x10;

/**
 * Whether the continuity counters of all streams go on between two packets (ISO/IEC 13818-1, 2.4.3.3). They have four bits
 * each: of a recording that goes on behind another, those of three streams do so once in 4096 times.
 * @param from, to numbers of transport packets, ascending
 */
export async function isContinuous(
  source: ByteSource,
  { stride, first }: PacketLayout,
  from: number,
  to: number,
): Promise<boolean> {
  const start = Math.max(0, from - AROUND);
  const last = Math.floor((source.size - first - PACKET) / stride);
  const count = Math.min(to + AROUND, last) - start + 1;
  if (count > MOST_PACKETS) return false;
  const bytes = new Uint8Array((count - 1) * stride + PACKET);
  await source.read(first + start * stride, [bytes]);
  const counters = new Map<number, number>();
  for (let at = 0; at < bytes.length; at += stride) {
    if (bytes[at] !== SYNC) return false;
    const pid = pidAt(bytes, at + 1);
    if (pid === NULL_PID || (bytes[at + 3]! & PAYLOAD) === 0) continue;
    const counter = bytes[at + 3]! & 0x0f;
    const last = counters.get(pid) ?? (counter + 15) % 16;
    // A packet may be sent twice.
    if (counter !== last && counter !== (last + 1) % 16) return false;
    counters.set(pid, counter);
  }
  return true;
}
