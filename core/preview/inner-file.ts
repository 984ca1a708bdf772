import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** A regular file below a folder, open to read. */
export interface InnerFile {
  readonly handle: FileHandle;
  readonly size: number;
}

/**
 * Open a file below a folder; `undefined` where there is none. A link that leads out of the folder is none, nor is what is no file.
 * @param root absolute
 * @param parts names without separators, none of them `..`
 */
export async function openInner(root: string, parts: readonly string[]): Promise<InnerFile | undefined> {
  try {
    const [folder, path] = await Promise.all([realpath(root), realpath(join(root, ...parts))]);
    if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return undefined;
    // Without following: what was a file a moment ago may be a link now. And without waiting, if it is a pipe.
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const found = await handle.stat();
    if (found.isFile()) return { handle, size: found.size };
    await handle.close();
    return undefined;
  } catch {
    return undefined;
  }
}
