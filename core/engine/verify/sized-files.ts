import { fail, PackagerError } from '../../base/errors.ts';
import type { Listed, PackageFiles } from '../../inspect/model/places.ts';
import type { ByteSource } from '../../io/byte-source.ts';

/** The files of a package, with the sizes of all that were listed or opened. */
export class SizedFiles implements PackageFiles {
  readonly name: string;
  readonly roots: readonly string[];
  readonly folder?: string;
  readonly address?: string;
  /** NaN: of one that could not be opened. */
  readonly sizes = new Map<string, number>();
  /** All of them, where they can be listed. */
  readonly all: readonly Listed[] | undefined;
  readonly #files: PackageFiles;
  readonly #signal: AbortSignal | undefined;

  private constructor(
    files: PackageFiles,
    all: readonly Listed[] | undefined,
    signal: AbortSignal | undefined,
  ) {
    this.#files = files;
    this.#signal = signal;
    this.name = files.name;
    this.roots = files.roots;
    if (files.folder !== undefined) this.folder = files.folder;
    if (files.address !== undefined) this.address = files.address;
    this.all = all;
    for (const { path, bytes } of all ?? []) this.sizes.set(path, bytes);
  }

  /** @param signal ends all reading */
  static async of(files: PackageFiles, signal?: AbortSignal): Promise<SizedFiles> {
    return new SizedFiles(files, await files.list?.(), signal);
  }

  async open(path: string): Promise<ByteSource> {
    const source = await this.#files.open(path).catch((cause: unknown) => {
      // It is there, as far as anybody knows, and its length is not known.
      if (PackagerError.is(cause) && cause.code !== 'INPUT_NOT_FOUND' && !this.sizes.has(path))
        this.sizes.set(path, Number.NaN);
      throw cause;
    });
    this.sizes.set(path, source.size);
    return {
      name: path, // findings name files as the package does
      size: source.size,
      read: (position, targets) => {
        if (this.#signal?.aborted) throw fail.cancelled();
        return source.read(position, targets);
      },
      close: () => source.close(),
    };
  }

  has(path: string): boolean {
    return this.#files.has?.(path) ?? true;
  }

  keepQuery(path: string, query: string): void {
    this.#files.keepQuery?.(path, query);
  }

  close(): Promise<void> {
    return this.#files.close();
  }
}
