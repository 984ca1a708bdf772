import { checkUnlisted } from '../../inspect/checks/segments/files.ts';
import type { Finding } from '../../inspect/findings/finding.ts';
import type { Listing } from './list-packages.ts';
import type { SizedFiles } from './sized-files.ts';

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/**
 * Files in the folders of packages that no manifest names. What lies beside these folders may be anything, as reports and other
 * titles.
 */
export function checkUnlistedFiles({ packages }: Listing, { all }: SizedFiles): Finding[] {
  const folders = [...new Set(packages.map(({ manifest }) => folderOf(manifest)))].filter(
    (folder) => folder !== '',
  );
  const files = all?.filter(({ path }) => folders.some((folder) => path.startsWith(folder)));
  return [...checkUnlisted({ packages, files, renditions: [], sizes: new Map() })];
}
