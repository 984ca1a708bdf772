import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { outputError } from './disk.ts';
import { DiskFile } from './disk-file.ts';
import { makeOne } from './make-folder.ts';
import { writeWhole } from './output-tree.ts';
import type { StagedTree } from './store.ts';
import type { SyncQueue } from './sync-queue.ts';

/**
 * An output tree in a folder of the file system, which is made with the first file.
 *
 * @param base a folder that is there. It is never made again: where it has vanished, its run has lost its place.
 * @param folder of the tree, relative to `base`
 * @param queue syncs files while others are written, as long as it keeps up. A file that went through it has `SYNCED` as its
 * receipt; the others are whoever's who publishes. Absent: all of them
 */
export function fileTree(base: string, folder = '', queue?: SyncQueue): StagedTree {
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
      const handle = await open(full, O_WRONLY | O_CREAT | O_EXCL, 0o666);
      const file = new DiskFile(path, full, handle, queue);
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
    ...(queue && {
      async settled() {
        for (const file of files) await file.settled();
      },
    }),
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
