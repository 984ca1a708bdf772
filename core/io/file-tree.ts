import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { outputError } from './disk.ts';
import { makeOne } from './make-folder.ts';
import { type OutputFile, writeWhole } from './output-tree.ts';
import type { StagedTree } from './store.ts';

/** Most parts that one `writev` takes (IOV_MAX of Linux). */
const MAX_PARTS = 1024;

/**
 * An output tree in a folder of the file system, which is made with the first file.
 *
 * @param base a folder that is there. It is never made again: where it has vanished, its run has lost its place.
 * @param folder of the tree, relative to `base`
 */
export function fileTree(base: string, folder = ''): StagedTree {
  const root = join(base, folder);
  const files: DiskFile[] = [];
  const made = new Map<string, Promise<void>>();
  const folderOf = (path: string): Promise<void> => {
    const parent = dirname(path);
    const making = made.get(parent) ?? makeBelow(base, parent);
    made.set(parent, making);
    return making;
  };
  const create = async (path: string): Promise<DiskFile> => {
    const full = inside(root, path);
    try {
      await folderOf(full);
      // Exclusive: two units that write one file are a mistake in a plan, never a silent overwrite.
      const { O_WRONLY, O_CREAT, O_EXCL } = constants;
      const file = new DiskFile(path, full, await open(full, O_WRONLY | O_CREAT | O_EXCL, 0o666));
      files.push(file);
      return file;
    } catch (cause) {
      throw outputError(full, cause);
    }
  };
  return {
    files,
    create,
    write: async (path, content) => writeWhole(await create(path), content),
    async abandon() {
      await Promise.all(files.map((file) => file.abandon()));
    },
  };
}

/** Make what is missing between the two. */
async function makeBelow(base: string, folder: string): Promise<void> {
  let at = base;
  for (const name of relative(base, folder).split(sep)) {
    at = join(at, name);
    if (at !== base) await makeOne(at);
  }
}

/** Join, refusing paths that would leave the tree. */
function inside(root: string, path: string): string {
  const full = normalize(join(root, path));
  if (!full.startsWith(normalize(root) + sep)) throw new RangeError(`output path ${path} leaves its folder`);
  return full;
}

class DiskFile implements OutputFile {
  readonly path: string;
  readonly #full: string;
  readonly #handle: FileHandle;
  #position = 0;
  #closed = false;

  constructor(path: string, full: string, handle: FileHandle) {
    this.path = path;
    this.#full = full;
    this.#handle = handle;
  }

  get position(): number {
    return this.#position;
  }

  reserve(bytes: number): void {
    this.#position += bytes;
  }

  async append(parts: readonly Uint8Array[]): Promise<void> {
    const from = this.#position;
    this.#position += parts.reduce((sum, part) => sum + part.length, 0);
    await this.#write(from, parts);
  }

  writeAt(position: number, bytes: Uint8Array): Promise<void> {
    return this.#write(position, [bytes]);
  }

  async close(): Promise<void> {
    try {
      await this.abandon();
    } catch (cause) {
      throw outputError(this.#full, cause); // some network file systems tell here what did not get through
    }
  }

  async abandon(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#handle.close();
  }

  /** The system may take fewer bytes than it is given: go on until all are written. */
  async #write(position: number, parts: readonly Uint8Array[]): Promise<void> {
    let at = position;
    let rest = parts.filter((part) => part.length > 0);
    try {
      while (rest.length > 0) {
        const { bytesWritten } = await this.#handle.writev(rest.slice(0, MAX_PARTS), at);
        at += bytesWritten;
        rest = skip(rest, bytesWritten);
      }
    } catch (cause) {
      throw outputError(this.#full, cause);
    }
  }
}

/** What remains of the parts after their first `bytes` bytes. */
function skip(parts: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let left = bytes;
  const whole = parts.findIndex((part) => {
    if (part.length > left) return true;
    left -= part.length;
    return false;
  });
  if (whole === -1) return [];
  return [parts[whole]!.subarray(left), ...parts.slice(whole + 1)];
}
