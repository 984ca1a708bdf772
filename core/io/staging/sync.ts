import { constants } from 'node:fs';
import { join } from 'node:path';
import { inTurns } from '../../base/in-turns.ts';
import type { Disk } from './surroundings.ts';

/** As many as Node has threads for: the journal of the file system takes what comes at once in one step. */
const AT_ONCE = 4;

/** Names survive a power cut only when the folder that holds them is synced. */
export async function syncFolder(folder: string, disk: Disk): Promise<void> {
  const handle = await disk.open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } catch (cause) {
    // Some file systems keep their names without being asked, and know no such call.
    if (!['EINVAL', 'ENOTSUP'].includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
  } finally {
    await handle.close();
  }
}

/**
 * Everything below a folder, and the folder: first what the files hold, then the names.
 * @param synced paths of files of which this was done
 */
export async function syncTree(root: string, synced: ReadonlySet<string>, disk: Disk): Promise<void> {
  const files: string[] = [];
  const folders: string[] = [root];
  for (const folder of folders) {
    for (const entry of await disk.readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() && !synced.has(path)) files.push(path);
    }
  }
  const sync = async (path: string): Promise<void> => {
    const handle = await disk.open(path, 'r');
    await handle.datasync().finally(() => handle.close());
  };
  await inTurns(files, sync, AT_ONCE);
  for (const folder of folders.reverse()) await syncFolder(folder, disk);
}
