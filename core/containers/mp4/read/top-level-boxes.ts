import { BoxError, type BoxSpan, readBoxHeader } from '../../../base/box-walk.ts';
import { LentBytes } from '../../../base/reused-memory.ts';
import type { ByteSource } from '../../../io/byte-source.ts';

/**
 * A day of one-frame fragments of video and audio has 12 million boxes. The limit keeps a file of nothing but empty
 * boxes from costing minutes.
 */
const MOST_BOXES = 2 ** 24;

/** `size`, `type` and `largesize`. */
const HEADER = 16;

/** A read of its own costs as much as copying this many bytes (see `LARGEST_GAP`). */
const WINDOW = 65_536;

/** So many boxes in less than a window, and the next ones are read along in one piece. */
const NEAR_BOXES = 8;

/**
 * Walks over the boxes of a file without reading what is in them, except where they lie so close together that going
 * around them would cost more than reading them along.
 */
export class TopLevelBoxes {
  readonly #source: ByteSource;
  /** Positions of the last boxes, in a ring. */
  readonly #recent = new Float64Array(NEAR_BOXES).fill(Number.NEGATIVE_INFINITY);
  #buffer = new Uint8Array(0);
  readonly #boxes = new LentBytes();
  /** The last boxes lie so close together that the next ones are read along. */
  #isDense = false;
  /** What the buffer holds of the file. */
  #start = 0;
  #end = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /**
   * The boxes in the order of the file. What follows the last box and is too short for a header is ignored.
   * @throws BoxError when a box does not fit into the file, or when there are more than any file has
   */
  async *spans(): AsyncGenerator<BoxSpan, void> {
    const { size } = this.#source;
    let position = 0;
    for (let index = 0; size - position >= 8; index++) {
      if (index === MOST_BOXES) throw new BoxError(`it has more than ${MOST_BOXES} boxes`);
      const room = size - position;
      this.#isDense = position - this.#recent[index % NEAR_BOXES]! < WINDOW;
      this.#recent[index % NEAR_BOXES] = position;
      const wanted = Math.min(HEADER, room);
      const ahead = Math.min(this.#isDense ? WINDOW : HEADER, room);
      const header = this.#held(position, wanted) ?? (await this.#load(position, ahead));
      const box = readBoxHeader(this.#boxes.lend(header), 0, room, position);
      yield box;
      position = box.end;
    }
  }

  /**
   * All of a box; the answer is only valid until the next box is walked to or read.
   * @param most the largest size, in bytes, that makes sense
   * @throws BoxError when it is larger
   */
  async whole(box: BoxSpan, most: number): Promise<Uint8Array> {
    const size = box.end - box.start;
    refuseLarge(box, most);
    // The header of the box behind it comes along: usually `mdat`, and one read less for each fragment.
    const wanted = Math.max(size + HEADER, this.#isDense ? WINDOW : 0);
    const ahead = Math.min(wanted, this.#source.size - box.start);
    const bytes = this.#held(box.start, size) ?? (await this.#load(box.start, ahead));
    return this.#boxes.lend(bytes.subarray(0, size));
  }

  #held(position: number, length: number): Uint8Array | undefined {
    if (position < this.#start || position + length > this.#end) return undefined;
    return this.#buffer.subarray(position - this.#start, this.#end - this.#start);
  }

  async #load(position: number, length: number): Promise<Uint8Array> {
    if (this.#buffer.length < length) this.#buffer = new Uint8Array(length);
    const bytes = this.#buffer.subarray(0, length);
    await this.#source.read(position, [bytes]);
    this.#start = position;
    this.#end = position + length;
    return bytes;
  }
}

/** @throws BoxError when a box that has to be held in memory is larger than `most` bytes */
export function refuseLarge(box: BoxSpan, most: number): void {
  const size = box.end - box.start;
  if (size > most)
    throw new BoxError(`its "${box.type}" box claims ${size} bytes, and more than ${most} make no sense`);
}
