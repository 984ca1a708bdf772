/** Bytes of a transport packet (ISO/IEC 13818-1, 2.4.3.2). */
export const PACKET = 188;
const SYNC = 0x47;

export const PID = { pat: 0, null: 0x1fff } as const;

/** Packets that must stand one behind the other before bytes are taken for packets again. */
const PROOF = 3;

/**
 * Where packets begin again at or behind `from`: there stand three sync bytes, each a packet behind the other, or as many as fit.
 * -1: nowhere.
 */
export function findPackets(bytes: Uint8Array, from: number, end: number): number {
  for (let at = bytes.indexOf(SYNC, from); at >= 0 && at < end; at = bytes.indexOf(SYNC, at + 1)) {
    let packets = 1;
    while (packets < PROOF && at + packets * PACKET < end && bytes[at + packets * PACKET] === SYNC) packets++;
    if (packets === PROOF || (at + packets * PACKET >= end && end - at >= PACKET)) return at;
  }
  return -1;
}

/** Whether bytes are those of a transport stream. */
export const isTransportStream = (bytes: Uint8Array, end: number): boolean =>
  bytes[0] === SYNC && (end < PACKET + 1 || bytes[PACKET] === SYNC);

export const isSync = (byte: number | undefined): boolean => byte === SYNC;

export const pidOf = (bytes: Uint8Array, at: number): number =>
  ((bytes[at + 1]! & 0x1f) << 8) | bytes[at + 2]!;

/** payload_unit_start_indicator. */
export const startsUnit = (bytes: Uint8Array, at: number): boolean => (bytes[at + 1]! & 0x40) !== 0;

/**
 * Where the payload of the packet at `at` begins; its end where it has none. An adaptation field that is longer than its packet
 * leaves none.
 */
export function payloadStart(bytes: Uint8Array, at: number): number {
  const control = (bytes[at + 3]! >> 4) & 3;
  if ((control & 1) === 0) return at + PACKET;
  if ((control & 2) === 0) return at + 4;
  return Math.min(at + 5 + bytes[at + 4]!, at + PACKET);
}

/** What an adaptation field says (2.4.3.4). */
export const ADAPTATION = { discontinuity: 0x80, randomAccess: 0x40, pcr: 0x10 } as const;

/** Its flags; 0 where there is none. */
export function adaptationFlags(bytes: Uint8Array, at: number): number {
  const hasField = (bytes[at + 3]! & 0x20) !== 0;
  return hasField && bytes[at + 4]! > 0 ? bytes[at + 5]! : 0;
}

/** program_clock_reference in 90 kHz ticks, of a packet whose flags say that it has one; `undefined`: its field is too short. */
export function clockReference(bytes: Uint8Array, at: number): number | undefined {
  if (bytes[at + 4]! < 7) return undefined;
  const base =
    bytes[at + 6]! * 2 ** 25 +
    (bytes[at + 7]! << 17) +
    (bytes[at + 8]! << 9) +
    (bytes[at + 9]! << 1) +
    (bytes[at + 10]! >> 7);
  const extension = ((bytes[at + 10]! & 1) << 8) | bytes[at + 11]!;
  return base + extension / 300;
}
