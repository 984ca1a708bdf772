import { findPackets, isSync, PACKET, pidOf } from './packets.ts';
import { ProgramReader } from './program-reader.ts';
import type { Program } from './tables.ts';

/** The last program that packets tell of; `undefined`: there is none. */
export function programIn(bytes: Uint8Array): Program | undefined {
  const reader = new ProgramReader();
  const ignore = (): void => {};
  for (let at = findPackets(bytes, 0, bytes.length); at >= 0 && at + PACKET <= bytes.length; at += PACKET) {
    if (!isSync(bytes[at])) {
      at = findPackets(bytes, at + 1, bytes.length) - PACKET;
      if (at < 0) break;
      continue;
    }
    const pid = pidOf(bytes, at);
    if (reader.wants(pid)) reader.push(bytes, at, pid, ignore);
  }
  return reader.program;
}
