import { fail } from '../base/errors.ts';
import { inTurns } from '../base/in-turns.ts';
import { maxOf } from '../base/largest.ts';
import { Packager } from '../contract/packager.ts';
import type { TitleOptions } from '../contract/title-options.ts';
import type { Sources } from '../io/sources.ts';
import type { PackageOptions } from './api.ts';
import type { PlannedOutput } from './planned-outputs.ts';
import { previewTitle } from './preview.ts';
import { listImages } from './thumbnails/list-images.ts';

/** A title all of whose outputs were there before it ran. */
export interface Finished {
  /** Absolute paths of what its modes write. */
  readonly outputs: readonly string[];
  /** Whether none of its inputs has changed since; of one with a receipt, whether nothing has. */
  readonly isCurrent: boolean;
  /** That is known by its receipt. */
  readonly hasReceipt?: true;
  /** What is another than its receipt says, as the end of a sentence. Absent: nothing is, or it has none. */
  readonly differs?: string;
}

/**
 * Whether a title needs no work: all that its modes would write is there, and it may not be replaced. That is no proof that
 * it was made of these inputs; an input that was changed, moved or copied here later is one that it was not. What a run that
 * was killed had begun to publish is brought to its end before: until then the names that are there say nothing.
 * @param known what `ownOutputs` has answered, where it was asked already
 * @throws PackagerError CANCELLED
 */
export async function finishedTitle(
  options: PackageOptions,
  known?: readonly PlannedOutput[],
): Promise<Finished | undefined> {
  const { title, plugins, signal = new AbortController().signal } = options;
  if (title.overwrite) return undefined;
  const own = known ?? (await ownOutputs(options));
  if (own.length === 0) return undefined;
  const { sources, stores } = new Packager(plugins);
  const oldest = await stores.of(title.output, signal).writtenAt(own.map(({ name }) => name));
  if (oldest === undefined) return undefined;
  const changed = maxOf(await inTurns(await filesRead(title), (file) => timeOf(sources, file, signal)));
  return { outputs: own.map(({ path }) => path), isCurrent: changed <= oldest };
}

/** What the modes of a title write. */
export async function ownOutputs({ title, plugins }: PackageOptions): Promise<readonly PlannedOutput[]> {
  const { outputs } = await previewTitle({ title, plugins }, { needsInputs: false });
  return outputs.filter(({ isReport }) => !isReport);
}

/** The inputs of a title and its thumbnails; of a folder that is not there any more none. */
async function filesRead({ inputs, thumbnails = [] }: TitleOptions): Promise<string[]> {
  const images = thumbnails.map((source) => listImages(source, 'thumbnails').catch(() => []));
  return [...inputs, ...(await Promise.all(images)).flat()];
}

/** When an input came to where it is; of one that is gone, never; where its source does not say it, perhaps just now. */
async function timeOf(sources: Sources, reference: string, signal: AbortSignal): Promise<number> {
  const found = await sources
    .of(reference)
    .look({ signal })
    .catch(() => {
      if (signal.aborted) throw fail.cancelled();
      return { modified: 0 };
    });
  return found.modified ?? Number.POSITIVE_INFINITY;
}
