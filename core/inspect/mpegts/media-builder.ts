import type { MediaEntry, MediaTrack, SampleProtection } from '../model/media-track.ts';
import { BlockDecryptor } from './block-decryptor.ts';
import type { TransportFactCode, TransportFacts } from './facts.ts';
import type { Frames } from './frames/frames.ts';
import { protectionOf, type SegmentKey } from './keys.ts';
import { MediaColumns } from './media-columns.ts';
import { protectAudio, protectPicture } from './sample-aes.ts';
import type { Piece } from './segment-bytes.ts';
import type { StreamBytes } from './stream-bytes.ts';
import { PROTECTABLE, type StreamCodec, setupFault } from './stream-types.ts';
import type { Timeline } from './timeline.ts';
import type { TransportMedia } from './transport.ts';

/** Index of `protectedBy` for samples that are clear. */
const CLEAR = 255;
/** Ticks of a picture of which nothing is known: 1/25 s. */
const GUESS = 3_600;
/** Ticks by which times may go back where a PES packet has several frames. */
const ROUNDED = 2;

/** What a builder needs of a track: it adds to the entries. */
export interface TrackBeingRead extends MediaTrack {
  readonly entries: MediaEntry[];
}

/** Makes columns of the frames of a stream: times, decryption, what protects them. */
export class MediaBuilder {
  readonly #track: TrackBeingRead;
  readonly #codec: StreamCodec;
  /** Index in the entries of the track, by format and protection: of all readings of it. */
  readonly #entryIndexes: Map<string, number>;
  readonly #source: StreamBytes;
  readonly #timeline: Timeline;
  readonly #facts: TransportFacts;
  readonly #columns = new MediaColumns();
  #clear = Buffer.alloc(0);
  #index = 0;
  /** Decode time of the next frame where no PES packet says it, and duration of the last. */
  #next: number;
  #lastDuration = 0;
  #lastTime = Number.NEGATIVE_INFINITY;
  /** By listed segment: those that samples at hand may begin in. */
  readonly #keys = new Map<number, SegmentKey | undefined>();
  readonly #decryptors = new Map<string, BlockDecryptor>();
  /** Facts that hold for a whole segment, of the one that is read. */
  readonly #told = new Set<TransportFactCode>();
  #piece: Piece | undefined;

  constructor(
    track: TrackBeingRead,
    codec: StreamCodec,
    entryIndexes: Map<string, number>,
    source: StreamBytes,
    timeline: Timeline,
    facts: TransportFacts,
  ) {
    this.#track = track;
    this.#codec = codec;
    this.#entryIndexes = entryIndexes;
    this.#source = source;
    this.#timeline = timeline;
    this.#facts = facts;
    this.#next = track.mediaStart;
  }

  /** A piece begins: its key is known. */
  begin(piece: Piece): void {
    this.#piece = piece;
    if (piece.isFirst) this.#told.clear();
    this.#keys.set(piece.listed, piece.key);
    for (const listed of this.#keys.keys()) if (listed < piece.listed - 1) this.#keys.delete(listed);
  }

  /** What the frames of a piece are. @param formats of the splitter */
  build(memory: Buffer, frames: Frames, formats: readonly MediaEntry[]): TransportMedia {
    const columns = this.#columns;
    const rows = this.#source.rows;
    columns.clear();
    const origin = compact(memory, frames);
    const protections: SampleProtection[] = [];
    const used: (string | undefined)[] = [];
    const missing = new Set<string>();
    const { count } = frames;
    const storedEnd = count > 0 ? frames.ends.values[count - 1]! : origin;
    const canCopy =
      PROTECTABLE.has(this.#codec) && rows.isProtected.values.subarray(0, rows.count).includes(1);
    if (canCopy) this.#reserve(storedEnd - origin);
    let isCopied = false;
    let clearAt = 0;
    let decryptor: BlockDecryptor | undefined;
    let row = 0;
    for (let frame = 0; frame < count; frame++) {
      const found = frames.starts.values[frame]!;
      while (row + 1 < rows.count && rows.starts.values[row + 1]! <= found) row += 1;
      const isNew = rows.count > 0 && rows.isUsed.values[row] === 0;
      if (isNew) rows.isUsed.values[row] = 1;
      this.#time(frames, frame, row, isNew);
      const listed = rows.count > 0 ? rows.listed.values[row]! : (this.#piece?.listed ?? 0);
      const key = this.#keys.get(listed);
      const isAnnounced = rows.count > 0 && rows.isProtected.values[row] === 1;
      if (isNew) this.#look(memory, frames, frame, row, key, isAnnounced);
      const isProtected = key !== undefined && (key.scheme === 'aes-128' || isAnnounced);
      if (isProtected && !key.key) missing.add(key.name);
      columns.protectedBy.push(isProtected ? this.#protectionIndex(key, protections, used) : CLEAR);
      columns.entries.push(
        this.#entry(formats, frames.formats.values[frame]!, isProtected ? key : undefined),
      );

      const start = frames.payloads.values[frame]!;
      const end = frames.ends.values[frame]!;
      columns.begin(start - origin, canCopy ? clearAt : start - origin);
      if (canCopy) {
        const isHidden = isProtected && key.scheme === 'sample-aes';
        const needed = isHidden && key.key ? this.#decryptor(key) : undefined;
        if (needed !== decryptor) decryptor?.run(this.#clear);
        decryptor = needed;
        clearAt = this.#copy(memory, frames, frame, clearAt, isHidden, decryptor);
        isCopied = true;
      }
      if (isProtected && key.scheme === 'aes-128') columns.addProtected(end - start);
      columns.end();
    }
    decryptor?.run(this.#clear);
    columns.begin(storedEnd - origin, canCopy ? clearAt : storedEnd - origin);
    this.#durations();
    const stored = memory.subarray(origin, storedEnd);
    return this.#media(stored, isCopied ? this.#clear.subarray(0, clearAt) : stored, protections, [
      ...missing,
    ]);
  }

  /** A segment that cannot be read: its key is missing. */
  locked(piece: Piece): TransportMedia {
    this.#columns.clear();
    this.#columns.begin(0, 0);
    const empty = Buffer.alloc(0);
    return this.#media(empty, empty, [], piece.key ? [piece.key.name] : []);
  }

  #copy(
    memory: Buffer,
    frames: Frames,
    frame: number,
    to: number,
    isHidden: boolean,
    decryptor: BlockDecryptor | undefined,
  ): number {
    const start = frames.payloads.values[frame]!;
    const end = frames.ends.values[frame]!;
    if (isHidden && this.#codec === 'avc') {
      const starts = frames.unitStarts.values;
      const ends = frames.unitEnds.values;
      const first = frames.firstUnits.values[frame]!;
      const isLast = frame + 1 === frames.count;
      const last = isLast ? frames.unitCount(end) : frames.firstUnits.values[frame + 1]!;
      const units = { starts, ends, first, last };
      return protectPicture(memory, { start, end }, units, this.#clear, to, decryptor, this.#columns);
    }
    memory.copy(this.#clear, to, start, end);
    if (isHidden) protectAudio(this.#codec, this.#clear, to, to + end - start, decryptor, this.#columns);
    return to + end - start;
  }

  #time(frames: Frames, frame: number, row: number, isNew: boolean): void {
    const columns = this.#columns;
    const { rows } = this.#source;
    const dts = isNew ? rows.dts.values[row]! : Number.NaN;
    let composition = 0;
    let time = Math.round(this.#next);
    if (Number.isNaN(dts)) {
      if (isNew && this.#lastTime === Number.NEGATIVE_INFINITY)
        this.#add('PTS_MISSING', rows.positions.values[row]!, 'The first PES packet of a stream has no PTS.');
    } else {
      composition = this.#timeline.composition(rows.pts.values[row]!, dts);
      time = this.#timeline.decode(dts);
      this.#next = time;
      // Frames of a PES packet last a part of a tick longer or shorter than it counts.
      if (time <= this.#lastTime - ROUNDED)
        this.#add(
          'DTS_BACKWARDS',
          rows.positions.values[row]!,
          `A decode time is ${((this.#lastTime - time) / 90).toFixed(1)} ms before the one that it follows.`,
        );
    }
    const duration = frames.durations.values[frame]!;
    if (!Number.isNaN(duration)) this.#lastDuration = duration;
    else if (!Number.isNaN(dts) && this.#lastTime > Number.NEGATIVE_INFINITY && time > this.#lastTime)
      this.#lastDuration = time - this.#lastTime;
    this.#next += this.#lastDuration || GUESS;
    this.#lastTime = time;
    columns.decodeTimes.push(time);
    columns.presentationTimes.push(time + composition);
    columns.durations.push(duration);
    columns.sync.push(frames.sync.values[frame]! | (isNew && rows.randomAccess.values[row] === 1 ? 1 : 0));
    columns.positions.push(rows.count > 0 ? rows.positions.values[row]! : 0);
  }

  /** Durations that frames do not say are the distance to the next one; of the last that of the one before. */
  #durations(): void {
    const { durations, decodeTimes, count } = this.#columns;
    for (let index = 0; index < count; index++) {
      if (!Number.isNaN(durations.values[index]!)) continue;
      const next = index + 1 < count ? decodeTimes.values[index + 1]! - decodeTimes.values[index]! : 0;
      durations.values[index] = next > 0 ? next : this.#lastDuration || GUESS;
    }
  }

  #media(
    stored: Uint8Array,
    clear: Uint8Array,
    protections: readonly SampleProtection[],
    missingKeys: readonly string[],
  ): TransportMedia {
    const columns = this.#columns;
    const { count } = columns;
    const index = this.#index;
    this.#index += 1;
    const times = columns.decodeTimes.values;
    const presentation = columns.presentationTimes.values;
    return {
      index,
      listed: this.#piece?.listed ?? 0,
      position: count > 0 ? columns.positions.values[0]! : (this.#piece?.position ?? 0),
      positions: columns.positions.values.subarray(0, count),
      count,
      stored,
      starts: columns.starts.values.subarray(0, count + 1),
      clear,
      clearStarts: columns.clearStarts.values.subarray(0, count + 1),
      decodeTimes: times.subarray(0, count),
      durations: Uint32Array.from(columns.durations.values.subarray(0, count), Math.round),
      compositionOffsets: Int32Array.from({ length: count }, (_, row) => presentation[row]! - times[row]!),
      sync: Uint8Array.from(columns.sync.values.subarray(0, count)),
      entries: Uint8Array.from(columns.entries.values.subarray(0, count)),
      protectedBy: Uint8Array.from(columns.protectedBy.values.subarray(0, count)),
      protections,
      protectedBytes: columns.protectedBytes.values.subarray(0, count),
      ivs: ivsOf(columns, count, protections),
      subsamples: columns.subsamples.values.subarray(0, columns.subsamples.length),
      subsampleStarts: columns.subsampleStarts.values.subarray(0, count + 1),
      missingKeys,
    };
  }

  #protectionIndex(key: SegmentKey, list: SampleProtection[], used: (string | undefined)[]): number {
    const known = used.indexOf(key.identity);
    if (known >= 0) return known;
    used.push(key.identity);
    list.push(protectionOf(key, this.#codec === 'avc' || this.#codec === 'hevc' ? 'video' : 'audio'));
    return list.length - 1;
  }

  #entry(formats: readonly MediaEntry[], format: number, key: SegmentKey | undefined): number {
    const name = `${format} ${key?.identity ?? ''}`;
    const known = this.#entryIndexes.get(name);
    if (known !== undefined) return known;
    const entry = formats[format]!;
    const kind = this.#codec === 'avc' || this.#codec === 'hevc' ? 'video' : 'audio';
    // More than a column can tell apart are of no real stream: the last stands for the rest.
    if (this.#track.entries.length < CLEAR)
      this.#track.entries.push(key ? { ...entry, protection: protectionOf(key, kind) } : entry);
    const index = this.#track.entries.length - 1;
    this.#entryIndexes.set(name, index);
    return index;
  }

  #decryptor(key: SegmentKey): BlockDecryptor {
    const known = this.#decryptors.get(key.identity);
    if (known) return known;
    // Keys follow one another: those that are past are not needed again.
    if (this.#decryptors.size > 8) this.#decryptors.clear();
    const made = new BlockDecryptor(key.key!.bytes, key.key!.iv);
    this.#decryptors.set(key.identity, made);
    return made;
  }

  /** What is wrong with a PES packet's beginning, and with how its stream is announced. */
  #look(
    memory: Buffer,
    frames: Frames,
    frame: number,
    row: number,
    key: SegmentKey | undefined,
    isAnnounced: boolean,
  ): void {
    const position = this.#source.rows.positions.values[row]!;
    const { kind } = this.#track;
    const isHidden = key?.scheme === 'sample-aes';
    if (isHidden && !isAnnounced && (kind === 'video' || kind === 'audio')) {
      const code = PROTECTABLE.has(this.#codec) ? 'STREAM_TYPE_CLEAR' : 'STREAM_UNPROTECTED';
      const why = PROTECTABLE.has(this.#codec)
        ? 'its stream_type is that of clear media'
        : `it does not know ${this.#codec}`;
      this.#once(code, position, `A key of SAMPLE-AES is in force, but the ${kind} is not in it: ${why}.`);
    }
    if (isAnnounced && !isHidden)
      this.#once(
        'STREAM_TYPE_PROTECTED',
        position,
        `The stream_type of the ${kind} says SAMPLE-AES, but no key of it is in force.`,
      );
    const { stream } = this.#source;
    const fault = isAnnounced && stream && setupFault(stream, this.#codec);
    if (fault) this.#once('SETUP_WRONG', position, `The ${kind} stream in SAMPLE-AES ${fault}.`);
    if (this.#codec !== 'avc') return;
    const unit = frames.unitStarts.values[frames.firstUnits.values[frame]!]!;
    if ((memory[unit]! & 0x1f) !== 9)
      this.#add(
        'DELIMITER_MISSING',
        position,
        'An access unit of H.264 does not begin with an access unit delimiter.',
      );
  }

  /** A fact that holds for a whole segment. */
  #once(code: TransportFactCode, offset: number, message: string): void {
    if (this.#told.has(code)) return;
    this.#told.add(code);
    this.#add(code, offset, message);
  }

  #add(code: TransportFactCode, offset: number, message: string): void {
    const { file = '', listed = 0 } = this.#piece ?? {};
    this.#facts.add({ code, file, offset, segment: listed, pid: this.#track.id, message });
  }

  #reserve(length: number): void {
    if (this.#clear.length < length) this.#clear = Buffer.allocUnsafeSlow(Math.ceil(length * 1.25));
  }
}

/** Move samples together where something lies between them. @returns where the first begins */
function compact(memory: Buffer, frames: Frames): number {
  const { count, payloads, ends } = frames;
  if (count === 0) return 0;
  const origin = payloads.values[0]!;
  let to = origin;
  for (let frame = 0; frame < count; frame++) {
    const start = payloads.values[frame]!;
    const end = ends.values[frame]!;
    if (start !== to) {
      memory.copyWithin(to, start, end);
      frames.moveUnits(frame, to - start);
      payloads.values[frame] = to;
      ends.values[frame] = to + end - start;
    }
    to += end - start;
  }
  return origin;
}

function ivsOf(columns: MediaColumns, count: number, protections: readonly SampleProtection[]): Uint8Array {
  const ivs = new Uint8Array(16 * count);
  for (let row = 0; row < count; row++) {
    const iv = protections[columns.protectedBy.values[row]!]?.constantIv;
    if (iv) ivs.set(iv, 16 * row);
  }
  return ivs;
}
