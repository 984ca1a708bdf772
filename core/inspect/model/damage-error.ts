/** The bytes of a package break the rules of their format: what cannot be read any further. */
export class DamageError extends Error {
  override readonly name = 'DamageError';
  readonly file: string;
  /** Bytes from the start of the file. */
  readonly offset: number;

  /** @param reason completes the sentence `<file>: at byte <offset> …`, without a final stop */
  constructor(file: string, offset: number, reason: string) {
    super(reason);
    this.file = file;
    this.offset = offset;
  }
}
