import { extname } from 'node:path';
import type { InputSamples, InputTrack } from './input-samples.ts';
import { lengthPrefixedUnits } from './nal-units.ts';

/** Shorter pieces are found anywhere. */
const SHORTEST = 8;

/**
 * How many samples of an input are not to be found in its file as the demuxer answers them: byte for byte and in the order of the
 * file; of H.264 and HEVC all of their NAL units. What is compressed, or not cut at bytes, never is.
 */
export function untraced({ path, file, tracks }: InputSamples): number {
  const places = extname(path) === '.ts' ? elementaryStreams(file) : [file];
  return tracks.reduce((sum, track) => {
    const missing = places.map((place) => missingIn(place, track));
    return sum + missing.reduce((least, count) => Math.min(least, count), track.samples.length);
  }, 0);
}

/** Samples that are not in one place, looked for from where the last one was, then from the start. */
function missingIn(place: Buffer, track: InputTrack): number {
  let at = 0;
  const isThere = (piece: Buffer): boolean => {
    if (piece.length < SHORTEST) return true;
    let found = place.indexOf(piece, at);
    if (found < 0) found = place.indexOf(piece);
    if (found >= 0) at = found;
    return found >= 0;
  };
  return track.samples.filter((sample) => {
    const pieces = track.lengthSize > 0 ? lengthPrefixedUnits(sample, track.lengthSize) : [sample];
    return !(pieces ?? [sample]).every(isThere);
  }).length;
}

const [PACKET, SYNC] = [188, 0x47];
/** Packets of recorders have a time of four bytes in front of each. */
const TIMED_PACKET = 192;

/** What the PES packets of each PID carry, one behind the other (ISO/IEC 13818-1, 2.4.3); what is no packet is passed over. */
function elementaryStreams(file: Buffer): Buffer[] {
  const streams = new Map<number, Buffer[]>();
  const isTimed = file[0] !== SYNC || (file[PACKET] !== SYNC && file[4] === SYNC);
  const step = isTimed ? TIMED_PACKET : PACKET;
  for (let at = step - PACKET; at + PACKET <= file.length; ) {
    if (file[at] !== SYNC) {
      at++;
      continue;
    }
    const packet = file.subarray(at, at + PACKET);
    at += step;
    const control = (packet[3]! >> 4) & 3;
    let payload = packet.subarray(control & 2 ? 5 + packet[4]! : 4);
    if ((control & 1) === 0) continue;
    const isStart = (packet[1]! & 0x40) !== 0 && payload.length > 8 && payload.readUIntBE(0, 3) === 1;
    if (isStart) payload = payload.subarray(9 + payload[8]!);
    const pid = packet.readUInt16BE(1) & 0x1fff;
    streams.set(pid, [...(streams.get(pid) ?? []), payload]);
  }
  return [...streams.values()].map((payloads) => Buffer.concat(payloads));
}
