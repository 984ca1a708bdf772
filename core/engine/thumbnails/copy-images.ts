import { inTurns } from '../../base/in-turns.ts';
import type { ModeDefinition, Packager } from '../../contract/packager.ts';
import type { Run } from '../../contract/run.ts';
import type { StagedFile, StagedOutput } from '../../io/store.ts';
import type { ThumbnailSet } from '../../media/thumbnails.ts';
import { folderOf } from '../mode-outputs.ts';
import { stagedFiles } from '../staged-files.ts';
import { type FoundImage, type FoundImages, readWhole } from './look-at-images.ts';

export interface CopyOptions {
  readonly packager: Packager;
  readonly run: Run;
  readonly found: readonly FoundImages[];
  readonly sets: readonly ThumbnailSet[];
  readonly staging: StagedOutput;
}

/** Copy the images of a title into the folder of a mode, byte for byte. */
export async function copyThumbnails(
  mode: ModeDefinition,
  { packager, run, found, sets, staging }: CopyOptions,
): Promise<StagedFile[]> {
  const store = packager.stores.of(run.title.output, run.signal);
  const output = store.tree(staging.place, folderOf(mode, run.inputs));
  const copies = sets.flatMap(({ images }, index) =>
    images.map(({ path }, place): [string, FoundImage] => [path, found[index]!.images[place]!]),
  );
  try {
    await inTurns(copies, async ([path, image]) => {
      run.throwIfCancelled();
      await output.write(path, await readWhole(packager, image, run.signal));
    });
    await output.settled?.();
    const declared = sets.flatMap(({ images }) => images);
    return stagedFiles(mode, run, { declared, written: output.files, isManifest: false });
  } finally {
    await output.abandon();
  }
}

/**
 * Look at all images once more, when everything is written.
 * @throws PackagerError INPUT_CHANGED when one of them is not what it was at the start
 */
export async function requireUnchangedImages(
  { sources }: Packager,
  { signal }: Run,
  found: readonly FoundImages[],
): Promise<void> {
  const images = found.flatMap((set) => set.images);
  await inTurns(images, ({ reference, identity }) =>
    sources.of(reference).requireUnchanged(identity, { signal }),
  );
}
