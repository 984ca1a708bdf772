import type { ByteSource } from '../../io/byte-source.ts';
import { DamageError } from '../model/damage-error.ts';
import type { PackageFiles, PlaceOfBytes } from '../model/places.ts';
import type { Stretch } from './top-level.ts';

/** Opens pieces of files, for one reader, one after the other. */
export interface PartOpener {
  /** It is closed with the next one, unless that is of the same file. */
  open(part: number): Promise<Stretch>;
  close(): Promise<void>;
}

/** A file that its caller opened, and closes: its one part is all of it. */
export const wholeFile = (source: ByteSource): PartOpener => ({
  open: async () => ({ source, from: 0, to: source.size }),
  close: async () => {},
});

/** Pieces of the files of a package. Segments may all be pieces of one: that which was opened last stays open. */
export class PlaceOpener implements PartOpener {
  readonly #files: Pick<PackageFiles, 'open'>;
  readonly #places: readonly PlaceOfBytes[];
  #last: { readonly path: string; readonly source: ByteSource } | undefined;

  constructor(files: Pick<PackageFiles, 'open'>, places: readonly PlaceOfBytes[]) {
    this.#files = files;
    this.#places = places;
  }

  /** @throws DamageError where the file ends before the piece does; PackagerError as `files` does */
  async open(part: number): Promise<Stretch> {
    const { path, offset, length } = this.#places[part]!;
    if (this.#last?.path !== path) {
      await this.close();
      this.#last = { path, source: await this.#files.open(path) };
    }
    const { source } = this.#last;
    const to = length === undefined ? source.size : offset + length;
    if (to > source.size || offset > to)
      throw new DamageError(
        source.name,
        source.size,
        `ends, where ${length ?? 'the'} bytes from ${offset} on are listed`,
      );
    return { source, from: offset, to };
  }

  async close(): Promise<void> {
    const last = this.#last;
    this.#last = undefined;
    await last?.source.close();
  }
}
