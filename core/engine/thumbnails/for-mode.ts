import type { ModeDefinition } from '../../contract/packager.ts';
import type { OutputTree } from '../../io/output-tree.ts';
import { thumbnailTrack } from '../../manifest/thumbnail-track.ts';
import type { ThumbnailSet } from '../../media/thumbnails.ts';
import type { Presentation } from '../../title/presentation.ts';

/** The title as a mode gets it: without thumbnails where its manifests cannot say where these are. */
export function forMode(mode: ModeDefinition, presentation: Presentation): Presentation {
  if (mode.thumbnails || !presentation.thumbnails) return presentation;
  const { thumbnails: _, ...others } = presentation;
  return others;
}

/** The images of thumbnails that are copied into the folder of a mode. */
export const imagesFor = (
  { thumbnails: says }: Pick<ModeDefinition, 'thumbnails'>,
  { thumbnails = [] }: Pick<Presentation, 'thumbnails'>,
): ThumbnailSet['images'] => (says ? thumbnails.flatMap(({ images }) => images) : []);

/** Tell of each mode that leaves them out. */
export function warnOfNoThumbnails(
  modes: readonly ModeDefinition[],
  sets: readonly unknown[],
  warn: (message: string) => void,
): void {
  if (sets.length === 0) return;
  for (const { name, thumbnails } of modes)
    if (!thumbnails) warn(`mode ${name} carries no thumbnails: they are left out there.`);
}

/** Write the WebVTT files that list the tiles, for players that find them in no manifest. */
export async function writeThumbnailTracks(
  { thumbnails = [], grid }: Presentation,
  output: OutputTree,
): Promise<void> {
  for (const set of thumbnails)
    if (set.webvtt !== undefined) await output.write(set.webvtt, thumbnailTrack(set, grid.duration));
}
