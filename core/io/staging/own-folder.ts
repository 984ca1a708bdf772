import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { isForeign } from '../trusted-path.ts';
import { JOURNAL, NEW, OLD } from './journal.ts';
import { ALIVE, runFolderName } from './run-folder.ts';
import type { Disk } from './surroundings.ts';

/** What of a hidden folder decides what is moved where. */
const PARTS = [
  { name: '', isFolder: true },
  { name: NEW, isFolder: true },
  { name: OLD, isFolder: true },
  { name: JOURNAL, isFolder: false },
  { name: ALIVE, isFolder: false },
] as const;

/**
 * Refuse to settle what a run of this user has not left: whoever else may write to the output folder could have made it, with
 * links through which files of this user would be moved.
 * @param heir the id of the run that settles: its folder says whose what this user makes is there, which a mount may change
 * @throws Error the end of a sentence
 */
export async function requireOwn(output: string, name: string, heir: string, disk: Disk): Promise<void> {
  const mine = await look(join(output, runFolderName(heir)), disk);
  for (const part of PARTS) {
    const path = join(output, name, part.name);
    const found = await look(path, disk);
    if (!found) continue; // not made yet, or another run settles it
    if (part.isFolder ? !found.isDirectory() : !found.isFile()) {
      throw new Error(`${path} is no ${part.isFolder ? 'folder' : 'file'}: no run has made it.`);
    }
    if (isForeign(found) && found.uid !== mine?.uid) {
      throw new Error(`${path} belongs to another user (${found.uid}), who has to run \`sealpack clean\`.`);
    }
  }
}

async function look(path: string, disk: Disk): Promise<Stats | undefined> {
  try {
    return await disk.lstat(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}
