import { sep } from 'node:path';
import type { PackageOptions } from '../engine/api.ts';
import { previewTitle } from '../engine/preview.ts';
import type { PackageFiles } from '../inspect/model/places.ts';
import { ownFolder } from './titles.ts';

/** A title, as far as it lies in a package. */
export interface TitleShare {
  /** What of it is of one title. */
  readonly part: PackageFiles;
  readonly title: PackageOptions | undefined;
}

/**
 * Which of what lies there is of which title, by the names that it would write. Where nothing has any of these names, it was moved, and
 * is of the only title; what else lies there nobody has inputs for.
 * @param apart several titles lie in folders of their own there (`ownFolder`)
 */
export async function titleShares(
  files: PackageFiles,
  titles: readonly PackageOptions[],
  { apart = false } = {},
): Promise<TitleShare[]> {
  const { name, roots } = files;
  const all = (await files.list?.()) ?? roots.map((path) => ({ path, bytes: 0 }));
  const left = new Set(roots);
  const found: TitleShare[] = [];
  const owners: ((path: string) => boolean)[] = [];
  for (const [index, title] of titles.entries()) {
    const names = apart && titles.length > 1 ? new Set([ownFolder(index)]) : await namesInOutput(title);
    const isWhole = !apart && name.split(sep).some((part) => names.has(part));
    const isOwn = (path: string) => isWhole || names.has(path.split('/')[0]!);
    const own = roots.filter(isOwn);
    for (const root of own) left.delete(root);
    owners.push(isOwn);
    if (all.some(({ path }) => isOwn(path))) found.push({ part: partOf(files, own, isOwn), title });
  }
  const [only, ...others] = titles;
  if (found.length === 0) return [{ part: files, title: others.length === 0 ? only : undefined }];
  if (left.size > 0)
    found.push({
      part: partOf(files, [...left], (path) => !owners.some((isOwn) => isOwn(path))),
      title: undefined,
    });
  return found;
}

async function namesInOutput(title: PackageOptions): Promise<ReadonlySet<string>> {
  const { outputs } = await previewTitle(title, { needsInputs: false });
  return new Set(outputs.filter(({ isReport }) => !isReport).map((each) => each.name));
}

function partOf(
  files: PackageFiles,
  roots: readonly string[],
  isOwn: (path: string) => boolean,
): PackageFiles {
  const { list } = files;
  return {
    ...files,
    roots,
    ...(list && { list: async () => (await list()).filter(({ path }) => isOwn(path)) }),
  };
}
