import type { ByteSource } from '../../io/byte-source.ts';
import type { KeyLookup } from './track-reader.ts';

/**
 * A file format of a vendor that holds another file, encrypted as a whole. A plugin adds it with `packager.wrapper(wrapper)`, so that
 * finished packages can be read that lie in it.
 */
export interface Wrapper {
  /** How messages name the format. */
  readonly name: string;
  /** Whether a file is one, by its first bytes ({@link WRAPPER_HEAD} of them, or all there are). */
  accepts(head: Uint8Array): boolean;
  /**
   * What it says of itself, and what is in it.
   * @throws PackagerError INPUT_NOT_READABLE for a file that is not whole, INVALID_KEY when the key that was found is not its own
   */
  open(source: ByteSource, lookup: KeyLookup): Promise<Unwrapped>;
}

/** Bytes by which a wrapper knows its files. */
export const WRAPPER_HEAD = 64;

/** The one whose file this is. @param head of the file, {@link WRAPPER_HEAD} bytes or more */
export const wrapperOf = (wrappers: readonly Wrapper[], head: Uint8Array): Wrapper | undefined =>
  wrappers.find((each) => each.accepts(head.subarray(0, WRAPPER_HEAD)));

/** A file of a vendor's format, opened. */
export interface Unwrapped {
  /** 32 hexadecimal digits in lower case. */
  readonly kid: string | undefined;
  /** A word of its own for how it is encrypted. */
  readonly scheme: string;
  readonly contentId: string | undefined;
  /** What it says further, for people: name and value. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Bytes of the file that are neither clear nor ciphertext of the file in it, at its start. */
  readonly headerBytes: number;
  /** The file in it, decrypted where it is read; `undefined`: no key was found. It closes the source. */
  readonly clear: ByteSource | undefined;
}
