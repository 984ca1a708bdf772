import { concat } from '../../base/bytes.ts';
import { type FindFrame, FRAME_HEAD, type FrameSize } from '../../codecs/audio-framing.ts';
import type { Packet, PacketClock, PacketReader } from './packet.ts';
import { type PesPiece, PesStream } from './pes-stream.ts';

const STEADY: PacketClock = {};

/**
 * Reads the frames of an audio stream one by one. A time stamp belongs to the first frame that begins in its PES packet, the
 * others follow it; what is no frame is stepped over.
 */
export class PesSound implements PacketReader {
  readonly #stream: PesStream;
  readonly #find: FindFrame;
  /** Bytes that a frame has at least, and that tell it from anything else. */
  readonly #head: number;
  /** What is left of the stream's last pieces, and the place to go on. */
  #data: Uint8Array = new Uint8Array(0);
  #at = 0;
  /** The piece that begins `#pieceAt` bytes into the data; what is in front of it is the start of a frame, of this place. */
  #piece: PesPiece | undefined;
  #pieceAt = 0;
  #restPosition = 0;
  /** When the next frame is presented; `undefined` before the first time stamp. */
  #seconds: number | undefined;
  #isTimed = false;
  /** What the clock did before the next frame. */
  #clock: PacketClock = STEADY;
  /** The last frame ended here: the next one is believed to begin here. */
  #isInStep = false;

  constructor(stream: PesStream, find: FindFrame, head = FRAME_HEAD) {
    this.#stream = stream;
    this.#find = find;
    this.#head = head;
  }

  first(): Promise<Packet | undefined> {
    return this.#restart();
  }

  seek(packet: Pick<Packet, 'seconds' | 'position'>): Promise<Packet | undefined> {
    return this.#restart(packet);
  }

  async next(): Promise<Packet | undefined> {
    for (;;) {
      const found = this.#cut();
      if (found) return found;
      const piece = await this.#stream.next();
      if (!piece) return undefined; // what is left is half a frame
      this.#append(piece);
    }
  }

  #restart(start?: Pick<Packet, 'seconds' | 'position'>): Promise<Packet | undefined> {
    this.#stream.seek(start);
    this.#data = new Uint8Array(0);
    this.#at = 0;
    this.#piece = undefined;
    this.#seconds = undefined;
    this.#isInStep = start !== undefined;
    return this.next();
  }

  #append(piece: PesPiece): void {
    this.#setTime(); // what is left begins in the piece before
    this.#restPosition = this.#position();
    const rest = this.#data.subarray(this.#at);
    this.#data = rest.length === 0 ? piece.data : concat([rest, piece.data]);
    this.#at = 0;
    this.#piece = piece;
    this.#pieceAt = rest.length;
    this.#isTimed = false;
  }

  /** The next frame that has a time, if all of it is there. */
  #cut(): Packet | undefined {
    const data = this.#data;
    while (this.#at + this.#head <= data.length) {
      const frame = this.#find(data, this.#at);
      const end = this.#at + (frame?.bytes ?? 0);
      if (frame && end > data.length) return undefined;
      if (frame && (this.#isInStep || this.#isFollowed(end))) {
        const packet = this.#take(frame);
        if (packet) return packet;
      } else {
        this.#isInStep = false;
        this.#at++;
      }
    }
    return undefined;
  }

  /** Bytes that look like a header are one where the next header is at the end of their frame. */
  #isFollowed(end: number): boolean {
    return end + this.#head > this.#data.length || this.#find(this.#data, end) !== undefined;
  }

  #take({ bytes, seconds: length }: FrameSize): Packet | undefined {
    const position = this.#position();
    this.#setTime();
    const data = this.#data.subarray(this.#at, this.#at + bytes);
    const seconds = this.#seconds;
    const clock = this.#clock;
    this.#clock = STEADY;
    this.#at += bytes;
    this.#isInStep = true;
    if (seconds === undefined) return undefined;
    this.#seconds = seconds + length;
    return { ...clock, seconds, data, isKey: true, position };
  }

  /** Take the piece's time for the first frame that begins in it. */
  #setTime(): void {
    if (this.#isTimed || this.#at < this.#pieceAt) return;
    this.#seconds = this.#piece?.seconds ?? this.#seconds;
    const { clockSeconds = 0, isNewTimeBase = false } = this.#piece ?? STEADY;
    this.#clock = { clockSeconds, isNewTimeBase };
    this.#isTimed = true;
  }

  /** The place of the next frame. */
  #position(): number {
    if (!this.#piece) return 0;
    return this.#at < this.#pieceAt
      ? this.#restPosition + this.#at
      : PesStream.placeOf(this.#piece, this.#at - this.#pieceAt);
  }
}
