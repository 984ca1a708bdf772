import { PackagerError } from '../../base/errors.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import type { ListedPackage } from '../model/listed-package.ts';
import type { PackageFiles } from '../model/places.ts';
import { readRoots, type UnreadManifest } from '../read-package.ts';
import { type BoxTree, readBoxTree } from './box-tree.ts';
import { describeFile } from './describe-file.ts';
import { describeManifest } from './describe-manifest.ts';
import type { Description, FileDescription, FoundOther } from './description.ts';

export interface DescribeOptions {
  /** What others know of a file that nobody here knows; `undefined`: nothing. @default nobody is asked */
  readonly other?: (source: ByteSource) => Promise<FoundOther | undefined>;
  /** The boxes of files of MP4 as well. */
  readonly boxes?: boolean;
}

/** A file with its boxes, where these were asked for. */
export interface DescribedFile extends FileDescription {
  readonly tree?: BoxTree;
}

export interface PackageDescription extends Description {
  readonly files: readonly DescribedFile[];
}

/** So many files of a folder are looked into; a title has a few dozen renditions. */
const MOST_FILES = 60;

/**
 * What is in a folder, in a manifest with what lies beside it, or in one file. Of renditions in many segments the init segment, or the
 * first one, stands for all.
 * @throws PackagerError as files do
 */
export async function describePackage(
  files: PackageFiles,
  options: DescribeOptions = {},
): Promise<PackageDescription> {
  const { packages: listed, unread, others } = await readRoots(files);
  const manifests = new Set(listed.map(({ manifest }) => manifest));
  const paths = new Set([...unread.map(({ path }) => path), ...others]);
  const all = (await files.list?.()) ?? [];
  // Who names a manifest asks what is in that.
  if (files.list) for (const path of mediaOf(listed)) paths.add(path);
  const described: DescribedFile[] = [];
  for (const path of [...paths].slice(0, MOST_FILES)) {
    const file = await describeAt(files, path, options);
    if (file) described.push(withFault(file, unread));
  }
  const known = new Set([...described.map(({ path }) => path), ...manifests]);
  return {
    version: 1,
    name: files.name,
    manifests: listed.map(describeManifest),
    files: described,
    others: byEnding(all.filter(({ path }) => !known.has(path))),
  };
}

/** A manifest that cannot be read is a file that is damaged. */
function withFault(file: DescribedFile, unread: readonly UnreadManifest[]): DescribedFile {
  const fault = unread.find(({ path }) => path === file.path);
  return fault ? { ...file, damage: { offset: 0, message: fault.error.message } } : file;
}

/** What stands for each rendition: its init segment, its one file, else its first segment. */
const mediaOf = (listed: readonly ListedPackage[]): string[] =>
  listed.flatMap(({ renditions }) =>
    renditions
      .filter(({ kind }) => kind !== 'image')
      .flatMap(
        ({ init, segments }) => init?.path ?? segments[0]?.init?.path ?? segments[0]?.place.path ?? [],
      ),
  );

/** @returns `undefined` for a file that a manifest names and nobody can open: that is a matter of verification */
async function describeAt(
  files: PackageFiles,
  path: string,
  { other, boxes }: DescribeOptions,
): Promise<DescribedFile | undefined> {
  const source = await files.open(path).catch((cause: unknown) => {
    if (!PackagerError.is(cause) || cause.code === 'CANCELLED' || files.roots.includes(path)) throw cause;
    return undefined;
  });
  if (!source) return undefined;
  try {
    const file = await describeFile(source, path);
    if (file.format === 'mp4' && boxes) return { ...file, tree: await readBoxTree(source) };
    if (file.format !== 'other') return file;
    const found = await other?.(source);
    return { ...file, ...found };
  } finally {
    await source.close();
  }
}

function byEnding(
  files: readonly { readonly path: string; readonly bytes: number }[],
): Description['others'] {
  const found = new Map<string, { ending: string; count: number; bytes: number }>();
  for (const { path, bytes } of files) {
    const ending = /\.[^./]+$/.exec(path)?.[0] ?? '';
    const known = found.get(ending) ?? { ending, count: 0, bytes: 0 };
    found.set(ending, { ending, count: known.count + 1, bytes: known.bytes + bytes });
  }
  return [...found.values()].sort((one, two) => two.bytes - one.bytes);
}
