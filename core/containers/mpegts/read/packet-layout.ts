import type { ByteSource } from '../../../io/byte-source.ts';
import { PACKET } from '../write/packet-writer.ts';

/** How the packets of a transport stream lie in its file. */
export interface PacketLayout {
  /** Bytes from one sync byte to the next: 188, 192 (M2TS: 4 bytes of time in front), 204 (16 of parity behind). */
  readonly stride: number;
  /** The first sync byte. */
  readonly first: number;
}

export const SYNC = 0x47;
const STRIDES = [PACKET, 192, 204] as const;
/** Packets in a row that make a transport stream. */
const ENOUGH = 5;
/** As far as garbage in front of the first packet may reach. */
const SEARCHED = 65_536;

/** The PID that begins in a byte, behind three bits of something else: in packets behind the sync byte, in tables where they list one. */
export const pidAt = (bytes: Uint8Array, at: number): number => ((bytes[at]! & 0x1f) << 8) | bytes[at + 1]!;

/** Find the packets of a transport stream by their sync bytes; `undefined` when it is none. */
export async function findPackets(source: ByteSource): Promise<PacketLayout | undefined> {
  const head = new Uint8Array(Math.min(source.size, SEARCHED));
  if (head.length < ENOUGH * PACKET) return undefined;
  await source.read(0, [head]);
  for (let first = head.indexOf(SYNC); first !== -1; first = head.indexOf(SYNC, first + 1)) {
    const stride = STRIDES.find((bytes) => isRow(head, first, bytes));
    if (stride !== undefined) return { stride, first };
  }
  return undefined;
}

function isRow(head: Uint8Array, first: number, stride: number): boolean {
  for (let packet = 1; packet < ENOUGH; packet++) if (head[first + packet * stride] !== SYNC) return false;
  return true;
}
