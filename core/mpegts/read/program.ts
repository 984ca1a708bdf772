import type { ByteSource } from '../../io/byte-source.ts';
import { PACKET } from '../packet-writer.ts';
import type { PacketLayout } from './packet-layout.ts';

/** An elementary stream as the Program Map Table lists it. */
export interface ProgramStream {
  readonly pid: number;
  /** ISO/IEC 13818-1, table 2-34. */
  readonly streamType: number;
  /** Descriptor tags. */
  readonly descriptors: ReadonlySet<number>;
  /** ISO 639-2; `und` when the table says nothing. */
  readonly language: string;
  /** A packet of it was seen whose payload is scrambled. */
  readonly isScrambled: boolean;
}

/** How far the tables may be from the start, and how far scrambled packets are looked for. */
const LOOKED_THROUGH = 4 * 2 ** 20;

const PMT_TABLE = 0x02;
const LANGUAGE = 0x0a;
/** Bytes of a section before its entries, and of the CRC behind them. */
const PAT_HEAD = 8;
const PMT_HEAD = 12;
const CRC = 4;

/**
 * Read the tables of a transport stream (ISO/IEC 13818-1, 2.4.4): the streams of its first program.
 * `undefined` when there is no Program Map Table near the start.
 */
export async function readProgram(
  source: ByteSource,
  { stride, first }: PacketLayout,
): Promise<ProgramStream[] | undefined> {
  const bytes = new Uint8Array(Math.min(source.size - first, LOOKED_THROUGH));
  await source.read(first, [bytes]);
  const sections = new SectionReader();
  const scrambled = new Set<number>();
  let pmtPid: number | undefined;
  let streams: ProgramStream[] | undefined;
  for (let at = 0; at + PACKET <= bytes.length; at += stride) {
    const pid = ((bytes[at + 1]! & 0x1f) << 8) | bytes[at + 2]!;
    if (bytes[at + 3]! >> 6 !== 0) scrambled.add(pid);
    if (streams !== undefined || (pid !== 0 && pid !== pmtPid)) continue;
    const section = sections.add(pid, bytes.subarray(at, at + PACKET));
    if (section === undefined) continue;
    if (pid === 0) pmtPid ??= firstProgram(section);
    else if (section[0] === PMT_TABLE) streams = streamsOf(section);
  }
  return streams?.map((stream) => ({ ...stream, isScrambled: scrambled.has(stream.pid) }));
}

/** Puts sections together from the packets of their PIDs. */
class SectionReader {
  readonly #open = new Map<number, Uint8Array>();

  /** The section that the packet completes; `undefined` while it is not whole. */
  add(pid: number, packet: Uint8Array): Uint8Array | undefined {
    const control = (packet[3]! >> 4) & 3;
    const start = control & 2 ? 5 + packet[4]! : 4;
    if ((control & 1) === 0 || start >= packet.length) return undefined;
    const starts = (packet[1]! & 0x40) !== 0;
    const payload = packet.subarray(starts ? start + 1 + packet[start]! : start);
    const before = starts ? new Uint8Array(0) : this.#open.get(pid);
    if (before === undefined) return undefined;
    const section = Buffer.concat([before, payload]);
    const size = section.length < 3 ? 3 : 3 + (section.readUInt16BE(1) & 0xfff);
    this.#open.set(pid, section);
    return section.length < size ? undefined : section.subarray(0, size);
  }
}

/** The PID of the first program's map; program 0 is the network's. */
function firstProgram(section: Uint8Array): number | undefined {
  for (let at = PAT_HEAD; at + 4 <= section.length - CRC; at += 4) {
    const program = (section[at]! << 8) | section[at + 1]!;
    if (program !== 0) return ((section[at + 2]! & 0x1f) << 8) | section[at + 3]!;
  }
  return undefined;
}

function streamsOf(section: Uint8Array): ProgramStream[] {
  const length = (at: number) => ((section[at]! & 0x0f) << 8) | section[at + 1]!;
  const streams: ProgramStream[] = [];
  const end = section.length - CRC;
  for (let at = PMT_HEAD + length(PMT_HEAD - 2); at + 5 <= end; at += 5 + length(at + 3)) {
    const descriptors = descriptorsOf(section.subarray(at + 5, Math.min(end, at + 5 + length(at + 3))));
    const language = Buffer.from(descriptors.get(LANGUAGE)?.subarray(0, 3) ?? []).toString('latin1');
    streams.push({
      pid: ((section[at + 1]! & 0x1f) << 8) | section[at + 2]!,
      streamType: section[at]!,
      descriptors: new Set(descriptors.keys()),
      language: /^[a-z]{3}$/.test(language) ? language : 'und',
      isScrambled: false,
    });
  }
  return streams;
}

function descriptorsOf(bytes: Uint8Array): Map<number, Uint8Array> {
  const descriptors = new Map<number, Uint8Array>();
  for (let at = 0; at + 2 <= bytes.length; at += 2 + bytes[at + 1]!) {
    descriptors.set(bytes[at]!, bytes.subarray(at + 2, at + 2 + bytes[at + 1]!));
  }
  return descriptors;
}
