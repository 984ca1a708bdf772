import type { ByteSource } from '../../../io/byte-source.ts';
import { crc32Mpeg } from '../crc32.ts';
import { PACKET } from '../write/packet-writer.ts';
import { type PacketLayout, pidAt } from './packet-layout.ts';
import { payloadStart, SectionReader } from './section-reader.ts';

/** A descriptor of an elementary stream or a program (ISO/IEC 13818-1, 2.6). */
export interface Descriptor {
  readonly tag: number;
  readonly data: Uint8Array;
}

/** An elementary stream as the Program Map Table lists it. */
export interface ProgramStream {
  readonly pid: number;
  /** ISO/IEC 13818-1, table 2-34. */
  readonly streamType: number;
  readonly descriptors: readonly Descriptor[];
  /** stream_id of its first PES packet; `undefined` when none was seen: it has sections, or nothing. */
  readonly streamId: number | undefined;
  /** ISO 639-2; `und` when the table says nothing. */
  readonly language: string;
  /** audio_type: what sound is for (ISO/IEC 13818-1, table 2-60); 0: not said. */
  readonly audioType: number;
  /** A packet of it was seen whose payload is scrambled. */
  readonly isScrambled: boolean;
}

/** How far the tables may be from the start, and how far scrambled packets are looked for. */
const LOOKED_THROUGH = 4 * 2 ** 20;

const [PAT_TABLE, PMT_TABLE] = [0x00, 0x02];
const [REGISTRATION, LANGUAGE] = [0x05, 0x0a];
/** Bytes of a section before its entries, and of the CRC behind them. */
const PAT_HEAD = 8;
const PMT_HEAD = 12;
const CRC = 4;

/** A program, and the PID of its map. */
export interface Program {
  readonly number: number;
  readonly pid: number;
}

/** The first program of a transport stream, and its streams. */
interface MappedProgram {
  readonly program: Program;
  readonly streams: readonly ProgramStream[];
}

/**
 * Read the tables of a transport stream (ISO/IEC 13818-1, 2.4.4): its first program with its streams. Tables that were changed without
 * their CRC count where there are no others.
 * `undefined` when there is no Program Map Table near the start.
 */
export async function readProgram(
  source: ByteSource,
  { stride, first }: PacketLayout,
): Promise<MappedProgram | undefined> {
  const bytes = new Uint8Array(Math.min(source.size - first, LOOKED_THROUGH));
  await source.read(first, [bytes]);
  const found = findMap(bytes, stride, isWhole) ?? findMap(bytes, stride, () => true);
  if (!found) return undefined;
  const scrambled = new Set<number>();
  const streamIds = new Map<number, number>();
  for (const [pid, packet] of packetsOf(bytes, stride)) {
    if (packet[3]! >> 6 !== 0) scrambled.add(pid);
    const streamId = streamIdOf(packet);
    if (streamId !== undefined && !streamIds.has(pid)) streamIds.set(pid, streamId);
  }
  return {
    program: found.program,
    streams: found.streams.map((stream) => ({
      ...stream,
      streamId: streamIds.get(stream.pid),
      isScrambled: scrambled.has(stream.pid),
    })),
  };
}

/** Packets with their PIDs. */
function* packetsOf(bytes: Uint8Array, stride: number): Generator<[pid: number, packet: Uint8Array], void> {
  for (let at = 0; at + PACKET <= bytes.length; at += stride)
    yield [pidAt(bytes, at + 1), bytes.subarray(at, at + PACKET)];
}

/** The first program, by the first map of it. @param counts whether a section is believed */
function findMap(
  bytes: Uint8Array,
  stride: number,
  counts: (section: Uint8Array) => boolean,
): MappedProgram | undefined {
  const sections = new SectionReader();
  let program: Program | undefined;
  for (const [pid, packet] of packetsOf(bytes, stride)) {
    if (pid !== 0 && pid !== program?.pid) continue;
    for (const section of sections.add(pid, packet)) {
      if (!counts(section)) continue;
      if (isCurrent(section, PAT_TABLE)) program ??= programsOf(section)[0];
      if (program && isMapOf(section, program)) return { program, streams: streamsOf(section) };
    }
  }
  return undefined;
}

/** stream_id of the PES packet that begins in a transport packet; `undefined` when none begins there. */
function streamIdOf(packet: Uint8Array): number | undefined {
  const start = payloadStart(packet);
  if ((packet[1]! & 0x40) === 0 || start === undefined || start + 4 > packet.length) return undefined;
  const isPes = packet[start] === 0 && packet[start + 1] === 0 && packet[start + 2] === 1;
  return isPes ? packet[start + 3] : undefined;
}

/** A section of such a table that holds now: current_next_indicator announces what is to hold later. */
const isCurrent = (section: Uint8Array, table: number): boolean =>
  section[0] === table && (section[5]! & 1) === 1;

const isMapOf = (section: Uint8Array, { number }: Program): boolean =>
  isCurrent(section, PMT_TABLE) && ((section[3]! << 8) | section[4]!) === number;

const isWhole = (section: Uint8Array): boolean => crc32Mpeg(section) === 0;

/** Those of a Program Association Table, without number 0, which is the network's. */
function programsOf(section: Uint8Array): Program[] {
  const programs: Program[] = [];
  for (let at = PAT_HEAD; at + 4 <= section.length - CRC; at += 4) {
    const number = (section[at]! << 8) | section[at + 1]!;
    if (number !== 0) programs.push({ number, pid: pidAt(section, at + 2) });
  }
  return programs;
}

/** The programs of a whole Program Association Table; none in any other section. */
export const listedPrograms = (section: Uint8Array): Program[] =>
  isCurrent(section, PAT_TABLE) && isWhole(section) ? programsOf(section) : [];

/** The streams of a program by its whole map; none in any other section. `streamId` and `isScrambled` are not known of them. */
export const listedStreams = (section: Uint8Array, program: Program): ProgramStream[] =>
  isMapOf(section, program) && isWhole(section) ? streamsOf(section) : [];

function streamsOf(section: Uint8Array): ProgramStream[] {
  const length = (at: number) => ((section[at]! & 0x0f) << 8) | section[at + 1]!;
  const streams: ProgramStream[] = [];
  const end = section.length - CRC;
  for (let at = PMT_HEAD + length(PMT_HEAD - 2); at + 5 <= end; at += 5 + length(at + 3)) {
    const descriptors = descriptorsOf(section.subarray(at + 5, Math.min(end, at + 5 + length(at + 3))));
    const told = descriptors.find(({ tag }) => tag === LANGUAGE)?.data ?? [];
    const language = Buffer.from(told.slice(0, 3)).toString('latin1');
    streams.push({
      pid: pidAt(section, at + 1),
      streamType: section[at]!,
      descriptors,
      language: /^[a-z]{3}$/.test(language) ? language : 'und',
      audioType: told[3] ?? 0,
      streamId: undefined,
      isScrambled: false,
    });
  }
  return streams;
}

function descriptorsOf(bytes: Uint8Array): Descriptor[] {
  const descriptors: Descriptor[] = [];
  for (let at = 0; at + 2 <= bytes.length; at += 2 + bytes[at + 1]!) {
    descriptors.push({ tag: bytes[at]!, data: bytes.subarray(at + 2, at + 2 + bytes[at + 1]!) });
  }
  return descriptors;
}

/** format_identifier of the registration descriptors, four characters each. */
export const registrationsOf = (descriptors: readonly Descriptor[]): string[] =>
  descriptors
    .filter(({ tag, data }) => tag === REGISTRATION && data.length >= 4)
    .map(({ data }) => Buffer.from(data.subarray(0, 4)).toString('latin1'));
