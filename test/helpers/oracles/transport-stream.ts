/** One transport packet, taken apart by ISO/IEC 13818-1, 2.4.3. */
export interface TsPacket {
  readonly offset: number;
  readonly pid: number;
  readonly unitStart: boolean;
  readonly counter: number;
  readonly hasPayload: boolean;
  readonly randomAccess: boolean;
  /** 90 kHz ticks. */
  readonly pcr: number | undefined;
  readonly payload: Buffer;
}

/** One PES packet. */
export interface PesPacket {
  /** Of its first and behind its last transport packet. */
  readonly offset: number;
  readonly end: number;
  readonly streamId: number;
  /** PES_packet_length; 0: open. */
  readonly length: number;
  readonly pts: number;
  readonly dts: number;
  readonly hasDts: boolean;
  readonly pcr: number | undefined;
  readonly randomAccess: boolean;
  readonly payload: Buffer;
}

/** Take a stream apart. @throws Error for what no decoder would take, a wrong continuity counter for one. */
export function readPackets(stream: Uint8Array): TsPacket[] {
  const bytes = Buffer.from(stream);
  const counters = new Map<number, number>();
  const packets: TsPacket[] = [];
  if (bytes.length % 188 !== 0) throw new Error(`${bytes.length} bytes are not whole packets`);
  for (let offset = 0; offset < bytes.length; offset += 188) {
    const packet = readPacket(bytes.subarray(offset, offset + 188), offset);
    const last = counters.get(packet.pid);
    const step = packet.hasPayload ? 1 : 0;
    if (last !== undefined && packet.counter !== (last + step) % 16) {
      throw new Error(`PID ${packet.pid} at ${offset}: counter ${packet.counter} after ${last}`);
    }
    counters.set(packet.pid, packet.counter);
    packets.push(packet);
  }
  return packets;
}

function readPacket(bytes: Buffer, offset: number): TsPacket {
  if (bytes[0] !== 0x47) throw new Error(`no sync byte at ${offset}`);
  const control = (bytes[3]! >> 4) & 3;
  const fieldSize = control & 2 ? 1 + bytes[4]! : 0;
  if (4 + fieldSize > 188 || (control === 2 && fieldSize !== 184))
    throw new Error(`wrong field at ${offset}`);
  const flags = fieldSize > 1 ? bytes[5]! : 0;
  const hasPcr = (flags & 0x10) !== 0;
  const stuffing = bytes.subarray(4 + Math.min(fieldSize, hasPcr ? 8 : 2), 4 + fieldSize);
  if (stuffing.some((byte) => byte !== 0xff)) throw new Error(`stuffing at ${offset} is not FF`);
  return {
    offset,
    pid: bytes.readUInt16BE(1) & 0x1fff,
    unitStart: (bytes[1]! & 0x40) !== 0,
    counter: bytes[3]! & 15,
    hasPayload: (control & 1) !== 0,
    randomAccess: (flags & 0x40) !== 0,
    pcr: hasPcr ? bytes.readUInt32BE(6) * 2 + (bytes[10]! >> 7) : undefined,
    payload: bytes.subarray(4 + fieldSize),
  };
}

/** The section that begins in each packet of a PID, from table_id to the CRC. */
export const readSections = (packets: readonly TsPacket[], pid: number): Buffer[] =>
  packets
    .filter((packet) => packet.pid === pid)
    .map(({ payload }) => payload.subarray(1, 1 + 3 + (payload.readUInt16BE(2) & 0xfff)));

/** Join the packets of a PID to PES packets. */
export function readPes(packets: readonly TsPacket[], pid: number): PesPacket[] {
  const units: TsPacket[][] = [];
  for (const packet of packets) {
    if (packet.pid !== pid || !packet.hasPayload) continue;
    if (packet.unitStart) units.push([packet]);
    else units.at(-1)!.push(packet);
  }
  return units.map((unit) => {
    const first = unit[0]!;
    const bytes = Buffer.concat(unit.map(({ payload }) => payload));
    if (bytes.readUIntBE(0, 3) !== 1) throw new Error(`no PES packet at ${first.offset}`);
    const hasDts = (bytes[7]! & 0xc0) === 0xc0;
    const pts = readTimestamp(bytes, 9, hasDts ? 3 : 2);
    return {
      offset: first.offset,
      end: unit.at(-1)!.offset + 188,
      streamId: bytes[3]!,
      length: bytes.readUInt16BE(4),
      pts,
      dts: hasDts ? readTimestamp(bytes, 14, 1) : pts,
      hasDts,
      pcr: first.pcr,
      randomAccess: first.randomAccess,
      payload: bytes.subarray(9 + bytes[8]!),
    };
  });
}

function readTimestamp(bytes: Buffer, at: number, prefix: number): number {
  const [first, second, third] = [bytes[at]!, bytes.readUInt16BE(at + 1), bytes.readUInt16BE(at + 3)];
  if (first >> 4 !== prefix || !(first & second & third & 1))
    throw new Error('a timestamp without its markers');
  return ((first >> 1) & 7) * 2 ** 30 + (second >> 1) * 2 ** 15 + (third >> 1);
}

/** The NAL units of an access unit in the byte stream format with 4-byte start codes. */
export function readNalUnits(accessUnit: Buffer): Buffer[] {
  const startCode = Buffer.from([0, 0, 0, 1]);
  const units: Buffer[] = [];
  for (let at = accessUnit.indexOf(startCode); at !== -1; ) {
    const next = accessUnit.indexOf(startCode, at + 4);
    units.push(accessUnit.subarray(at + 4, next === -1 ? undefined : next));
    at = next;
  }
  return units;
}
