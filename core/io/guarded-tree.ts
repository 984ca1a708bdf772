import { fail } from '../base/errors.ts';
import type { OutputFile } from './output-tree.ts';
import { shownReference, within } from './reference.ts';
import type { StagedTree } from './store.ts';
import { type Guarded, guarded, guardedNow } from './told.ts';

/** What was written of a file. */
interface Written {
  bytes: number;
  isClosed: boolean;
}

/**
 * The tree of a plugin's store, whose failures are told as its store's are. What it says of its files when all are written has to be what
 * was written: a disk is looked at before anything appears, and elsewhere nobody looks.
 * @param folder of the tree, in the location
 */
export function guardedTree(tree: StagedTree, by: Guarded, folder = ''): StagedTree {
  const written = new Map<string, Written>();
  const requireWhole = (): void => {
    const found = new Map(tree.files.map(({ path, position }) => [path, position]));
    for (const [path, { bytes, isClosed }] of written) {
      const taken = found.get(path);
      if (isClosed && taken === bytes) continue;
      const what = isClosed ? `the store has taken in ${taken ?? 'none'}` : 'it was never closed';
      const place = folder === '' ? path : `${folder}/${path}`;
      throw fail.outputIncomplete(shownReference(within(by.reference, place)), bytes, what);
    }
  };
  return {
    get files() {
      return guardedNow(by, () => tree.files);
    },
    create: (path) =>
      guarded(by, async () => {
        const file = await tree.create(path);
        const own = { bytes: 0, isClosed: false };
        written.set(path, own);
        return guardedFile(file, by, own);
      }),
    write: (path, content) =>
      guarded(by, async () => {
        await tree.write(path, content);
        written.set(path, { bytes: Buffer.byteLength(content), isClosed: true });
      }),
    settled: () =>
      guarded(by, async () => {
        await tree.settled?.();
        requireWhole();
      }),
    abandon: () => guarded(by, () => tree.abandon()),
  };
}

const guardedFile = (file: OutputFile, by: Guarded, written: Written): OutputFile => ({
  path: file.path,
  get position() {
    return guardedNow(by, () => file.position);
  },
  reserve: (bytes) =>
    guardedNow(by, () => {
      file.reserve(bytes);
      written.bytes += bytes;
    }),
  append: (parts) =>
    guarded(by, async () => {
      await file.append(parts);
      for (const { length } of parts) written.bytes += length;
    }),
  writeAt: (position, bytes) => guarded(by, () => file.writeAt(position, bytes)),
  close: () =>
    guarded(by, async () => {
      await file.close();
      written.isClosed = true;
    }),
});
