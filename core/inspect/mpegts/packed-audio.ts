import type { TransportFacts } from './facts.ts';
import { ADTS } from './frames/aac.ts';
import { AC3, Eac3Syntax } from './frames/ac3.ts';
import { MPEG_AUDIO } from './frames/mp3.ts';
import { readTags } from './id3.ts';
import { PesRows } from './pes-rows.ts';
import type { Piece } from './segment-bytes.ts';
import type { StreamBytes } from './stream-bytes.ts';
import { PROTECTABLE, readSetup, type StreamCodec } from './stream-types.ts';

/** What packed audio may be (RFC 8216, 3.4), told by its first frame. */
export function packedCodec(bytes: Buffer, from: number, end: number): StreamCodec | undefined {
  const at = from + readTags(bytes, from, end).size;
  if (at + 8 > end) return undefined;
  if (ADTS.read(bytes, at)) return 'aac';
  if (AC3.read(bytes, at)) return 'ac-3';
  if (new Eac3Syntax().read(bytes, at)) return 'ec-3';
  return MPEG_AUDIO.read(bytes, at) ? 'mp3' : undefined;
}

/** Packed audio: each segment is a tag with its time, and frames. */
export class PackedAudio implements StreamBytes {
  readonly rows = new PesRows();
  end = 0;
  readonly isWhole = true;
  readonly stream = undefined;
  readonly #codec: StreamCodec;
  readonly #facts: TransportFacts;

  constructor(codec: StreamCodec, facts: TransportFacts) {
    this.#codec = codec;
    this.#facts = facts;
  }

  get headroom(): number {
    return this.end;
  }

  prepare(): void {}

  push(memory: Buffer, piece: Piece): void {
    const from = this.headroom;
    const to = from + piece.length;
    if (!piece.isFirst) {
      this.end = to;
      return;
    }
    const { size, timestamp, setup } = readTags(memory, from, to);
    memory.copyWithin(from, from + size, to);
    const isProtected = piece.key?.scheme === 'sample-aes' && PROTECTABLE.has(this.#codec);
    this.rows.push({
      start: from,
      pts: timestamp,
      dts: timestamp,
      position: piece.position + size,
      randomAccess: true,
      listed: piece.listed,
      isProtected,
    });
    this.end = to - size;
    if (timestamp === undefined)
      this.#add(piece, 'TIMESTAMP_MISSING', 'Packed audio begins without the ID3 tag that tells its time.');
    if (isProtected && !(setup && readSetup(setup)))
      this.#add(piece, 'SETUP_WRONG', 'Packed audio in SAMPLE-AES has no audio description in its ID3 tag.');
  }

  release(memory: Buffer, from: number): void {
    memory.copyWithin(0, from, this.end);
    this.end -= from;
    this.rows.release(from);
  }

  #add({ file, position, listed }: Piece, code: 'TIMESTAMP_MISSING' | 'SETUP_WRONG', message: string): void {
    this.#facts.add({ code, file, offset: position, segment: listed, pid: undefined, message });
  }
}
