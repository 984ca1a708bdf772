import { boxesIn } from './hls-fmp4.ts';

const PACKET = 188;

/**
 * Whether bytes are one key frame in MPEG-TS and nothing else: packets of one PID, of which the first begins a PES packet at a random
 * access point, and no other begins one.
 */
export function isOneTsPicture(bytes: Buffer): boolean {
  if (bytes.length === 0 || bytes.length % PACKET !== 0) return false;
  const packets = Array.from({ length: bytes.length / PACKET }, (_, n) =>
    bytes.subarray(n * PACKET, (n + 1) * PACKET),
  );
  const pid = (packet: Buffer) => packet.readUInt16BE(1) & 0x1fff;
  const [first] = packets;
  // adaptation_field_control has a field, of which random_access_indicator is set.
  const isRandomAccess = (first![3]! & 0x20) !== 0 && first![4]! > 0 && (first![5]! & 0x40) !== 0;
  return (
    isRandomAccess &&
    packets.every(
      (packet, n) =>
        packet[0] === 0x47 && pid(packet) === pid(first!) && ((packet[1]! & 0x40) !== 0) === (n === 0),
    )
  );
}

/** Whether bytes are one picture in fragmented MP4: a `moof`, and an `mdat` with the whole of its first sample and no more. */
export function isOneFragmentPicture(bytes: Buffer): boolean {
  const [moof, mdat, ...others] = boxesIn(bytes);
  if (moof?.type !== 'moof' || mdat?.type !== 'mdat' || others.length > 0) return false;
  const trun = bytes.indexOf('trun', 0, 'latin1');
  return bytes.readUInt32BE(trun + 8) === 1 && bytes.length === moof.size + mdat.size;
}
