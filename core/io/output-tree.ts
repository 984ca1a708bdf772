/** Where a mode writes: a folder that stays hidden until everything in it is complete. */
export interface OutputTree {
  /** Begin a file; missing folders are made. Paths are relative, with `/`, and never leave the tree. */
  create(path: string): Promise<OutputFile>;
  /** Write a small file whole. */
  write(path: string, content: Uint8Array | string): Promise<void>;
}

/** A file that is being written, front to back. */
export interface OutputFile {
  readonly path: string;
  /** Bytes so far: where the next `append` goes. */
  readonly position: number;
  /** Leave room at the current position, to be filled with `writeAt`. */
  reserve(bytes: number): void;
  /** Append the parts, one after the other, without joining them. They may be reused once this resolves. */
  append(parts: readonly Uint8Array[]): Promise<void>;
  /** Write over reserved bytes. */
  writeAt(position: number, bytes: Uint8Array): Promise<void>;
  /** Close; it is synced with all others before anything is published. */
  close(): Promise<void>;
}
