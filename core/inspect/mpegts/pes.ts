/** What the header of a PES packet says (ISO/IEC 13818-1, 2.4.3.6). */
export interface PesHeader {
  readonly streamId: number;
  /** Bytes of the header. */
  readonly size: number;
  /** Bytes of payload; `undefined`: the next packet ends it. */
  readonly payload: number | undefined;
  /** 33 bits of 90 kHz; `undefined`: none. */
  readonly pts: number | undefined;
  readonly dts: number | undefined;
}

/** Start code, stream_id, PES_packet_length. */
const FIXED = 6;
/** With flags and PES_header_data_length. */
const WITH_FLAGS = 9;
/** program_stream_map, padding, private_stream_2, ECM, EMM, DSMCC, H.222.1 type E, directory: no further header. */
const PLAIN: ReadonlySet<number> = new Set([0xbc, 0xbe, 0xbf, 0xf0, 0xf1, 0xf2, 0xf8, 0xff]);

/** How many bytes of `available` the header needs to be read: more, when it says so then. */
export function headerNeeds(bytes: Uint8Array, at: number, available: number): number {
  if (available < FIXED) return FIXED;
  if (PLAIN.has(bytes[at + 3]!)) return FIXED;
  if (available < WITH_FLAGS) return WITH_FLAGS;
  return WITH_FLAGS + bytes[at + 8]!;
}

/** @throws RangeError that says what is wrong: completes `the PES packet …` */
export function readPesHeader(bytes: Uint8Array, at: number): PesHeader {
  if (bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== 1)
    throw new RangeError('has no start code');
  const streamId = bytes[at + 3]!;
  const length = (bytes[at + 4]! << 8) | bytes[at + 5]!;
  if (PLAIN.has(streamId)) return { streamId, size: FIXED, payload: length, pts: undefined, dts: undefined };
  if (bytes[at + 6]! >> 6 !== 2) throw new RangeError('has no header of MPEG-2');
  const flags = bytes[at + 7]! >> 6;
  const size = WITH_FLAGS + bytes[at + 8]!;
  if (flags === 1) throw new RangeError('has a DTS and no PTS');
  if (size < WITH_FLAGS + [0, 0, 5, 10][flags]!) throw new RangeError('has a header too short for its times');
  const payload = length === 0 ? undefined : length + FIXED - size;
  if (payload !== undefined && payload < 0) throw new RangeError('is shorter than its header');
  const pts = flags & 2 ? timestamp(bytes, at + WITH_FLAGS) : undefined;
  const dts = flags === 3 ? timestamp(bytes, at + WITH_FLAGS + 5) : pts;
  return { streamId, size, payload, pts, dts };
}

/** 33 bits, each part followed by a marker bit. @throws RangeError when one is missing */
function timestamp(bytes: Uint8Array, at: number): number {
  if ((bytes[at]! & bytes[at + 2]! & bytes[at + 4]! & 1) === 0)
    throw new RangeError('has a time without marker bits');
  return (
    (bytes[at]! & 0x0e) * 2 ** 29 +
    (bytes[at + 1]! << 22) +
    ((bytes[at + 2]! & 0xfe) << 14) +
    (bytes[at + 3]! << 7) +
    (bytes[at + 4]! >> 1)
  );
}
