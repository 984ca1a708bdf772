import type { ByteSource } from './byte-source.ts';

/** What is known of an input before it is read. */
export interface InputFacts {
  /** Its length. */
  readonly bytes: number;
  /**
   * Which bytes it is, as an opaque word: an ETag, a version, what a disk says of a file. Words are compared with `===`, in any
   * thread; equal ones are the same bytes. Receipts of titles tell them: nothing in them is secret.
   */
  readonly identity: string;
  /**
   * When it came to where it is, in milliseconds since 1970. Without it, nobody knows whether outputs that are there already are
   * of this input.
   */
  readonly modified?: number;
}

/** What a source is handed with each question. */
export interface SourceOptions {
  /** Aborts when the run is cancelled. What has not answered a second later, nobody waits for; what is opened later is closed. */
  readonly signal: AbortSignal;
}

/**
 * A place that inputs are read from: a disk, web servers, buckets. A plugin adds one with `packager.source(source)`; the local
 * disk takes what no other accepts and has no scheme.
 *
 * References may hold credentials. Messages of its errors may quote them whole: the engine takes out what nobody may see.
 */
export interface InputSource {
  /** How messages call it: `the local disk`, `Acme buckets`. */
  readonly name: string;
  /** Whether it reads this. @param reference an absolute path, or text with a scheme as the config has it */
  accepts(reference: string): boolean;
  /**
   * Look at an input: before anything else happens, and once more when everything is written.
   * @throws PackagerError INPUT_NOT_FOUND when there is none, INPUT_NOT_READABLE when it may not or cannot be read
   */
  look(reference: string, options: SourceOptions): Promise<InputFacts>;
  /**
   * Open it for reading, in any thread, often in several at once.
   * @param identity what `look` said; `undefined`: whatever is there
   * @throws PackagerError as `look` does, and INPUT_CHANGED when it is another one by now: here, or with the first read that sees it
   */
  open(reference: string, identity: string | undefined, options: SourceOptions): Promise<ByteSource>;
  /**
   * Whether two identities that were told far apart, perhaps by two machines, are of the same bytes to all appearances: by this
   * a run that is repeated knows what was packaged already. @default when they are equal
   */
  isSame?(before: string, now: string): boolean;
  /** How it has changed from one identity to another, as the end of a sentence. */
  changeOf?(before: string, now: string): string;
}
