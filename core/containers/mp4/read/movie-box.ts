import { BoxError, type BoxSpan, MOST_CHILDREN, readBoxHeader } from '../../../base/box-walk.ts';
import { viewOf } from '../../../base/bytes.ts';
import type { ByteSource } from '../../../io/byte-source.ts';
import { ByteWindow } from '../../../io/byte-window.ts';
import { PagedBytes, type TableFile } from './paged-bytes.ts';

/** Tables of more bytes stay in the file: those of some 30,000 to 60,000 samples. */
const LARGE_TABLE = 2 ** 18;

/** `size`, `type` and `largesize`. */
const HEADER = 16;

/** What has sample tables in it, from `moov` down. */
const PATH = ['trak', 'mdia', 'minf', 'stbl'];

const TABLES: ReadonlySet<string> = new Set(['stts', 'ctts', 'stsz', 'stz2', 'stsc', 'stco', 'co64', 'stss']);

/** What is held of a `moov` box. */
export interface MovieBox {
  /**
   * The box as it is in the file, or, where it has large tables, a box with the same content that has only their headers: then
   * positions in it are not those of the file.
   */
  readonly bytes: Uint8Array;
  /** Payloads of the large tables, by the position of their box in `bytes`. */
  readonly large: ReadonlyMap<number, PagedBytes>;
}

/** Read a `moov` box. Of a source that can be read at once, such as a file, large tables are left where they are. */
export async function readMovieBox(source: ByteSource, moov: BoxSpan): Promise<MovieBox> {
  const readAtOnce = source.readAtOnce?.bind(source);
  if (!readAtOnce || moov.end - moov.start <= LARGE_TABLE) {
    const bytes = Buffer.allocUnsafeSlow(moov.end - moov.start);
    await source.read(moov.start, [bytes]);
    return { bytes, large: new Map() };
  }
  const reader = new MovieBoxReader(source, { name: source.name, readAtOnce });
  await reader.container(moov, PATH);
  return reader.finish();
}

/** A part of what is held: a header that is made, or bytes of the file. */
type Part = { readonly made: Buffer } | { readonly from: number; to: number };

class MovieBoxReader {
  readonly #source: ByteSource;
  readonly #file: TableFile;
  readonly #parts: Part[] = [];
  readonly #large = new Map<number, PagedBytes>();
  readonly #window: ByteWindow;
  /** Of all parts. */
  #length = 0;

  constructor(source: ByteSource, file: TableFile) {
    this.#source = source;
    this.#file = file;
    this.#window = new ByteWindow(source);
  }

  /** Read what is to be held, once it is known what that is: nothing is held twice. */
  async finish(): Promise<MovieBox> {
    const bytes = Buffer.allocUnsafeSlow(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      if ('made' in part) at += part.made.copy(bytes, at);
      else {
        const target = bytes.subarray(at, at + part.to - part.from);
        await this.#source.read(part.from, [target]);
        at += target.length;
      }
    }
    return { bytes, large: this.#large };
  }

  /** @param path the boxes in it to look into, and in these */
  async container(box: BoxSpan, [next, ...path]: readonly string[]): Promise<void> {
    const start = this.#length;
    const header = this.#header(box.type);
    let at = box.payload;
    let child = await this.#childAt(at, box);
    for (let count = 0; child; count++) {
      if (count === MOST_CHILDREN) break;
      if (child.type === next) await this.container(child, path);
      else if (next === undefined && TABLES.has(child.type) && child.end - child.payload > LARGE_TABLE)
        this.#leave(child);
      else this.#take(child.start, child.end);
      at = child.end;
      child = await this.#childAt(at, box);
    }
    this.#take(at, box.end);
    header.writeUInt32BE(this.#length - start);
  }

  /**
   * The box at a position; `undefined` where the list ends, as `eachBox` has it, or is broken: whoever reads what is held says so, if
   * anybody looks there.
   */
  async #childAt(at: number, { end }: BoxSpan): Promise<BoxSpan | undefined> {
    if (end - at < 8) return undefined;
    const bytes = await this.#window.at(at, Math.min(HEADER, end - at));
    if (bytes.readUInt32BE(0) === 0) return undefined;
    try {
      return readBoxHeader(bytes, 0, end - at, at);
    } catch (cause) {
      if (cause instanceof BoxError) return undefined;
      throw cause;
    }
  }

  /** Only its header is held. */
  #leave({ type, payload, end }: BoxSpan): void {
    this.#large.set(this.#length, new PagedBytes(this.#file, payload, end - payload));
    this.#header(type).writeUInt32BE(8);
  }

  /** A header without a size. */
  #header(type: string): Buffer {
    const header = Buffer.alloc(8);
    header.write(type, 4, 'latin1');
    this.#parts.push({ made: header });
    this.#length += header.length;
    return header;
  }

  /** What lies behind what was taken last is read with it. */
  #take(from: number, to: number): void {
    const last = this.#parts.at(-1);
    if (last && 'to' in last && last.to === from) last.to = to;
    else this.#parts.push({ from, to });
    this.#length += to - from;
  }
}

/** Payload of a table's box, wherever it is. */
export const tableBytes = ({ bytes, large }: MovieBox, table: BoxSpan): DataView | PagedBytes =>
  large.get(table.start) ?? viewOf(bytes.subarray(table.payload, table.end));
