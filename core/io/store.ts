import type { FileChecksum } from './checksum.ts';
import type { OutputFile, OutputTree } from './output-tree.ts';

/** A file that a store has taken in, and that nobody sees yet. */
export interface TreeFile extends Pick<OutputFile, 'path' | 'position'> {
  /** What the store must know of it to publish it (an upload and its parts, say): plain data that crosses threads. There when the tree has settled. */
  readonly receipt?: unknown;
  /** Of its bytes, for the receipt of the title, where nobody can read them back. Set by `close`. */
  readonly checksum?: FileChecksum | undefined;
}

/** An output tree of a store. */
export interface StagedTree extends OutputTree {
  /** All files created so far. */
  readonly files: readonly TreeFile[];
  /**
   * Asked for when all files are closed: resolves when what goes away behind the writer has arrived, and every file has its receipt.
   * Absent: they have it once they are closed.
   */
  settled?(): Promise<void>;
  /** Close what a failed unit has left open. */
  abandon(): Promise<void>;
}

/** A file that was written, for the last look before it is published. */
export interface StagedFile {
  /** Relative to the output location. */
  readonly path: string;
  readonly bytes: number;
  /** It names others: whoever sees it asks for those. */
  readonly isManifest: boolean;
  /** As the tree gave it. */
  readonly receipt?: unknown;
  /** As the tree gave it. */
  readonly checksum?: FileChecksum;
  /**
   * The receipt of an output: such come behind all other files. It replaces an earlier one whatever `overwrite` says: whoever has
   * claimed the names of a run is the only one that writes it.
   */
  readonly isReceipt?: true;
}

/** What a store is told of a run. */
export interface StoreOptions {
  /** Replace what has one of the names: a folder whole, with all that is in it. */
  readonly overwrite: boolean;
  /** What the run reads, which must not go with what is replaced: absolute paths, and references as the config has them. */
  readonly inputs: readonly string[];
  /**
   * Aborts when the run is cancelled; `discard` follows. For `begin` nobody waits longer than a second then: what it gives later is
   * discarded at once. Whatever else is written, published or discarded is waited for.
   */
  readonly signal: AbortSignal;
  /** Told what did not hinder the run, and that somebody should know. */
  warn(message: string): void;
}

/** The outputs of one run while they are made: hidden until `commit`; after `discard` nothing is left of them. */
export interface StagedOutput<Place = unknown> {
  /** From this, `Store.tree` opens trees in any thread: plain data. */
  readonly place: Place;
  /** A folder of this machine in which all that was written can be read before it is published. Absent: it cannot be read. */
  readonly folder?: string;
  /** @throws PackagerError DISK_FULL when there is no room for output made of so many bytes of input */
  requireRoom(bytes: number): Promise<void>;
  /**
   * Make everything visible, or nothing. What cannot appear at once appears in the order of `files`: media, then manifests, in
   * the order in which they were written, then the receipts of the title.
   * @param files all that must be there, with the sizes that they must have
   */
  commit(files: readonly StagedFile[]): Promise<void>;
  /** Remove all that was written: by any thread, also by one that was ended in the middle. */
  discard(): Promise<void>;
}

/** A run that `Store.clean` has found. */
export interface FoundRun {
  /**
   * `published`: it had begun to publish, and its outputs are in place now; `removed`: what it wrote is gone; `live`: it is still at work,
   * and was left alone; `stuck`: it can be brought to no end.
   */
  readonly state: 'published' | 'removed' | 'live' | 'stuck';
  /** What it was writing, as far as that can be told. */
  readonly names: readonly string[];
  /** The machine that it runs on. */
  readonly host?: string;
  /** Since it was last heard of, of one that is alive. */
  readonly silentSeconds?: number;
  /** Of one that is stuck: why, as a sentence. */
  readonly reason?: string;
}

/** What `Store.clean` is handed. */
export interface CleanOptions {
  /** Aborts when it is cancelled. */
  readonly signal: AbortSignal;
  /** Told of each run that was found. */
  tell(found: FoundRun): void;
}

/**
 * A place that outputs go to: a disk, buckets. A plugin adds one with `packager.store(store)`; the local disk takes what no other
 * accepts and has no scheme.
 *
 * Locations may hold credentials. Messages of its errors may quote them whole: the engine takes out what nobody may see.
 * @typeParam Place what its threads are told of a run
 */
export interface Store<Place = unknown> {
  /** How messages call it: `the local disk`, `Acme buckets`. */
  readonly name: string;
  /** Whether it takes outputs there. @param location an absolute path, or text with a scheme as the config has it */
  accepts(location: string): boolean;
  /** What was written can be read before it is published: `StagedOutput.folder`. */
  readonly readsBack?: true;
  /** Titles get receipts, as long as their configs do not say otherwise. @default they get them where that is asked for */
  readonly wantsReceipt?: true;
  /**
   * Begin to write; claim the names.
   * @param names what the run will write directly in the location: folders and files
   * @throws PackagerError OUTPUT_EXISTS when one is there (and `overwrite` is off), OUTPUT_NOT_WRITABLE
   */
  begin(location: string, names: readonly string[], options: StoreOptions): Promise<StagedOutput<Place>>;
  /**
   * Where a unit writes, in any thread.
   * @param folder of the tree, relative to the location; absent: the location itself
   * @param signal aborts when the run is cancelled: what is on its way ends, and is not tried again
   */
  tree(place: Place, folder: string | undefined, signal: AbortSignal): StagedTree;
  /**
   * Write a small file whole, beside the outputs, replacing an earlier one: a report. Without this, plugins that write files
   * beside the outputs are refused, unless an absolute path says where else.
   */
  put?(location: string, path: string, text: string): Promise<void>;
  /**
   * When the oldest of these outputs was written, in milliseconds since 1970; `undefined` when not all are there. What a killed run
   * had begun to publish is brought to its end before. Without this, a title of a list is never passed over as being there already.
   */
  writtenAt?(location: string, names: readonly string[]): Promise<number | undefined>;
  /**
   * Bring every run to its end that has died at this location, or below it where the place can be searched; those that live are left
   * alone. Without this, `sealpack clean` says that
   * nothing can be found out there.
   */
  clean?(location: string, options: CleanOptions): Promise<void>;
  /**
   * Read a small file that was published, a receipt; `undefined` when it is not there. What a killed run had begun to publish is
   * brought to its end before. Without this, no title is passed over for its receipt.
   */
  read?(location: string, path: string): Promise<string | undefined>;
  /** Bytes of each of these files; `undefined` of one that is not there. Goes with `read`. */
  sizesOf?(location: string, paths: readonly string[]): Promise<readonly (number | undefined)[]>;
}
