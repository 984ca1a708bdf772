import { type FileChecksum, PartsChecksum } from './checksum.ts';
import { type OutputFile, staysBelow, writeWhole } from './output-tree.ts';
import type { StagedTree, TreeFile } from './store.ts';

/** A file whose bytes go away in parts. */
export interface PartUpload {
  /**
   * Take a part in; it is final, and the upload's to keep. Parts come one at a time, but not in their order: those
   * with bytes that are filled in at the end come last. A file without bytes is one empty part.
   * @param number from 1
   */
  send(number: number, bytes: Uint8Array): Promise<void>;
  /** All parts were taken. @returns the receipt of the file, with which `commit` publishes it: plain data */
  end(): Promise<unknown>;
}

/** How files go away in parts. */
export interface PartTreeOptions {
  /** Before every path, as `Store.tree` was given it. */
  readonly folder: string | undefined;
  /**
   * Bytes of each part but the last: a whole number, 1 or more. So much memory is needed for each file that is open, and for what its writer has reserved; less
   * for files that are shorter.
   */
  readonly partBytes: number;
  /** Begin a file: no bytes are taken where nothing is answered. @param path relative to the location, with `/` */
  begin(path: string): Promise<PartUpload>;
}

/**
 * An output tree of a store that takes files in parts and never gets one back: what its writer fills in at the end is held back.
 * @throws RangeError when parts would have no whole number of bytes
 */
export function partTree({ folder = '', partBytes, begin }: PartTreeOptions): StagedTree {
  if (!Number.isSafeInteger(partBytes) || partBytes < 1)
    throw new RangeError(`partBytes is ${partBytes}: parts have a whole number of bytes, 1 or more.`);
  const files: PartFile[] = [];
  const create = async (path: string): Promise<PartFile> => {
    if (!staysBelow(path)) throw new RangeError(`output path ${path} leaves its folder`);
    if (files.some((file) => file.path === path)) throw new RangeError(`${path} is written already`);
    const file = new PartFile(path, partBytes);
    files.push(file);
    const place = folder === '' ? path : `${folder}/${path}`;
    const upload: PartUpload | undefined = await begin(place);
    if (!upload) throw new TypeError(`begin answered nothing that takes the parts of ${place}.`);
    file.upload = upload;
    return file;
  };
  return {
    files,
    create,
    write: async (path, content) => writeWhole(await create(path), content),
    // What was sent is not this tree's to remove: the run is discarded as a whole.
    abandon: async () => {},
  };
}

/** What a part has room for at first. */
const SHORT_BYTES = 64 * 1024;

/** A part that is being filled. */
interface Part {
  /** As far as it was needed; at most as long as parts are. */
  bytes: Uint8Array;
  /** Of these, so many were reserved and not filled yet. */
  missing: number;
}

class PartFile implements OutputFile, TreeFile {
  readonly path: string;
  /** Set before anybody writes into it. */
  upload!: PartUpload;
  receipt: unknown;
  checksum: FileChecksum | undefined;
  readonly #digests: PartsChecksum;
  readonly #partBytes: number;
  /** By number, from 0: those that were not sent. */
  readonly #parts = new Map<number, Part>();
  /** What was reserved and not filled, [start, end). */
  #reserved: (readonly [start: number, end: number])[] = [];
  #position = 0;

  constructor(path: string, partBytes: number) {
    this.path = path;
    this.#partBytes = partBytes;
    this.#digests = new PartsChecksum(partBytes);
  }

  get position(): number {
    return this.#position;
  }

  reserve(bytes: number): void {
    const start = this.#position;
    if (bytes > 0) this.#reserved.push([start, start + bytes]);
    for (const { part, from, to } of this.#pieces(start, bytes)) part.missing += to - from;
    this.#position += bytes;
  }

  async append(parts: readonly Uint8Array[]): Promise<void> {
    for (const bytes of parts) {
      let at = 0;
      for (const { number, part, from, to } of this.#pieces(this.#position, bytes.length)) {
        part.bytes.set(bytes.subarray(at, at + to - from), from);
        at += to - from;
        this.#position += to - from;
        if (to === this.#partBytes) await this.#sendIfWhole(number);
      }
    }
  }

  async writeAt(position: number, bytes: Uint8Array): Promise<void> {
    this.#fill(position, position + bytes.length);
    let at = 0;
    for (const { number, part, from, to } of this.#pieces(position, bytes.length)) {
      part.bytes.set(bytes.subarray(at, at + to - from), from);
      at += to - from;
      part.missing -= to - from;
      await this.#sendIfWhole(number);
    }
  }

  async close(): Promise<void> {
    if (this.#reserved.length > 0) throw new RangeError(`${this.path}: what was reserved was not filled`);
    if (this.#position === 0) await this.#sendBytes(0, new Uint8Array(0));
    for (const number of [...this.#parts.keys()]) await this.#send(number);
    this.receipt = await this.upload.end();
    this.checksum = this.#digests.end();
  }

  /** Where bytes lie in parts, which are begun where they are new. */
  *#pieces(position: number, length: number) {
    const end = position + length;
    for (let at = position; at < end; ) {
      const number = Math.floor(at / this.#partBytes);
      const from = at % this.#partBytes;
      const to = Math.min(this.#partBytes, from + end - at);
      const part = this.#parts.get(number) ?? { bytes: new Uint8Array(0), missing: 0 };
      this.#parts.set(number, part);
      // Of a file that has filled a part, the next is full as well, most likely.
      const room = number > 0 ? this.#partBytes : Math.max(to, 2 * part.bytes.length, SHORT_BYTES);
      if (to > part.bytes.length) part.bytes = grown(part.bytes, Math.min(room, this.#partBytes));
      at += to - from;
      yield { number, part, from, to };
    }
  }

  /** Take [start, end) out of what is reserved. */
  #fill(start: number, end: number): void {
    const room = this.#reserved.find(([from, to]) => from <= start && end <= to);
    if (!room)
      throw new RangeError(`${this.path}: bytes ${start} to ${end} were not reserved, or are filled`);
    const others = this.#reserved.filter((other) => other !== room);
    const rest = [[room[0], start] as const, [end, room[1]] as const];
    this.#reserved = [...others, ...rest.filter(([from, to]) => from < to)];
  }

  async #sendIfWhole(number: number): Promise<void> {
    const isFull = this.#position >= (number + 1) * this.#partBytes;
    if (isFull && this.#parts.get(number)?.missing === 0) await this.#send(number);
  }

  async #send(number: number): Promise<void> {
    const { bytes } = this.#parts.get(number)!;
    this.#parts.delete(number);
    const length = Math.min(this.#partBytes, this.#position - number * this.#partBytes);
    await this.#sendBytes(number, bytes.subarray(0, length));
  }

  async #sendBytes(number: number, bytes: Uint8Array): Promise<void> {
    this.#digests.add(number, bytes);
    await this.upload.send(number + 1, bytes);
  }
}

function grown(bytes: Uint8Array, length: number): Uint8Array {
  const longer = new Uint8Array(length);
  longer.set(bytes);
  return longer;
}
