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
  /** Where its folder lies on this machine, for other threads to open it; absent: elsewhere. */
  readonly folder?: string;
  /** Where its folder lies on a server, with a slash at its end; absent: on a disk. */
  readonly address?: string;
  /** Whether a file is there, as far as that is known without asking anybody. */
  has?(path: string): boolean;
  /** The query that a reference to a file has, which `open` sends: paths have none, messages would show it. */
  keepQuery?(path: string, query: string): void;
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
