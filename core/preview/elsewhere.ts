import { ForeignReference, References } from '../inspect/files/references.ts';
import type { PackageFiles } from '../inspect/model/places.ts';

/** What manifests name at other addresses than their own: the files of the package that are meant. */
export class Elsewhere {
  readonly #files: PackageFiles;
  /** What is known of where a manifest's files are published holds for that manifest. */
  readonly #references = new Map<string, References>();
  #fault: string | undefined;

  constructor(files: PackageFiles) {
    this.#files = files;
  }

  /** Why a file was not found when one last was not. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /**
   * The file that an address means; `undefined` where the package has none, which `fault` explains.
   * @param manifest relative to the package: what names the address, or a playlist that it names
   * @param address an http(s) URL, or a path from the root of a server
   */
  pathOf(manifest: string, address: string): string | undefined {
    const references = this.#references.get(manifest) ?? new References(this.#files, manifest);
    this.#references.set(manifest, references);
    try {
      const path = references.pathOf(address, references.addressOf(manifest));
      if (this.#files.has?.(path) !== false) return path;
      this.#fault = `The package has no file ${path}, which ${manifest} names.`;
    } catch (cause) {
      if (!(cause instanceof ForeignReference)) throw cause;
      this.#fault = `${manifest} names a file that is not played: ${cause.message} The preview asks no other server.`;
    }
    return undefined;
  }
}
