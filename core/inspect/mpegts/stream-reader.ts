import { Demuxer } from './demuxer.ts';
import { earliestTime } from './earliest.ts';
import { TransportFacts } from './facts.ts';
import { type Ending, Frames } from './frames/frames.ts';
import { splitterOf } from './frames/splitter-of.ts';
import { readTags } from './id3.ts';
import { MediaBuilder, type TrackBeingRead } from './media-builder.ts';
import { PackedAudio } from './packed-audio.ts';
import { PID, pidOf } from './packets.ts';
import { programIn } from './program-in.ts';
import { type Piece, SegmentBytes } from './segment-bytes.ts';
import type { StreamBytes } from './stream-bytes.ts';
import { StreamChoice } from './stream-choice.ts';
import { languageOf, type StreamCodec } from './stream-types.ts';
import type { Program, ProgramStream } from './tables.ts';
import { Timeline } from './timeline.ts';
import type { TransportInput, TransportMedia, TransportReader } from './transport.ts';

/** A stream of a rendition, as it was found when that was opened. */
export interface StreamOfRendition {
  readonly kind: TrackBeingRead['kind'];
  readonly codec: StreamCodec;
  /** Earliest presentation time of the rendition, in ticks. */
  readonly mediaStart: number;
  /** Of a transport stream. */
  readonly program?: Program;
  readonly stream?: ProgramStream;
}

/** Reads one stream of a rendition, from its first segment to its last. */
export class StreamReader implements TransportReader {
  readonly track: TrackBeingRead;
  readonly #entryIndexes = new Map<string, number>();
  readonly #input: TransportInput;
  readonly #stream: StreamOfRendition;
  readonly #facts: TransportFacts;
  readonly #isFirst: boolean;

  /** @param isFirst it tells of packets that belong to no stream too */
  constructor(input: TransportInput, stream: StreamOfRendition, facts: TransportFacts, isFirst: boolean) {
    const { kind, codec, mediaStart } = stream;
    this.#input = input;
    this.#stream = stream;
    this.#facts = facts;
    this.#isFirst = isFirst;
    this.track = {
      id: stream.stream?.pid ?? 0,
      kind,
      timescale: 90_000,
      language: stream.stream && languageOf(stream.stream),
      roles: [],
      entries: [],
      mediaStart,
      ...(codec === 'avc' || codec === 'hevc' ? { byteStream: true } : {}),
    };
  }

  segments(): AsyncGenerator<TransportMedia, void> {
    return this.#read(this.#facts);
  }

  /** Read the first samples, for their formats. */
  async peek(): Promise<void> {
    for await (const { count } of this.#read(new TransportFacts())) if (count > 0) return;
  }

  async *#read(facts: TransportFacts): AsyncGenerator<TransportMedia, void> {
    const { codec, mediaStart } = this.#stream;
    const { segments } = this.#input;
    const bytes = new SegmentBytes(this.#input, this.#isFirst ? facts : new TransportFacts());
    const source = this.#source(facts);
    const splitter = splitterOf(codec);
    const timeline = new Timeline(mediaStart);
    const builder = new MediaBuilder(this.track, codec, this.#entryIndexes, source, timeline, facts);
    const frames = new Frames();
    try {
      for (;;) {
        source.prepare(bytes.memory);
        const piece = await bytes.next(source.headroom);
        if (!piece) return;
        builder.begin(piece);
        if (piece.isLocked) {
          yield builder.locked(piece);
          continue;
        }
        const { memory } = bytes;
        if (piece.isFirst && piece.segment.discontinuity && piece.listed > 0)
          timeline.change(piece.segment, segments[0]!, earliestIn(memory, source.headroom, piece));
        const program =
          source instanceof Demuxer ? await programBefore(bytes, memory, source.headroom, piece) : undefined;
        if (program && source instanceof Demuxer) source.follow(program);
        source.push(memory, piece, piece.segment.init !== undefined);
        const ending = endingOf(
          piece,
          segments.length,
          source.isWhole,
          segments[piece.listed + 1]?.discontinuity,
        );
        const starts = source.rows.starts.values.subarray(0, source.rows.count);
        const lost = (from: number, to: number): void =>
          facts.add({
            code: 'FRAME_DAMAGED',
            file: piece.file,
            offset: piece.position,
            segment: piece.listed,
            pid: this.track.id,
            message: `${to - from} bytes of the ${this.track.kind} are no frame of ${codec}.`,
          });
        const rest = splitter.split(memory, source.end, ending, starts, frames, lost);
        if (frames.count > 0) yield builder.build(memory, frames, splitter.formats.list);
        frames.clear();
        source.release(memory, rest);
      }
    } finally {
      await bytes.close();
    }
  }

  #source(facts: TransportFacts): StreamBytes {
    const { program, stream, codec } = this.#stream;
    if (!program || !stream) return new PackedAudio(codec, facts);
    const demuxer = new Demuxer(new StreamChoice(program, stream), facts, this.#isFirst);
    demuxer.follow(program);
    return demuxer;
  }
}

/** Bytes before a segment in which its tables are looked for: packets, as many as there is room for in 64 KiB. */
const BEFORE = 188 * 348;

/**
 * The program in force at a range of a file that does not begin with tables, as those of I-frame playlists: told before it.
 * @returns `undefined` where the segment tells it, or nothing near it does
 */
async function programBefore(
  bytes: SegmentBytes,
  memory: Buffer,
  at: number,
  { isFirst, position, segment, key }: Piece,
): Promise<Program | undefined> {
  const isTold = segment.init !== undefined || pidOf(memory, at) === PID.pat;
  if (!isFirst || isTold || position === 0 || key?.scheme === 'aes-128') return undefined;
  return programIn(await bytes.before(position, BEFORE));
}

function endingOf(
  piece: Piece,
  segments: number,
  isWhole: boolean,
  isDiscontinuous: boolean | undefined,
): Ending {
  if (!piece.isLast) return 'more';
  if (piece.listed + 1 === segments || isDiscontinuous) return 'end';
  return isWhole ? 'segment' : 'more';
}

/** The earliest time of a piece that is in memory from `from` on. */
const earliestIn = (memory: Buffer, from: number, { length }: Piece): number | undefined =>
  readTags(memory, from, from + length).timestamp ?? earliestTime(memory, from, from + length);
