import { resolve } from 'node:path';
import { fail } from '../../base/errors.ts';
import { Packager } from '../../contract/packager.ts';
import { readManifest } from '../../inspect/files/read-manifest.ts';
import type { PackageFiles, PlaceOfBytes } from '../../inspect/model/places.ts';
import type { KeyLookup } from '../../inspect/model/track-reader.ts';
import { clearView } from '../../inspect/mp4/index.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import type { OutputFile, OutputTree } from '../../io/output-tree.ts';
import { schemeOf } from '../../io/reference.ts';
import type { StagedFile } from '../../io/store.ts';
import { clearMpd, clearPlaylist } from './clear-manifest.ts';
import type { DecryptPackageOptions } from './options.ts';
import type { PackagePart } from './package-parts.ts';

/** Bytes that are read, and written, at once. */
const PIECE = 4 * 2 ** 20;

/** Writes the files of a package as clear ones: all become visible at once, or none. */
export class ClearWriter {
  readonly #files: PackageFiles;
  readonly #keys: KeyLookup;
  readonly #options: DecryptPackageOptions;
  /** Read into one while the other is written. */
  readonly #pieces = [new Uint8Array(PIECE), new Uint8Array(PIECE)] as const;

  constructor(files: PackageFiles, keys: KeyLookup, options: DecryptPackageOptions) {
    this.#files = files;
    this.#keys = keys;
    this.#options = options;
  }

  /** @throws PackagerError OUTPUT_EXISTS, OUTPUT_IS_INPUT, DISK_FULL, … */
  async write(parts: readonly PackagePart[]): Promise<void> {
    const { titles, output, overwrite, signal, warn } = this.#options;
    const { stores } = new Packager(titles[0]?.plugins ?? []);
    const store = stores.of(output, signal);
    const names = new Set(parts.map(({ path }) => path.split('/')[0]!));
    const inputs = parts.map(({ path }) => this.#placeOf(path));
    const staged = await store.begin([...names], { overwrite, inputs, signal, warn });
    try {
      await staged.requireRoom(parts.reduce((sum, { bytes }) => sum + bytes, 0));
      const tree = store.tree(staged.place, undefined);
      // Manifests last: whoever sees one asks for what it names.
      const isManifest = ({ kind }: PackagePart): boolean => kind === 'mpd' || kind === 'playlist';
      const ordered = [...parts.filter((part) => !isManifest(part)), ...parts.filter(isManifest)];
      try {
        for (const part of ordered) await this.#writePart(part, tree);
      } finally {
        await tree.abandon();
      }
      const written = new Map(tree.files.map((file) => [file.path, file]));
      const files = ordered.map((part): StagedFile => {
        const { position = 0, receipt } = written.get(part.path) ?? {};
        return {
          path: part.path,
          bytes: position,
          isManifest: isManifest(part),
          ...(receipt !== undefined && { receipt }),
        };
      });
      this.#throwIfCancelled();
      await staged.commit(files);
    } catch (cause) {
      await staged.discard();
      throw cause;
    }
  }

  async #writePart({ path, kind, init }: PackagePart, tree: OutputTree): Promise<void> {
    this.#throwIfCancelled();
    if (kind === 'mpd' || kind === 'playlist') {
      const text = await readManifest(this.#files, path);
      await tree.write(path, kind === 'mpd' ? clearMpd(text) : clearPlaylist(text));
      return;
    }
    const source = await this.#files.open(path);
    try {
      const file = await tree.create(path);
      await this.#copy(kind === 'mp4' ? await this.#clear(source, path, init) : source, file);
      await file.close();
    } finally {
      await source.close();
    }
  }

  async #clear(source: ByteSource, path: string, place: PlaceOfBytes | undefined): Promise<ByteSource> {
    if (!place || place.path === path) return clearView(source, this.#keys);
    const init = await this.#files.open(place.path);
    try {
      const to = place.length === undefined ? init.size : Math.min(init.size, place.offset + place.length);
      return await clearView(source, this.#keys, { source: init, from: place.offset, to });
    } finally {
      await init.close();
    }
  }

  async #copy(source: ByteSource, file: OutputFile): Promise<void> {
    const read = async (position: number, into: Uint8Array): Promise<Uint8Array> => {
      const piece = into.subarray(0, Math.min(PIECE, source.size - position));
      await source.read(position, [piece]);
      return piece;
    };
    let [current, other] = this.#pieces;
    let next = source.size > 0 ? read(0, current) : undefined;
    for (let position = 0; next !== undefined; ) {
      const piece = await next;
      this.#throwIfCancelled();
      position += piece.length;
      [current, other] = [other, current];
      next = position < source.size ? read(position, current) : undefined;
      next?.catch(() => {}); // told to whoever waits for it
      try {
        await file.append([piece]);
      } catch (cause) {
        await next?.catch(() => {});
        throw cause;
      }
    }
  }

  /** What must not be replaced: an absolute path, or an address. */
  #placeOf(path: string): string {
    const { reference, base = '' } = this.#options;
    if (this.#files.address !== undefined) return this.#files.address + path;
    if (schemeOf(reference) !== undefined) return reference;
    const named = resolve(base, reference);
    return this.#files.list ? resolve(named, path) : resolve(named, '..', path);
  }

  #throwIfCancelled(): void {
    if (this.#options.signal.aborted) throw fail.cancelled();
  }
}
