import type { ByteSource } from '../../io/byte-source.ts';

/** A file of a package, or all of it. */
export interface Listed {
  /** Relative to the package, with `/`. */
  readonly path: string;
  readonly bytes: number;
}

/** The files of a package, wherever they lie: a folder, a single file, a server. */
export interface PackageFiles {
  /** How messages name it: without credentials. */
  readonly name: string;
  /** What to begin with, relative to the package: manifests, or the one file. */
  readonly roots: readonly string[];
  /**
   * Open a file. A reference that leads out of the package (`..`, another host) is refused.
   * @throws PackagerError INPUT_NOT_FOUND, INPUT_NOT_READABLE
   */
  open(path: string): Promise<ByteSource>;
  /** All files of a folder, sorted; absent where nobody can list them. */
  list?(): Promise<readonly Listed[]>;
  /** Free what is open. */
  close(): Promise<void>;
}

/** Bytes of a file of the package. */
export interface PlaceOfBytes {
  /** Relative to the package, with `/`. */
  readonly path: string;
  /** From the start of the file. */
  readonly offset: number;
  /** `undefined`: to its end. */
  readonly length: number | undefined;
}
