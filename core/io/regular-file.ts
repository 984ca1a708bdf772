import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

/** What is at a path is neither a file nor a link to one. */
export const NOT_A_FILE = 'ENOTFILE';

/**
 * Open a file for reading, and nothing else: opening a named pipe would wait for a writer, which no signal ends, and
 * opening a device may do something.
 * @throws the system's error; one with the code `NOT_A_FILE` for a pipe, a device, a socket or a folder
 */
export async function openRegularFile(path: string): Promise<FileHandle> {
  if (!(await stat(path)).isFile()) throw notAFile(path);
  // Between the two it can have become one: then it neither waits nor is used.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if ((await file.stat()).isFile()) return file;
    throw notAFile(path);
  } catch (cause) {
    await file.close();
    throw cause;
  }
}

const notAFile = (path: string): Error =>
  Object.assign(new Error(`${path} is no regular file`), { code: NOT_A_FILE, syscall: 'open', path });
