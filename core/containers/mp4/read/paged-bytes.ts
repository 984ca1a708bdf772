import { fail } from '../../../base/errors.ts';
import { loadNow } from '../../../base/load-now.ts';

/** Bytes that are read at a time: a table is mostly read front to back. A multiple of 4, so that no number lies in two blocks. */
const BLOCK = 32_768;

/** Some bytes of a table. */
interface Block {
  readonly start: number;
  readonly view: DataView;
}

const NOTHING: Block = { start: 0, view: new DataView(new ArrayBuffer(0)) };

/** The file that a table lies in. */
export interface TableFile {
  readonly name: string;
  /** `ByteSource.readAtOnce` */
  readAtOnce(position: number, target: Uint8Array): void;
}

/**
 * Numbers in network byte order that stay in the file, and of which two blocks are in memory, since what is planned and
 * what is written are looked up in turn: the tables of a day have some 60 MB.
 * The methods are those of `DataView`; a number lies at a multiple of its size. What was read once is the same whenever it is read
 * again, or nobody gets it: tables are checked once, and a file can be written over meanwhile.
 */
export class PagedBytes {
  readonly byteLength: number;
  readonly #file: TableFile;
  readonly #position: number;
  #block = NOTHING;
  #other = NOTHING;
  /** Of each block that was read, its check sum and 1; 0: it was not read. */
  readonly #sums: Float64Array;

  /** @param position where they begin in the file */
  constructor(file: TableFile, position: number, byteLength: number) {
    this.#file = file;
    this.#sums = new Float64Array(Math.ceil(byteLength / BLOCK));
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
  from(at: number): PagedBytes {
    return new PagedBytes(this.#file, this.#position + at, this.byteLength - at);
  }

  #blockOf(at: number): Block {
    return isIn(this.#block, at) ? this.#block : this.#turnTo(at);
  }

  /** @throws RangeError where there are none, as `DataView` does; PackagerError INPUT_CHANGED */
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
    const bytes = new Uint8Array(view.buffer);
    this.#file.readAtOnce(this.#position + start, bytes);
    const sum = loadNow<typeof import('node:zlib')>('node:zlib').crc32(bytes) + 1;
    const before = this.#sums[start / BLOCK]!;
    if (before !== 0 && before !== sum)
      throw fail.inputChanged(this.#file.name, 'what it says of its samples is not what it was.');
    this.#sums[start / BLOCK] = sum;
    return { start, view };
  }
}

const isIn = ({ start, view }: Block, at: number): boolean => at >= start && at < start + view.byteLength;
