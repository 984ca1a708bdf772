import { resolve } from 'node:path';
import { fail } from '../../base/errors.ts';
import type { Packager } from '../../contract/packager.ts';
import { readManifest } from '../../inspect/files/read-manifest.ts';
import type { PackageFiles } from '../../inspect/model/places.ts';
import type { KeyLookup } from '../../inspect/model/track-reader.ts';
import { clearView } from '../../inspect/mp4/index.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import type { OutputFile, OutputTree } from '../../io/output-tree.ts';
import { schemeOf } from '../../io/reference.ts';
import type { StagedFile } from '../../io/store.ts';
import { clearMpd, clearPlaylist } from './clear-manifest.ts';
import { ClearPlaces } from './clear-places.ts';
import type { DecryptPackageOptions } from './options.ts';
import type { PackagePart, PackageParts } from './package-parts.ts';
import { openWrapped } from './wrapped-parts.ts';
import { rangesOf, writeTransport } from './write-transport.ts';

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

  /**
   * @param stores of which one takes the output
   * @returns bytes of each file that was written, by its path
   * @throws PackagerError OUTPUT_EXISTS, OUTPUT_IS_INPUT, DISK_FULL, …
   */
  async write(all: PackageParts, stores: Packager['stores']): Promise<ReadonlyMap<string, number>> {
    const { parts } = all;
    const { output, overwrite, signal, warn } = this.#options;
    const store = stores.of(output, signal);
    const names = new Set(parts.map((part) => part.output.split('/')[0]!));
    const inputs = parts.map(({ path }) => this.#placeOf(path));
    const staged = await store.begin([...names], { overwrite, inputs, signal, warn });
    try {
      await staged.requireRoom(parts.reduce((sum, { bytes }) => sum + bytes, 0));
      const tree = store.tree(staged.place, undefined);
      // Manifests last: whoever sees one asks for what it names.
      const isManifest = ({ kind }: PackagePart): boolean => kind === 'mpd' || kind === 'playlist';
      const ordered = [...parts.filter((part) => !isManifest(part)), ...parts.filter(isManifest)];
      try {
        await this.#writeParts(ordered, all, tree);
        await tree.settled?.();
      } finally {
        await tree.abandon();
      }
      const written = new Map(tree.files.map((file) => [file.path, file]));
      const files = ordered.map((part): StagedFile => {
        const { position = 0, receipt } = written.get(part.output) ?? {};
        return {
          path: part.output,
          bytes: position,
          isManifest: isManifest(part),
          ...(receipt !== undefined && { receipt }),
        };
      });
      this.#throwIfCancelled();
      await staged.commit(files);
      return new Map(files.map(({ path, bytes }) => [path, bytes]));
    } catch (cause) {
      await staged.discard().catch(({ message }: Error) => {
        warn(`The package was not decrypted, and what was written could not be removed: ${message}`);
      });
      throw cause;
    }
  }

  async #writeParts(
    parts: readonly PackagePart[],
    { packages, transports }: PackageParts,
    tree: OutputTree,
  ): Promise<void> {
    const [files, keys, { signal }] = [this.#files, this.#keys, this.#options];
    const moving = parts.filter(({ kind }) => kind === 'transport').map(({ path }) => path);
    const places = new ClearPlaces(packages, new Set(moving));
    for (const each of transports) await writeTransport(each, { files, keys, tree, places, signal });
    for (const part of parts) {
      this.#throwIfCancelled();
      const { path, kind } = part;
      if (kind === 'mpd') await tree.write(path, clearMpd(await readManifest(files, path)));
      else if (kind === 'playlist') {
        const text = await readManifest(files, path);
        await tree.write(path, clearPlaylist(text, rangesOf(path, packages, places)));
      } else if (kind !== 'transport') await this.#writePart(part, tree);
    }
  }

  async #writePart(part: PackagePart, tree: OutputTree): Promise<void> {
    const source = await this.#files.open(part.path);
    try {
      const file = await tree.create(part.output);
      await this.#copy(await this.#clear(source, part), file);
      await file.close();
    } finally {
      await source.close();
    }
  }

  async #clear(source: ByteSource, { path, kind, init: place, wrapper }: PackagePart): Promise<ByteSource> {
    if (wrapper) return openWrapped(source, path, wrapper, this.#keys);
    if (kind !== 'mp4') return source;
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
