/** Set by the test command, for it and everything that it starts. */
const SPOILS = process.env['SEALPACK_SPOIL_MEMORY'] === '1';

/** Neither a start code nor a length that anything has. */
const PATTERN = 0xdb;

/**
 * Say that memory is about to be used for something else. In tests it is overwritten, so that whoever still looks at it
 * shows, in the smallest file; otherwise nothing happens.
 */
export const spoil: (bytes: Uint8Array) => void = SPOILS ? (bytes) => void bytes.fill(PATTERN) : () => {};

/** Pieces of memory that is used again, each valid until the next one is asked for: in tests not a moment longer. */
export class LentBytes {
  #last: Uint8Array | undefined;

  /** The same bytes; in tests a copy, and the one before is overwritten. */
  readonly lend: (bytes: Uint8Array) => Uint8Array = SPOILS ? (bytes) => this.#copy(bytes) : (bytes) => bytes;

  #copy(bytes: Uint8Array): Uint8Array {
    if (this.#last) spoil(this.#last);
    this.#last = Buffer.from(bytes);
    return this.#last;
  }
}
