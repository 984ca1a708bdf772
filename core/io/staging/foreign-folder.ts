import { join } from 'node:path';
import { fail } from '../../base/errors.ts';
import { isReceiptName, receiptName } from '../title-receipt.ts';
import type { Disk } from './surroundings.ts';

/** What lies at the top of packages, of whoever has made them: a manifest. */
const MANIFEST = /\.(?:mpd|m3u8)$/i;

/**
 * Refuse to replace a folder that is no package: all that is in it would go. One counts as such by names alone, whatever mode, title or
 * packager it is of: it is empty, has a manifest at its top or a file where the new one has one, or a receipt is of it.
 * @param fresh the folder in which what replaces it waits
 * @throws PackagerError OUTPUT_EXISTS
 */
export async function refuseForeignFolders(
  output: string,
  fresh: string,
  names: readonly string[],
  disk: Disk,
): Promise<void> {
  for (const name of names) {
    const target = join(output, name);
    // Of a link the link alone is replaced.
    if (!(await disk.lstat(target).catch(() => undefined))?.isDirectory()) continue;
    const found = await disk.readdir(target);
    const [first] = found;
    if (first === undefined) continue;
    if (found.some((entry) => MANIFEST.test(entry) || isReceiptName(entry))) continue;
    if (await shareFile(target, join(fresh, name), disk)) continue;
    if (await disk.lstat(join(output, receiptName(name))).catch(() => undefined)) continue;
    throw fail.outputForeign(target, first);
  }
}

/** Whether two folders have a file of one path. Looks into no others than those that both have. */
async function shareFile(one: string, other: string, disk: Disk): Promise<boolean> {
  const isFolder = new Map<string, boolean>();
  for (const entry of await entriesOf(other, disk)) isFolder.set(entry.name, entry.isDirectory());
  for (const entry of await entriesOf(one, disk)) {
    const isThere = isFolder.get(entry.name);
    if (isThere === false && !entry.isDirectory()) return true;
    const { name } = entry;
    if (isThere && entry.isDirectory() && (await shareFile(join(one, name), join(other, name), disk)))
      return true;
  }
  return false;
}

const entriesOf = async (folder: string, disk: Disk) =>
  // A file in the place of a folder has none.
  disk.readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOTDIR' || cause.code === 'ENOENT') return [];
    throw cause;
  });
