import { copyBytes } from '../../base/bytes.ts';
import { PACKET, payloadStart, startsUnit } from './packets.ts';

/** What a Program Map Table says (ISO/IEC 13818-1, 2.4.4.8). */
export interface Program {
  readonly number: number;
  readonly version: number;
  readonly pcrPid: number;
  readonly streams: readonly ProgramStream[];
  /** The section as it is, with its CRC. */
  readonly section: Uint8Array;
}

export interface ProgramStream {
  readonly pid: number;
  readonly streamType: number;
  readonly descriptors: readonly Descriptor[];
}

/** A descriptor (2.6). */
export interface Descriptor {
  readonly tag: number;
  readonly content: Uint8Array;
}

const TABLE_ID = { pat: 0, pmt: 2 } as const;
/** table_id, section_length, table_id_extension, version_number, section numbers. */
const HEADER = 8;
const CRC = 4;
/** The longest section of PAT and PMT (2.4.4.1), with the bytes before section_length ends. */
const LONGEST = 1024;

/** Puts sections together that packets of one PID carry. */
export class SectionReader {
  readonly #bytes = new Uint8Array(LONGEST);
  #length = 0;
  #isOpen = false;

  /**
   * Take a packet. @returns the sections that it completes: of an unknown kind too; they are valid until the next packet
   * @throws RangeError for one that is not whole or longer than may be
   */
  push(bytes: Uint8Array, at: number): Uint8Array[] {
    let from = payloadStart(bytes, at);
    const end = at + PACKET;
    if (from >= end) return [];
    const done: Uint8Array[] = [];
    if (startsUnit(bytes, at)) {
      const pointer = bytes[from]!;
      from += 1;
      if (from + pointer > end) throw new RangeError('pointer_field leads out of its packet');
      if (this.#isOpen) this.#take(bytes.subarray(from, from + pointer), done);
      from += pointer;
      this.#isOpen = true;
      this.#length = 0;
    }
    if (this.#isOpen) this.#take(bytes.subarray(from, end), done);
    return done;
  }

  #take(bytes: Uint8Array, done: Uint8Array[]): void {
    for (const byte of bytes) {
      // Stuffing until the end of the packet (2.4.4.1).
      if (this.#length === 0 && byte === 0xff) {
        this.#isOpen = false;
        return;
      }
      this.#bytes[this.#length] = byte;
      this.#length += 1;
      if (this.#length < 3) continue;
      const size = 3 + (((this.#bytes[1]! & 0x0f) << 8) | this.#bytes[2]!);
      if (size > LONGEST) {
        this.#isOpen = false;
        throw new RangeError(`section_length is ${size - 3}`);
      }
      if (this.#length < size) continue;
      done.push(copyBytes(this.#bytes, 0, size));
      this.#length = 0;
    }
  }
}

/**
 * The PIDs of the Program Map Tables that a Program Association Table lists, in order; `undefined`: it is another table, or not in
 * force yet.
 * @throws RangeError for a damaged one
 */
export function readAssociation(section: Uint8Array): number[] | undefined {
  if (section[0] !== TABLE_ID.pat || !isCurrent(section)) return undefined;
  const pids: number[] = [];
  for (let at = HEADER; at + 4 <= section.length - CRC; at += 4) {
    // Program 0 is the network's own table.
    if (u16(section, at) !== 0) pids.push(u16(section, at + 2) & 0x1fff);
  }
  return pids;
}

/** What a section says of its program; `undefined`: it is another table, or not in force yet. @throws RangeError for a damaged one */
export function readProgram(section: Uint8Array): Program | undefined {
  if (section[0] !== TABLE_ID.pmt || !isCurrent(section)) return undefined;
  const end = section.length - CRC;
  if (end < HEADER + 4) throw new RangeError('it is too short');
  const streams: ProgramStream[] = [];
  let at = HEADER + 4 + (u16(section, HEADER + 2) & 0x0fff);
  while (at + 5 <= end) {
    const from = at + 5;
    const to = from + (u16(section, at + 3) & 0x0fff);
    if (to > end) throw new RangeError('ES_info_length leads out of it');
    streams.push({
      pid: u16(section, at + 1) & 0x1fff,
      streamType: section[at]!,
      descriptors: readDescriptors(section.subarray(from, to)),
    });
    at = to;
  }
  if (at !== end) throw new RangeError('its lengths do not add up');
  return {
    number: u16(section, 3),
    version: (section[5]! >> 1) & 0x1f,
    pcrPid: u16(section, HEADER) & 0x1fff,
    streams,
    section,
  };
}

function readDescriptors(bytes: Uint8Array): Descriptor[] {
  const list: Descriptor[] = [];
  for (let at = 0; at + 2 <= bytes.length; at += 2 + bytes[at + 1]!) {
    const end = at + 2 + bytes[at + 1]!;
    if (end > bytes.length) throw new RangeError('a descriptor leads out of it');
    list.push({ tag: bytes[at]!, content: bytes.subarray(at + 2, end) });
  }
  return list;
}

/** The CRC is right (Annex B), and current_next_indicator is set. @throws RangeError for a wrong CRC */
function isCurrent(section: Uint8Array): boolean {
  if (section.length < HEADER + CRC) throw new RangeError('it is too short');
  if (crc32(section) !== 0) throw new RangeError('its CRC is wrong');
  return (section[5]! & 1) === 1;
}

const u16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x8000_0000 ? (value << 1) ^ 0x04c1_1db7 : value << 1;
  return value >>> 0;
});

/** CRC_32 of Annex A: 0 over a whole section whose CRC is right. */
export function crc32(bytes: Uint8Array): number {
  let value = 0xffff_ffff;
  for (const byte of bytes) value = (value << 8) ^ CRC_TABLE[(value >>> 24) ^ byte]!;
  return value >>> 0;
}
