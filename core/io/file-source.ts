import { readSync, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fail, isTooManyFiles } from '../base/errors.ts';
import type { ByteSource } from './byte-source.ts';
import { inputEnded } from './ended.ts';
import { type FileIdentity, requireSame } from './file-identity.ts';
import { openRegularFile } from './regular-file.ts';

/** libuv hands no more buffers than this (IOV_MAX) to one system call. */
const BUFFERS_PER_CALL = 1024;

/**
 * Open a file for reading.
 * @param identity what the run knows it to be, e.g. `input.identity`; absent: whatever is there
 * @throws PackagerError INPUT_NOT_FOUND when there is none, INPUT_NOT_READABLE when it is no file, may not be read or
 * is another one by now
 */
export async function openFile(path: string, identity?: FileIdentity): Promise<ByteSource> {
  try {
    const found = await stat(path);
    requireFile(path, found);
    return await openSame(path, identity);
  } catch (cause) {
    throw isSystemError(cause) ? openFailure(path, cause) : cause;
  }
}

/** @throws PackagerError INPUT_NOT_READABLE for a folder, a pipe, a device */
export function requireFile(path: string, found: Pick<Stats, 'isFile' | 'isDirectory'>): void {
  if (found.isFile()) return;
  const what = found.isDirectory() ? 'it is a folder' : 'it is not a regular file';
  throw fail.inputNotReadable(path, `${what}.`, 'Name a media file.');
}

/** What counts is what was opened, not what the path named a moment before. */
async function openSame(path: string, identity: FileIdentity | undefined): Promise<ByteSource> {
  const file = await openRegularFile(path);
  try {
    const opened = await file.stat({ bigint: true });
    requireSame(path, identity, opened);
    return new FileSource(path, Number(opened.size), file);
  } catch (cause) {
    await file.close();
    throw cause;
  }
}

/** What a file source needs of an open file. */
export interface FileReader {
  /** Like `FileHandle.readv`: one system call, which may give less than was asked for; 0 bytes at the end. */
  readv(buffers: readonly Uint8Array[], position: number): Promise<{ readonly bytesRead: number }>;
  close(): Promise<void>;
  /** Of the open file; −1 when it is closed. */
  readonly fd: number;
}

/** What the system says of a read, once the file is closed. */
const CLOSED = Object.assign(new Error('the file is closed'), { code: 'EBADF', syscall: 'read' });

export class FileSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #file: FileReader;

  constructor(name: string, size: number, file: FileReader) {
    this.name = name;
    this.size = size;
    this.#file = file;
  }

  async read(position: number, targets: readonly Uint8Array[]): Promise<void> {
    let at = position;
    let waiting = targets.filter((target) => target.length > 0);
    while (waiting.length > 0) {
      let got = await this.#readSome(at, waiting.slice(0, BUFFERS_PER_CALL));
      if (got === 0) throw this.#ended(at);
      at += got;
      let full = 0;
      for (; got >= (waiting[full]?.length ?? Number.POSITIVE_INFINITY); full++) got -= waiting[full]!.length;
      const begun = waiting[full]?.subarray(got);
      waiting = begun ? [begun, ...waiting.slice(full + 1)] : [];
    }
  }

  readAtOnce(position: number, target: Uint8Array): void {
    for (let got = 0; got < target.length; ) {
      const more = this.#readAtOnce(position + got, target.subarray(got));
      if (more === 0) throw this.#ended(position + got);
      got += more;
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #readSome(position: number, buffers: readonly Uint8Array[]): Promise<number> {
    try {
      return (await this.#file.readv(buffers, position)).bytesRead;
    } catch (cause) {
      throw this.#failure(position, cause);
    }
  }

  #readAtOnce(position: number, target: Uint8Array): number {
    try {
      if (this.#file.fd < 0) throw CLOSED;
      return readSync(this.#file.fd, target, 0, target.length, position);
    } catch (cause) {
      throw this.#failure(position, cause);
    }
  }

  #failure(position: number, cause: unknown): unknown {
    if (!isSystemError(cause)) return cause;
    return fail.inputNotReadable(
      this.name,
      `reading at byte ${position} failed (${cause.code}).`,
      undefined,
      cause,
    );
  }

  #ended(position: number) {
    const hint = 'The file is cut short or still being written: wait until it is complete, or copy it again.';
    return inputEnded(this.name, position, hint);
  }
}

const isSystemError = (cause: unknown): cause is NodeJS.ErrnoException & { readonly code: string } =>
  cause instanceof Error && 'syscall' in cause && 'code' in cause && typeof cause.code === 'string';

function openFailure(path: string, cause: NodeJS.ErrnoException & { readonly code: string }) {
  if (isTooManyFiles(cause)) return fail.tooManyFiles(path, cause);
  switch (cause.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return fail.inputNotFound(path);
    case 'EACCES':
    case 'EPERM':
      return fail.inputNotReadable(path, 'permission denied.', 'Give this user the right to read it.', cause);
    default:
      return fail.inputNotReadable(path, `it could not be opened (${cause.code}).`, undefined, cause);
  }
}
