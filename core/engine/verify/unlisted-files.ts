import { checkUnlisted } from '../../inspect/checks/segments/files.ts';
import type { Finding } from '../../inspect/findings/finding.ts';
import type { Listing } from './list-packages.ts';
import { headOf } from './media-kind.ts';
import type { SizedFiles } from './sized-files.ts';

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/**
 * Files in the folders of packages that no manifest names. What lies beside these folders may be anything, as reports and other
 * titles; and what a manifest names that cannot be read nobody knows.
 */
export async function checkUnlistedFiles(
  { packages, unread }: Listing,
  files: SizedFiles,
): Promise<Finding[]> {
  const folders = [...new Set(packages.map(({ manifest }) => folderOf(manifest)))].filter(
    (folder) => folder !== '',
  );
  const lost = unread.map(({ path }) => folderOf(path));
  const all = files.all?.filter(
    ({ path }) =>
      folders.some((folder) => path.startsWith(folder)) && !lost.some((folder) => path.startsWith(folder)),
  );
  const found = [...checkUnlisted({ packages, files: all, renditions: [], sizes: new Map() })];
  const told: Finding[] = [];
  for (const one of found) if (!(await isImageList(one.file, files))) told.push(one);
  return told;
}

/** WebVTT whose cues are pieces of images: players on pages are given it beside the manifest. */
async function isImageList(path: string, files: SizedFiles): Promise<boolean> {
  if (!path.endsWith('.vtt')) return false;
  const head = await headOf(files, path, 0, 4096);
  return /-->[^\n]*\n\S+\.(?:jpe?g|png|webp)#xywh=/i.test(head.toString('utf8'));
}
