import { normalize } from 'node:path/posix';
import type { OutputFile, OutputTree } from '../../io/output-tree.ts';

/** A file that would have been written. */
export interface CountedFile {
  readonly path: string;
  readonly bytes: number;
}

/** An output tree that keeps names and sizes, and nothing of what it is given. */
export class CountingTree implements OutputTree {
  readonly #files: CountingFile[] = [];

  get files(): CountedFile[] {
    return this.#files.map(({ path, position }) => ({ path, bytes: position }));
  }

  async create(path: string): Promise<OutputFile> {
    if (/^\.\.?(\/|$)/.test(normalize(path))) throw new RangeError(`output path ${path} leaves its folder`);
    requireOnce([...this.#files, { path }]);
    const file = new CountingFile(path);
    this.#files.push(file);
    return file;
  }

  async write(path: string, content: Uint8Array | string): Promise<void> {
    const file = await this.create(path);
    file.reserve(typeof content === 'string' ? Buffer.byteLength(content) : content.length);
  }
}

/** @throws RangeError when two files of a mode have one path: a store takes each once */
export function requireOnce(files: readonly Pick<CountedFile, 'path'>[]): void {
  const seen = new Set<string>();
  for (const { path } of files) {
    if (seen.has(path)) throw new RangeError(`${path} is written twice`);
    seen.add(path);
  }
}

class CountingFile implements OutputFile {
  readonly path: string;
  position = 0;

  constructor(path: string) {
    this.path = path;
  }

  reserve(bytes: number): void {
    this.position += bytes;
  }

  async append(parts: readonly Uint8Array[]): Promise<void> {
    for (const part of parts) this.position += part.length;
  }

  async writeAt(): Promise<void> {}

  async close(): Promise<void> {}
}
