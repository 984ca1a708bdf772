import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Where something lies in a file. */
export interface Part {
  readonly offset: number;
  readonly length: number;
}

/** A box of ISO/IEC 14496-12, 4.2, of which nothing was read but its header. */
export interface BoxPart extends Part {
  readonly type: string;
  /** Of its header. */
  readonly header: number;
}

/** Small parts of large files; each file is opened once. */
export class FileParts {
  readonly #files = new Map<string, { readonly handle: number; readonly size: number }>();

  /** @throws Error when there is no such file */
  size(path: string): number {
    return this.#file(path).size;
  }

  /** @throws Error when the file ends before that */
  read(path: string, { offset, length }: Part): Buffer {
    const bytes = Buffer.alloc(length);
    const count = readSync(this.#file(path).handle, bytes, 0, length, offset);
    if (count !== length) throw new Error(`it ends at ${offset + count}, before ${offset + length}`);
    return bytes;
  }

  /** The boxes of a part. @throws Error when they do not fill it exactly */
  boxes(path: string, { offset, length }: Part): BoxPart[] {
    const boxes: BoxPart[] = [];
    const end = offset + length;
    for (let at = offset; at < end; at += boxes.at(-1)!.length) boxes.push(this.box(path, at, end));
    return boxes;
  }

  /** The box that begins at a place. @throws Error when it ends behind `end` */
  box(path: string, offset: number, end: number): BoxPart {
    if (end - offset < 8) throw new Error(`${end - offset} bytes at ${offset} are no box`);
    const head = this.read(path, { offset, length: Math.min(16, end - offset) });
    const isLong = head.readUInt32BE(0) === 1;
    const length = isLong ? Number(head.readBigUInt64BE(8)) : head.readUInt32BE(0);
    const type = head.toString('latin1', 4, 8);
    if (length < 8 || offset + length > end) throw new Error(`"${type}" at ${offset} has ${length} bytes`);
    return { type, offset, length, header: isLong ? 16 : 8 };
  }

  close(): void {
    for (const { handle } of this.#files.values()) closeSync(handle);
    this.#files.clear();
  }

  #file(path: string): { readonly handle: number; readonly size: number } {
    const known = this.#files.get(path);
    if (known) return known;
    const handle = openSync(path, 'r');
    const file = { handle, size: fstatSync(handle).size };
    this.#files.set(path, file);
    return file;
  }
}

/** What is wrong, of something that throws where anything is. */
export function faultsOf(what: string, check: () => readonly string[]): string[] {
  try {
    return check().map((fault) => `${what}: ${fault}`);
  } catch (error) {
    return [`${what}: ${(error as Error).message}`];
  }
}
