import { nearest } from './clock.ts';
import { isSync, PACKET, payloadStart, startsUnit } from './packets.ts';
import { headerNeeds, readPesHeader } from './pes.ts';

/** The earliest presentation time in packets of all streams, in 33 bits of which the first may be past; `undefined`: there is none. */
export function earliestTime(memory: Uint8Array, from: number, end: number): number | undefined {
  let earliest: number | undefined;
  for (let at = from; at + PACKET <= end; at += PACKET) {
    if (!isSync(memory[at]) || !startsUnit(memory, at)) continue;
    const pts = timeOf(memory, payloadStart(memory, at), at + PACKET);
    if (pts === undefined) continue;
    const time = nearest(pts, earliest ?? pts);
    if (earliest === undefined || time < earliest) earliest = time;
  }
  return earliest;
}

function timeOf(memory: Uint8Array, at: number, end: number): number | undefined {
  if (memory[at] !== 0 || memory[at + 1] !== 0 || memory[at + 2] !== 1 || end - at < 14) return undefined;
  if (headerNeeds(memory, at, end - at) > end - at) return undefined;
  try {
    return readPesHeader(memory, at).pts;
  } catch {
    return undefined;
  }
}
