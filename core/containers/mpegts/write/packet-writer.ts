import { AlternatingBuffers } from '../../../base/alternating-buffers.ts';
import { split33 } from '../clock.ts';

/** Bytes of a transport stream packet. */
export const PACKET = 188;
/** Bytes of a packet without adaptation field that carry payload. */
const PAYLOAD = PACKET - 4;

const PIDS = 8192;
const NULL_PID = 0x1fff;

const SYNC = 0x47;
const UNIT_START = 0x400000;
/** adaptation_field_control: payload only, adaptation field only, both. */
const PAYLOAD_ONLY = 0x10;
const ADAPTATION_ONLY = 0x20;
const BOTH = 0x30;

/** Bytes of an adaptation field with flags and PCR. */
const PCR_FIELD = 8;

const RANDOM_ACCESS = 0x40;
const HAS_PCR = 0x10;

/**
 * Cuts PES packets and sections into transport packets (ISO/IEC 13818-1, 2.4.3). Continuity counters run on from
 * segment to segment; the buffer is used again for every other one.
 *
 * A PES packet is put together at the end of the buffer and then moved to its packets 184 bytes at a time:
 * `copyWithin` needs no view object a packet, which makes it twice as fast as `set` and `Buffer.copy`.
 */
export class PacketWriter {
  readonly #buffers = new AlternatingBuffers();
  #bytes = this.#buffers.next(0);
  #words = new DataView(this.#bytes.buffer);
  #position = 0;
  /** By PID: the next continuity counter; only its lowest 4 bits count. */
  readonly #counters = new Uint8Array(PIDS);

  /** Bytes written since `begin`. */
  get position(): number {
    return this.#position;
  }

  /** Start a segment, in the buffer of the one before last: whoever was given its bytes must be done with them. */
  begin(expectedBytes: number): void {
    this.#use(this.#buffers.next(expectedBytes));
    this.#position = 0;
  }

  /** The bytes since `begin`. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#position);
  }

  /** One section in one packet. @throws RangeError when it does not fit. */
  section(pid: number, section: Uint8Array): void {
    const pointed = 1 + section.length;
    if (pointed > PAYLOAD)
      throw new RangeError(`a section of ${section.length} bytes does not fit in a packet`);
    this.#reserve(PACKET);
    const at = this.#position;
    this.#header(pid, UNIT_START, PAYLOAD_ONLY);
    this.#bytes[at + 4] = 0; // pointer_field: the section starts right here
    this.#bytes.set(section, at + 5);
    this.#bytes.fill(0xff, at + 4 + pointed, at + PACKET);
    this.#position = at + PACKET;
  }

  /** A packet that carries a clock reference, in 90 kHz ticks that are not wrapped, and no payload. */
  clockReference(pid: number, pcr: number): void {
    this.#reserve(PACKET);
    this.#header(pid, 0, ADAPTATION_ONLY);
    this.#adaptation(this.#position + 4, PAYLOAD, pcr, false);
    this.#position += PACKET;
  }

  /** Null packets, which players leave out (2.4.3.3), until what is written since `begin` is a multiple of so many packets. */
  fill(packets: number): void {
    while (this.#position % (packets * PACKET) !== 0) {
      this.#reserve(PACKET);
      const at = this.#position;
      this.#header(NULL_PID, 0, PAYLOAD_ONLY);
      this.#bytes.fill(0xff, at + 4, at + PACKET);
      this.#position = at + PACKET;
    }
  }

  /** Room for a PES packet of `size` bytes at the end of `buffer`: the answer is where it begins. */
  stage(size: number): number {
    const packets = Math.ceil((PCR_FIELD + size) / PAYLOAD);
    this.#reserve(packets * PACKET + size);
    return this.#bytes.length - size;
  }

  /** Where a staged PES packet is written; another one after each call of `begin` and `stage`. */
  get buffer(): Uint8Array {
    return this.#bytes;
  }

  /**
   * Move the PES packet that begins at `staged` into transport packets. With a `pcr`, in 90 kHz ticks that are not
   * wrapped, the first of them carries it and the random_access_indicator.
   */
  pes(pid: number, staged: number, pcr: number | undefined, randomAccess: boolean): void {
    const end = this.#bytes.length;
    let from = this.#packet(pid, UNIT_START, staged, pcr, randomAccess);
    while (end - from >= PAYLOAD) {
      this.#header(pid, 0, PAYLOAD_ONLY);
      this.#bytes.copyWithin(this.#position + 4, from, from + PAYLOAD);
      this.#position += PACKET;
      from += PAYLOAD;
    }
    if (from < end) this.#packet(pid, 0, from, undefined, false);
  }

  /** One packet of the staged bytes, stuffed when they end before it is full; answers where the next begins. */
  #packet(pid: number, start: number, from: number, pcr: number | undefined, randomAccess: boolean): number {
    const payload = Math.min(this.#bytes.length - from, pcr === undefined ? PAYLOAD : PAYLOAD - PCR_FIELD);
    const field = PAYLOAD - payload;
    const at = this.#position;
    this.#header(pid, start, field === 0 ? PAYLOAD_ONLY : BOTH);
    this.#adaptation(at + 4, field, pcr, randomAccess);
    this.#bytes.copyWithin(at + 4 + field, from, from + payload);
    this.#position = at + PACKET;
    return from + payload;
  }

  /** Sync byte, PID and continuity counter, which only packets with payload move on. */
  #header(pid: number, start: number, control: number): void {
    const next = this.#counters[pid]!;
    const counter = (control === ADAPTATION_ONLY ? next - 1 : next) & 15;
    if (control !== ADAPTATION_ONLY) this.#counters[pid] = next + 1;
    this.#words.setInt32(this.#position, (SYNC << 24) | start | (pid << 8) | control | counter);
  }

  /** An adaptation field of exactly `size` bytes, 0 to 184; what it does not say is stuffing (2.4.3.5). */
  #adaptation(at: number, size: number, pcr: number | undefined, randomAccess: boolean): void {
    if (size === 0) return;
    this.#bytes[at] = size - 1;
    if (size === 1) return; // one byte of stuffing is a length of 0, without flags
    this.#bytes[at + 1] = (randomAccess ? RANDOM_ACCESS : 0) | (pcr === undefined ? 0 : HAS_PCR);
    if (pcr !== undefined) this.#clock(at + 2, pcr);
    this.#bytes.fill(0xff, at + (pcr === undefined ? 2 : PCR_FIELD), at + size);
  }

  /** program_clock_reference: 33 bits of base, 6 reserved, 9 of extension, which is always 0. */
  #clock(at: number, pcr: number): void {
    const [high, low] = split33(pcr);
    this.#words.setInt32(at, (high << 29) | (low >>> 1));
    this.#words.setUint16(at + 4, ((low & 1) << 15) | 0x7e00);
  }

  /** Make room for so many bytes more. The estimate of `begin` makes this rare. */
  #reserve(bytes: number): void {
    const needed = this.#position + bytes;
    if (needed > this.#bytes.length) this.#use(this.#buffers.grow(needed));
  }

  #use(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#words = new DataView(bytes.buffer);
  }
}
