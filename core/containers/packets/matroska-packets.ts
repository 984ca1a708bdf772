import { type Soon, soon } from '../../base/soon.ts';
import { findFrames, MOST_FRAMES } from '../matroska/block.ts';
import { decoded } from '../matroska/content-encoding.ts';
import { EbmlError } from '../matroska/ebml.ts';
import type { MatroskaTrack } from '../matroska/track-entries.ts';
import { LARGEST_BLOCK, MatroskaBlocks, type MatroskaFile } from './matroska-blocks.ts';
import type { Packet, PacketReader } from './packet.ts';

/** Coded media hardly shrinks: what would become many times the file is made to fill the memory, or the day. */
const MOST_INFLATION = 16;
/** The place of a packet is that of its block, times the most frames that a block can hold. */
const PLACE = MOST_FRAMES;
const NANOSECONDS = 1e9;

/** Reads the packets of one track of Matroska, in the order of the file: the frames of its blocks. */
export class MatroskaPackets implements PacketReader {
  readonly #file: MatroskaFile;
  readonly #track: MatroskaTrack;
  readonly #blocks: MatroskaBlocks;
  /** Frames of the block at hand: how many, where each begins, and the next one. */
  #count = 0;
  readonly #bounds = new Uint32Array(MOST_FRAMES + 1);
  #frame = 0;
  /** What each lasts, in ticks. */
  #step = 0;
  /** What the frames that were read in a row have come to. */
  #decodedBytes = 0;

  constructor(file: MatroskaFile, track: MatroskaTrack) {
    this.#file = file;
    this.#track = track;
    this.#blocks = new MatroskaBlocks(file, [track.id]);
  }

  async first(): Promise<Packet | undefined> {
    this.#goTo(0);
    return this.next();
  }

  /** @throws EbmlError where the file breaks the syntax of Matroska */
  next(): Soon<Packet | undefined> {
    if (this.#frame < this.#count) return this.#give();
    return soon(this.#blocks.next(), (isFound) => (this.#open(isFound) ? this.#give() : undefined));
  }

  async seek({ seconds, position }: Pick<Packet, 'seconds' | 'position'>): Promise<Packet | undefined> {
    this.#goTo(Math.floor(position / PLACE));
    if (!this.#open(await this.#blocks.next())) return undefined;
    if (this.#blocks.start * PLACE + this.#count <= position) {
      this.#frame = this.#count;
      return undefined;
    }
    this.#frame = position % PLACE;
    // Its cluster was stepped over: the time of that follows from the packet's.
    this.#blocks.setTicks(Math.round(seconds * this.#file.clock - this.#frame * this.#step));
    return this.#give();
  }

  #goTo(position: number): void {
    this.#blocks.goTo(position);
    this.#count = 0;
    this.#frame = 0;
    this.#decodedBytes = 0;
  }

  /** Find the frames of the block at hand, if there is one. */
  #open(isFound: boolean): boolean {
    const { data, lacing, duration } = this.#blocks;
    this.#frame = 0;
    this.#count = 0;
    if (!isFound) return false;
    this.#count = findFrames(data, lacing, this.#bounds);
    this.#step =
      duration === undefined
        ? (this.#track.defaultDuration / NANOSECONDS) * this.#file.clock
        : duration / this.#count;
    return true;
  }

  /** The next frame of the block. */
  #give(): Packet {
    const frame = this.#frame++;
    const { data, ticks, start, isKey } = this.#blocks;
    const [from, to] = [this.#bounds[frame]!, this.#bounds[frame + 1]!];
    const coded = from === 0 ? data : data.subarray(from, to); // laced, a number is in front of all
    return {
      seconds: (ticks + frame * this.#step) / this.#file.clock,
      position: start * PLACE + frame,
      isKey,
      data: this.#track.encodings.length > 0 ? this.#decoded(coded) : coded,
    };
  }

  /** A frame as it was before it was encoded: all of them together are no more than real ones could be. */
  #decoded(frame: Uint8Array): Uint8Array {
    const budget = this.#file.source.size * MOST_INFLATION + LARGEST_BLOCK;
    try {
      const most = Math.min(LARGEST_BLOCK, budget - this.#decodedBytes);
      const whole = decoded(frame, this.#track.encodings, most);
      this.#decodedBytes += whole.length;
      return whole;
    } catch (cause) {
      if (!(cause instanceof EbmlError)) throw cause;
      const at = this.#blocks.start;
      throw new EbmlError(`the block at byte ${at} cannot be unpacked: its ${cause.message}`);
    }
  }
}
