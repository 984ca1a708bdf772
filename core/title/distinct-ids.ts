import { fail } from '../base/errors.ts';
import type { TrackInfo } from '../media/track.ts';

/**
 * Everything that names a track of an input names it by its id: the config, fragments, blocks, threads. Two tracks of one id
 * would be one to all of them.
 * @throws PackagerError UNSUPPORTED_INPUT with the kinds and the id
 */
export function requireDistinctIds(
  path: string,
  tracks: readonly (Pick<TrackInfo, 'id'> & { readonly kind: string })[],
): void {
  const seen = new Map<number, string>();
  for (const { id, kind } of tracks) {
    const twin = seen.get(id);
    if (twin !== undefined) {
      throw fail.unsupportedInput(
        path,
        `two of its tracks (${[twin, kind].join(' and ')}) have the id ${id}, so they cannot be told apart.`,
        'Write the file again, with ids that differ: ffmpeg -i in.mp4 -map 0 -c copy out.mp4',
      );
    }
    seen.set(id, kind);
  }
}
