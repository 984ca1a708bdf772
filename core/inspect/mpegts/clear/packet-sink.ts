import { ADAPTATION, PACKET } from '../packets.ts';

const SYNC = 0x47;
/** Bytes of a packet behind its header. */
const ROOM = PACKET - 4;
const PCR_BYTES = 6;
const UNIT_START = 0x40;
const CONTROL = { payload: 0x10, both: 0x30, adaptation: 0x20 } as const;

/** What of an adaptation field stays where a PES packet is cut anew (ISO/IEC 13818-1, 2.4.3.5). */
export interface KeptField {
  /** discontinuity_indicator, random_access_indicator and PCR_flag. */
  readonly flags: number;
  /** The 6 bytes of the PCR; empty: none. */
  readonly pcr: Uint8Array;
}

export const NO_FIELD: KeptField = { flags: 0, pcr: new Uint8Array(0) };

/** Of a packet whose flags are these: what stays of its field. */
export function keptField(bytes: Uint8Array, at: number, flags: number): KeptField {
  const kept = flags & (ADAPTATION.discontinuity | ADAPTATION.randomAccess | ADAPTATION.pcr);
  const hasPcr = (kept & ADAPTATION.pcr) !== 0 && bytes[at + 4]! >= 1 + PCR_BYTES;
  return {
    flags: hasPcr ? kept : kept & ~ADAPTATION.pcr,
    pcr: hasPcr ? bytes.subarray(at + 6, at + 6 + PCR_BYTES) : NO_FIELD.pcr,
  };
}

/** Writes packets of a transport stream, one behind the other. */
export class PacketSink {
  #bytes = Buffer.alloc(0);
  length = 0;
  /** By PID: the last continuity counter; absent: the first packet's own is taken. */
  readonly #counters = new Map<number, number>();

  /** Begin anew; counters go on. The bytes of the last segment are lost. */
  begin(expected: number): void {
    this.length = 0;
    this.#reserve(expected);
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  /** A packet as it is. */
  copy(bytes: Uint8Array, at: number): void {
    this.#reserve(PACKET);
    this.#bytes.set(bytes.subarray(at, at + PACKET), this.length);
    this.length += PACKET;
  }

  /** The continuity counter that a stream begins with, where nothing of it is written yet. */
  firstCounter(pid: number, counter: number): void {
    if (!this.#counters.has(pid)) this.#counters.set(pid, counter - 1);
  }

  /** A clock reference without payload. */
  clock(pid: number, field: KeptField): void {
    this.#reserve(PACKET);
    const at = this.#header(pid, 0, CONTROL.adaptation, this.#counters.get(pid) ?? 0);
    this.#field(at, ROOM, { ...field, flags: field.flags & ~ADAPTATION.randomAccess });
    this.length += PACKET;
  }

  /** A PES packet, or a section with its pointer_field, in as many packets as it needs: all but the last full. */
  unit(pid: number, parts: readonly Uint8Array[], field: KeptField, isSection = false): void {
    let left = parts.reduce((sum, part) => sum + part.length, 0);
    this.#reserve(PACKET * (1 + Math.ceil((left + 16) / ROOM)));
    const from = { part: 0, at: 0 };
    for (let isFirst = true; isFirst || left > 0; isFirst = false) {
      const kept = isFirst ? field : NO_FIELD;
      const least = kept.flags === 0 ? 0 : 2 + kept.pcr.length;
      // Sections are padded behind their end.
      const count = Math.min(left, ROOM - least);
      const stuffing = isSection ? 0 : ROOM - count;
      const counter = ((this.#counters.get(pid) ?? -1) + 1) & 0x0f;
      this.#counters.set(pid, counter);
      const start = isFirst ? UNIT_START : 0;
      const at = this.#header(pid, start, stuffing > 0 ? CONTROL.both : CONTROL.payload, counter);
      if (stuffing > 0) this.#field(at, stuffing, kept);
      this.#fill(parts, from, at + stuffing, count);
      this.#bytes.fill(0xff, at + stuffing + count, this.length + PACKET);
      this.length += PACKET;
      left -= count;
    }
  }

  #header(pid: number, start: number, control: number, counter: number): number {
    const at = this.length;
    this.#bytes[at] = SYNC;
    this.#bytes[at + 1] = start | (pid >> 8);
    this.#bytes[at + 2] = pid & 0xff;
    this.#bytes[at + 3] = control | (counter & 0x0f);
    return at + 4;
  }

  /** An adaptation field of `size` bytes. */
  #field(at: number, size: number, { flags, pcr }: KeptField): void {
    this.#bytes[at] = size - 1;
    if (size === 1) return;
    this.#bytes[at + 1] = flags;
    this.#bytes.set(pcr, at + 2);
    this.#bytes.fill(0xff, at + 2 + pcr.length, at + size);
  }

  #fill(parts: readonly Uint8Array[], from: { part: number; at: number }, to: number, count: number): void {
    let left = count;
    while (left > 0) {
      const part = parts[from.part]!;
      const size = Math.min(left, part.length - from.at);
      this.#bytes.set(part.subarray(from.at, from.at + size), to + count - left);
      left -= size;
      from.at += size;
      if (from.at === part.length) {
        from.part += 1;
        from.at = 0;
      }
    }
  }

  #reserve(count: number): void {
    if (this.length + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.ceil((this.length + count) * 1.25));
    larger.set(this.#bytes.subarray(0, this.length));
    this.#bytes = larger;
  }
}
