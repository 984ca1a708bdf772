import { concat } from '../../../base/bytes.ts';
import { fail } from '../../../base/errors.ts';
import { DamageError } from '../../model/damage-error.ts';
import { Demuxer } from '../demuxer.ts';
import { TransportFacts } from '../facts.ts';
import type { SegmentKey } from '../keys.ts';
import { packedCodec } from '../packed-audio.ts';
import {
  adaptationFlags,
  findPackets,
  isSync,
  isTransportStream,
  PACKET,
  payloadStart,
  pidOf,
  startsUnit,
} from '../packets.ts';
import { headerNeeds, readPesHeader } from '../pes.ts';
import { ProgramReader } from '../program-reader.ts';
import { type Piece, SegmentBytes } from '../segment-bytes.ts';
import { StreamChoice } from '../stream-choice.ts';
import { streamKind } from '../stream-types.ts';
import type { ProgramStream } from '../tables.ts';
import type { TransportInput } from '../transport.ts';
import { clearPacked } from './clear-packed.ts';
import { clearProgram, protectedStreams } from './clear-program.ts';
import { clearStream } from './clear-stream.ts';
import { keptField, PacketSink } from './packet-sink.ts';

/** A segment in the clear. */
export interface ClearSegment {
  /** Index in `TransportInput.segments`. */
  readonly listed: number;
  /** Valid until the next one is asked for. */
  readonly data: Uint8Array;
  /** PES packets that were cut anew: of I-frame playlists, whose ranges are those. Of a segment that stays as it is, none. */
  readonly moved: readonly MovedPacket[];
}

/** Where a PES packet was, and is. */
export interface MovedPacket {
  /** In its file. */
  readonly position: number;
  /** In `data`. */
  readonly offset: number;
  readonly length: number;
}

/**
 * The segments of a rendition in the clear, each by itself: a transport stream with the same PIDs, times and clock references, or
 * packed audio. What is not encrypted stays as it is, byte for byte; streams in SAMPLE-AES are announced as clear ones again and cut into packets
 * anew. A segment is in memory as a whole.
 * @throws PackagerError NO_KEY where a key is missing, or what AES-128 makes with it is no media; DamageError where a segment cannot be
 *   decrypted by itself
 */
export async function* clearTransport(input: TransportInput): AsyncGenerator<ClearSegment, void> {
  const facts = new TransportFacts();
  const bytes = new SegmentBytes(input, facts);
  const writer = new ClearWriter();
  try {
    for (;;) {
      const piece = await bytes.next(0, Number.POSITIVE_INFINITY);
      if (!piece) return;
      if (piece.key && !piece.key.key) throw fail.keyMissing(...noKey(piece));
      const data = bytes.memory.subarray(0, piece.length);
      checkDecrypted(data, piece, facts);
      yield writer.segment(data, piece);
    }
  } finally {
    await bytes.close();
  }
}

const noKey = ({ file, key }: Piece): [message: string, hint: string] => [
  `There is no key for ${file}: it needs ${key?.name}.`,
  'Name the key source that the package was made with.',
];

/** What AES-128 made must be media now, or subtitles: with a wrong key nothing of it would be. */
function checkDecrypted(data: Buffer, { file, position, key }: Piece, facts: TransportFacts): void {
  if (key?.scheme !== 'aes-128') return;
  if (!facts.counts.has('PADDING_WRONG') && isSegment(data)) return;
  throw fail.keyMissing(
    `The key ${key.name} is not the one that ${file} was encrypted with from byte ${position} on, or the file is damaged.`,
    'Name the key source that the package was made with.',
  );
}

const isSegment = (data: Buffer): boolean =>
  isTransportStream(data, data.length) ||
  packedCodec(data, 0, data.length) !== undefined ||
  /^(?:\uFEFF)?WEBVTT/.test(data.toString('utf8', 0, 16));

class ClearWriter {
  readonly #sink = new PacketSink();
  readonly #programs = new ProgramReader();

  segment(data: Buffer, piece: Piece): ClearSegment {
    const { listed, key } = piece;
    if (key?.scheme !== 'sample-aes' || !key.key) return { listed, data, moved: [] };
    if (!isTransportStream(data, data.length) && findPackets(data, 0, data.length) < 0)
      return { listed, data: clearPacked(data, piece, key.key), moved: [] };
    return this.#transport(data, piece, key);
  }

  #transport(data: Buffer, piece: Piece, key: SegmentKey): ClearSegment {
    const sink = this.#sink;
    sink.begin(data.length + 64 * PACKET);
    const moved: MovedPacket[] = [];
    const streams = new Map<number, StreamPackets>();
    for (let at = 0; at + PACKET <= data.length; ) {
      if (!isSync(data[at])) {
        const next = findPackets(data, at + 1, data.length);
        if (next < 0) break;
        at = next;
        continue;
      }
      const pid = pidOf(data, at);
      const stream = streams.get(pid);
      if (stream) this.#streamPacket(data, at, piece, stream, moved);
      else if (this.#programs.wants(pid)) this.#table(data, at, pid, piece, key, streams);
      else sink.copy(data, at);
      at += PACKET;
    }
    return { listed: piece.listed, data: sink.bytes, moved };
  }

  #table(
    data: Buffer,
    at: number,
    pid: number,
    piece: Piece,
    key: SegmentKey,
    streams: Map<number, StreamPackets>,
  ): void {
    const isWhole = this.#programs.push(data, at, pid, () => {});
    if (pid !== this.#programs.tablePid) {
      this.#sink.copy(data, at);
      return;
    }
    const { program } = this.#programs;
    if (!isWhole || !program) return;
    this.#sink.firstCounter(pid, data[at + 3]! & 0x0f);
    this.#sink.unit(pid, [Uint8Array.of(0), clearProgram(program)], keptField(data, at, 0), true);
    for (const stream of protectedStreams(program)) {
      if (!streams.has(stream.pid)) streams.set(stream.pid, streamPackets(data, piece, stream, program, key));
    }
  }

  /** The first packet of a PES packet is where all of it goes; clock references of the others stay at their places. */
  #streamPacket(
    data: Buffer,
    at: number,
    { file, position }: Piece,
    stream: StreamPackets,
    moved: MovedPacket[],
  ): void {
    const sink = this.#sink;
    const flags = adaptationFlags(data, at);
    const field = keptField(data, at, flags);
    const hasPayload = payloadStart(data, at) < at + PACKET;
    if (!startsUnit(data, at) || !hasPayload) {
      if (field.pcr.length > 0) sink.clock(stream.pid, field);
      if (hasPayload && stream.next === 0)
        throw new DamageError(
          file,
          position + at,
          'a segment goes on with a PES packet that it does not begin',
        );
      return;
    }
    sink.firstCounter(stream.pid, data[at + 3]! & 0x0f);
    const row = stream.rows.get(position + at);
    stream.next += 1;
    if (row === undefined) return;
    const offset = sink.length;
    sink.unit(stream.pid, [row.header, row.payload], field);
    moved.push({ position: position + at, offset, length: sink.length - offset });
  }
}

/** The PES packets of a stream in the clear, by where they began. */
interface StreamPackets {
  readonly pid: number;
  /** How many have gone by. */
  next: number;
  readonly rows: ReadonlyMap<number, { readonly header: Uint8Array; readonly payload: Uint8Array }>;
}

function streamPackets(
  data: Buffer,
  piece: Piece,
  stream: ProgramStream,
  program: Parameters<Demuxer['follow']>[0],
  key: SegmentKey,
): StreamPackets {
  const { pid } = stream;
  const demuxer = new Demuxer(new StreamChoice(program, stream), new TransportFacts(), false);
  demuxer.follow(program);
  const memory = Buffer.from(data);
  demuxer.push(memory, piece, true);
  const { rows } = demuxer;
  const starts = rows.starts.values.subarray(0, rows.count);
  const clear = clearStream(streamKind(stream).codec, memory.subarray(0, demuxer.end), starts, key.key!);
  const packets = new Map<number, { header: Uint8Array; payload: Uint8Array }>();
  for (let row = 0; row < rows.count; row++) {
    const position = rows.positions.values[row]!;
    const payload = clear.bytes.subarray(clear.starts[row]!, clear.starts[row + 1] ?? clear.bytes.length);
    packets.set(position, {
      header: headerOf(data, position - piece.position, pid, payload.length),
      payload,
    });
  }
  return { pid, next: 0, rows: packets };
}

/** The header of a PES packet, which says how long its payload is now. It may be in several transport packets. */
function headerOf(data: Buffer, at: number, pid: number, payload: number): Uint8Array {
  let bytes: Uint8Array = new Uint8Array(0);
  for (let packet = at; packet + PACKET <= data.length; packet += PACKET) {
    if (pidOf(data, packet) !== pid) continue;
    bytes = concat([bytes, data.subarray(payloadStart(data, packet), packet + PACKET)]);
    if (headerNeeds(bytes, 0, bytes.length) <= bytes.length) break;
  }
  const { size, payload: said } = readPesHeader(bytes, 0);
  const header = concat([bytes.subarray(0, size)]);
  const length = size - 6 + payload;
  // Longer than it can say: open, as video may be (ISO/IEC 13818-1, 2.4.3.7).
  const stated = said === undefined || length > 0xffff ? 0 : length;
  header[4] = stated >> 8;
  header[5] = stated & 0xff;
  return header;
}
