/** Where a mode writes: a folder that stays hidden until everything in it is complete. */
export interface OutputTree {
  /** Begin a file; missing folders are made. Paths are relative, with `/`, and never leave the tree. */
  create(path: string): Promise<OutputFile>;
  /** Write a small file whole. */
  write(path: string, content: Uint8Array | string): Promise<void>;
}

/**
 * A file that is being written, front to back.
 *
 * What a writer fills in at the end it says beforehand: `reserve` leaves room, `writeAt` fills it, before `close` and all of it. So
 * every other byte is final once its `append` resolves, and may leave this machine; a store that cannot take bytes back holds back
 * what was reserved, or the part that it is in, until it is filled (`partTree`).
 */
export interface OutputFile {
  readonly path: string;
  /** Bytes so far: where the next `append` goes. */
  readonly position: number;
  /** Leave room at the current position, to be filled with `writeAt`. */
  reserve(bytes: number): void;
  /** Append the parts, one after the other, without joining them. They may be reused once this resolves. */
  append(parts: readonly Uint8Array[]): Promise<void>;
  /** Write over reserved bytes that nobody has filled yet; `bytes` may be reused once this resolves. */
  writeAt(position: number, bytes: Uint8Array): Promise<void>;
  /** Close, now or soon; it is synced before anything is published. */
  close(): Promise<void>;
}

/** Whether a path stays below where it begins: relative, with `/`, and without empty parts, `.` and `..`. */
export const staysBelow = (path: string): boolean =>
  path.split('/').every((name) => name !== '' && name !== '.' && name !== '..');

/** All of a small file, begun a moment ago: what `OutputTree.write` is on any store. */
export async function writeWhole(file: OutputFile, content: Uint8Array | string): Promise<void> {
  await file.append([typeof content === 'string' ? Buffer.from(content) : content]);
  await file.close();
}
