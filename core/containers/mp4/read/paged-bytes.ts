/** Bytes that are read at a time: a table is mostly read front to back. A multiple of 4, so that no number lies in two blocks. */
const BLOCK = 32_768;

/** Some bytes of a table. */
interface Block {
  readonly start: number;
  readonly view: DataView;
}

const NOTHING: Block = { start: 0, view: new DataView(new ArrayBuffer(0)) };

/** Fills memory with what lies from a position of the file on, at once. */
export type ReadAtOnce = (position: number, target: Uint8Array) => void;

/**
 * Numbers in network byte order that stay in the file, and of which two blocks are in memory, since what is planned and
 * what is written are looked up in turn: the tables of a day have some 60 MB.
 * The methods are those of `DataView`; a number lies at a multiple of its size.
 */
export class PagedBytes {
  readonly byteLength: number;
  readonly #read: ReadAtOnce;
  readonly #position: number;
  #block = NOTHING;
  #other = NOTHING;

  /** @param position where they begin in the file */
  constructor(read: ReadAtOnce, position: number, byteLength: number) {
    this.#read = read;
    this.#position = position;
    this.byteLength = byteLength;
  }

  getUint8(at: number): number {
    const { start, view } = this.#blockOf(at);
    return view.getUint8(at - start);
  }

  getUint16(at: number): number {
    const { start, view } = this.#blockOf(at);
    return view.getUint16(at - start);
  }

  getUint32(at: number): number {
    const { start, view } = this.#blockOf(at);
    return view.getUint32(at - start);
  }

  getInt32(at: number): number {
    const { start, view } = this.#blockOf(at);
    return view.getInt32(at - start);
  }

  /** Those from a place on, with a block of their own. */
  behind(from: number): PagedBytes {
    return new PagedBytes(this.#read, this.#position + from, this.byteLength - from);
  }

  #blockOf(at: number): Block {
    return isIn(this.#block, at) ? this.#block : this.#turnTo(at);
  }

  /** @throws RangeError where there are none, as `DataView` does */
  #turnTo(at: number): Block {
    if (!(at >= 0 && at < this.byteLength)) throw new RangeError(`byte ${at} of ${this.byteLength}`);
    const before = this.#other;
    this.#other = this.#block;
    // Where the read fails no block may be there twice: the next one is read into the memory of the other.
    this.#block = NOTHING;
    this.#block = isIn(before, at) ? before : this.#load(at - (at % BLOCK), before.view);
    return this.#block;
  }

  /** @param used memory that nobody looks at any more, even where the read fails */
  #load(start: number, used: DataView): Block {
    const length = Math.min(BLOCK, this.byteLength - start);
    const view = used.byteLength === length ? used : new DataView(new ArrayBuffer(length));
    this.#read(this.#position + start, new Uint8Array(view.buffer));
    return { start, view };
  }
}

const isIn = ({ start, view }: Block, at: number): boolean => at >= start && at < start + view.byteLength;
