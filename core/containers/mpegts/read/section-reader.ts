/** Bytes of a section up to and with section_length (ISO/IEC 13818-1, 2.4.4). */
const SECTION_HEAD = 3;
/** What follows the last section of a packet, instead of a table_id. */
const STUFFING = 0xff;

/** Where the payload of a transport packet begins; `undefined` when it has none. */
export function payloadStart(packet: Uint8Array): number | undefined {
  const control = (packet[3]! >> 4) & 3;
  const start = control & 2 ? 5 + packet[4]! : 4;
  return (control & 1) === 0 || start >= packet.length ? undefined : start;
}

/** A section that is not whole. */
interface OpenSection {
  readonly bytes: Uint8Array;
  /** continuity_counter of the last packet that it has something of. */
  readonly counter: number;
}

/** Puts sections together from the packets of their PIDs. */
export class SectionReader {
  readonly #open = new Map<number, OpenSection>();

  /**
   * The sections that end in the packet, in their order; mostly one, or none. Where packets are missing they are not what they
   * were: their CRC tells.
   */
  add(pid: number, packet: Uint8Array): Uint8Array[] {
    const start = payloadStart(packet);
    if (start === undefined) return [];
    const counter = packet[3]! & 0x0f;
    const open = this.#open.get(pid);
    const begins = (packet[1]! & 0x40) !== 0;
    // pointer_field: what comes before the section that begins here is the end of another.
    const first = begins ? start + 1 + packet[start]! : packet.length;
    const end = packet.subarray(begins ? start + 1 : start, first);
    // A packet may be sent twice (2.4.3.3).
    if (open && !begins && counter === open.counter && endsWith(open.bytes, end)) return [];
    this.#open.delete(pid);
    const ended = open ? this.#take(pid, [open.bytes, end], counter) : [];
    if (!begins) return ended;
    this.#open.delete(pid);
    return [...ended, ...this.#take(pid, [packet.subarray(first)], counter)];
  }

  #take(pid: number, parts: readonly Uint8Array[], counter: number): Uint8Array[] {
    const whole: Uint8Array[] = [];
    let bytes = Buffer.concat(parts);
    while (bytes.length > 0 && bytes[0] !== STUFFING) {
      const size =
        bytes.length < SECTION_HEAD ? SECTION_HEAD : SECTION_HEAD + (bytes.readUInt16BE(1) & 0xfff);
      if (bytes.length < size) {
        this.#open.set(pid, { bytes, counter });
        break;
      }
      whole.push(bytes.subarray(0, size));
      bytes = bytes.subarray(size);
    }
    return whole;
  }
}

const endsWith = (bytes: Uint8Array, end: Uint8Array): boolean =>
  bytes.length >= end.length && Buffer.compare(bytes.subarray(bytes.length - end.length), end) === 0;
