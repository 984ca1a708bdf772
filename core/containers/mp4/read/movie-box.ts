import { BoxError, type BoxSpan, readBoxHeader, viewOf } from '../../../base/box-walk.ts';
import type { ByteSource } from '../../../io/byte-source.ts';
import { PagedBytes, type ReadAtOnce } from './paged-bytes.ts';

/** Tables of more bytes stay in the file: those of 65,000 samples. A film of twenty minutes has none so large. */
const LARGE_TABLE = 2 ** 18;

/** More boxes than any `moov` has: each costs a read here. */
const MOST_BOXES = 2 ** 16;

/** A header is read with what lies behind it: small boxes lie together. */
const WINDOW = 4096;

/** `size`, `type` and `largesize`. */
const HEADER = 16;

/** What has sample tables in it, from `moov` down. */
const PATH = ['trak', 'mdia', 'minf', 'stbl'];

const TABLES: ReadonlySet<string> = new Set(['stts', 'ctts', 'stsz', 'stz2', 'stsc', 'stco', 'co64', 'stss']);

/** A `moov` box without its large tables. */
export interface MovieBox {
  /** The whole box; of large tables it has the headers. */
  readonly bytes: Uint8Array;
  /** Payloads of the large tables, by the position of their box in `bytes`. */
  readonly large: ReadonlyMap<number, PagedBytes>;
}

/**
 * Read a `moov` box. Of a source that can be read at once, such as a file, large tables are left where they are.
 * @throws BoxError when one of its boxes does not fit into that around it
 */
export async function readMovieBox(source: ByteSource, moov: BoxSpan): Promise<MovieBox> {
  const readAtOnce = source.readAtOnce?.bind(source);
  if (!readAtOnce || moov.end - moov.start <= LARGE_TABLE) {
    const bytes = Buffer.allocUnsafeSlow(moov.end - moov.start);
    await source.read(moov.start, [bytes]);
    return { bytes, large: new Map() };
  }
  const reader = new MovieBoxReader(source, readAtOnce);
  await reader.container(moov, PATH);
  return reader.finish();
}

class MovieBoxReader {
  readonly #source: ByteSource;
  readonly #readAtOnce: ReadAtOnce;
  readonly #parts: Uint8Array[] = [];
  readonly #large = new Map<number, PagedBytes>();
  readonly #window = Buffer.alloc(WINDOW);
  #windowStart = 0;
  #windowEnd = 0;
  #length = 0;
  #boxes = 0;

  constructor(source: ByteSource, readAtOnce: ReadAtOnce) {
    this.#source = source;
    this.#readAtOnce = readAtOnce;
  }

  finish(): MovieBox {
    return { bytes: Buffer.concat(this.#parts, this.#length), large: this.#large };
  }

  /** @param path the boxes in it to look into, and in these */
  async container(box: BoxSpan, [next, ...path]: readonly string[]): Promise<void> {
    const start = this.#length;
    const header = this.#header(box.type);
    let at = box.payload;
    for (let child = await this.#childAt(at, box); child; child = await this.#childAt(at, box)) {
      if (child.type === next) await this.container(child, path);
      else if (next === undefined && TABLES.has(child.type) && child.end - child.payload > LARGE_TABLE)
        this.#leave(child);
      else await this.#copy(child.start, child.end);
      at = child.end;
    }
    await this.#copy(at, box.end);
    header.writeUInt32BE(this.#length - start);
  }

  /** The box at a position; `undefined` where the list ends, as `eachBox` has it. */
  async #childAt(at: number, { end }: BoxSpan): Promise<BoxSpan | undefined> {
    if (end - at < 8) return undefined;
    const wanted = Math.min(HEADER, end - at);
    if (at < this.#windowStart || at + wanted > this.#windowEnd) {
      const length = Math.min(WINDOW, end - at);
      await this.#source.read(at, [this.#window.subarray(0, length)]);
      [this.#windowStart, this.#windowEnd] = [at, at + length];
    }
    const bytes = this.#window.subarray(at - this.#windowStart, at - this.#windowStart + wanted);
    if (bytes.readUInt32BE(0) === 0) return undefined;
    if (++this.#boxes > MOST_BOXES)
      throw new BoxError(`its "moov" box has more than ${MOST_BOXES} boxes in it`);
    return readBoxHeader(bytes, 0, end - at, at);
  }

  /** Only its header is kept. */
  #leave({ type, payload, end }: BoxSpan): void {
    this.#large.set(this.#length, new PagedBytes(this.#readAtOnce, payload, end - payload));
    this.#header(type).writeUInt32BE(8);
  }

  /** A header without a size. */
  #header(type: string): Buffer {
    const header = Buffer.alloc(8);
    header.write(type, 4, 'latin1');
    this.#push(header);
    return header;
  }

  async #copy(from: number, to: number): Promise<void> {
    const bytes = Buffer.allocUnsafeSlow(to - from);
    await this.#source.read(from, [bytes]);
    this.#push(bytes);
  }

  #push(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }
}

/** Payload of a table's box, wherever it is. */
export const tableBytes = ({ bytes, large }: MovieBox, table: BoxSpan): DataView | PagedBytes =>
  large.get(table.start) ?? viewOf(bytes.subarray(table.payload, table.end));
