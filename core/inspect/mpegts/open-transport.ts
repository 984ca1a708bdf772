import { copyBytes } from '../../base/bytes.ts';
import { DamageError } from '../model/damage-error.ts';
import type { ListedSegment } from '../model/listed-package.ts';
import { earliestTime } from './earliest.ts';
import { type TransportFact, TransportFacts } from './facts.ts';
import { readTags } from './id3.ts';
import { packedCodec } from './packed-audio.ts';
import { findPackets, isTransportStream } from './packets.ts';
import { programIn } from './program-in.ts';
import { type Piece, SegmentBytes } from './segment-bytes.ts';
import { type StreamOfRendition, StreamReader } from './stream-reader.ts';
import { streamKind } from './stream-types.ts';
import type { Program } from './tables.ts';
import type { Transport, TransportInput } from './transport.ts';

/** Bytes of a file in which its tables are looked for where segments have none: I-frame playlists point behind them. */
const HEAD = 64 * 2 ** 10;

/**
 * Open the segments of a rendition: MPEG-TS, or packed audio. What it has is told by the first segment that can be read.
 * What is neither when it is decrypted has no readers, and a fact that says so.
 * @throws DamageError for what is neither, PackagerError as `open` does
 */
export async function openTransport(input: TransportInput): Promise<Transport> {
  const facts = new TransportFacts();
  const bytes = new SegmentBytes(input, new TransportFacts());
  try {
    const piece = await firstReadable(bytes);
    if (!piece) return { kind: 'transport-stream', readers: [], facts, missingKeys: bytes.missingKeys };
    const { memory } = bytes;
    const isStream = isTransportStream(memory, piece.length) || findPackets(memory, 0, piece.length) >= 0;
    const codec =
      isStream && !readTags(memory, 0, piece.length).size ? undefined : packedCodec(memory, 0, piece.length);
    if (codec) {
      const mediaStart = readTags(memory, 0, piece.length).timestamp ?? 0;
      const stream = { kind: 'audio', codec, mediaStart } as const;
      const readers = [await readerOf(input, stream, facts, true)];
      return { kind: 'packed-audio', readers, facts, missingKeys: bytes.missingKeys };
    }
    if (!isStream) {
      if (piece.key?.scheme !== 'aes-128') throw new DamageError(piece.file, piece.position, NO_MEDIA);
      facts.add(wrongKey(piece));
      return { kind: 'transport-stream', readers: [], facts, missingKeys: bytes.missingKeys };
    }
    const program = await findProgram(input, piece, memory);
    if (!program)
      throw new DamageError(
        piece.file,
        piece.position,
        'there is no Program Map Table, and nothing says what the stream has',
      );
    const mediaStart = earliestTime(memory, findPackets(memory, 0, piece.length), piece.length) ?? 0;
    const readers = [];
    for (const stream of program.streams) {
      const { kind, codec: of } = streamKind(stream);
      readers.push(
        await readerOf(input, { kind, codec: of, mediaStart, program, stream }, facts, readers.length === 0),
      );
    }
    return { kind: 'transport-stream', readers, facts, missingKeys: bytes.missingKeys };
  } finally {
    await bytes.close();
  }
}

const NO_MEDIA = 'there is neither a transport stream nor packed audio';

const wrongKey = ({ file, position, listed }: Piece): TransportFact => ({
  code: 'KEY_WRONG',
  file,
  offset: position,
  segment: listed,
  pid: undefined,
  message:
    'A segment is no media when it is decrypted with the key that was found: the key or its IV is another one.',
});

/** Opened, with the formats of its first samples. */
async function readerOf(
  input: TransportInput,
  stream: StreamOfRendition,
  facts: TransportFacts,
  isFirst: boolean,
): Promise<StreamReader> {
  const reader = new StreamReader(input, stream, facts, isFirst);
  await reader.peek();
  return reader;
}

async function firstReadable(bytes: SegmentBytes): Promise<Piece | undefined> {
  for (;;) {
    const piece = await bytes.next(0);
    if (!piece) return undefined;
    if (piece.length > 0) return piece;
  }
}

/** The tables of a segment, of its EXT-X-MAP, or of the start of its file. */
async function findProgram(
  input: TransportInput,
  piece: Piece,
  memory: Buffer,
): Promise<Program | undefined> {
  const own = programIn(memory.subarray(0, piece.length));
  if (own) return own;
  const tables = await tablesOf(input, piece.segment);
  return tables && programIn(tables);
}

/** Packets of the tables that a segment does not have itself; `undefined`: there are none. */
async function tablesOf(
  { open }: TransportInput,
  { init, place }: ListedSegment,
): Promise<Uint8Array | undefined> {
  const path = init?.path ?? place.path;
  const source = await open(path);
  try {
    const offset = init?.offset ?? 0;
    const length = init ? (init.length ?? source.size - offset) : Math.min(HEAD, source.size);
    const bytes = new Uint8Array(Math.min(length, HEAD));
    await source.read(offset, [bytes]);
    return isTransportStream(bytes, bytes.length) ? copyBytes(bytes) : undefined;
  } finally {
    await source.close();
  }
}
