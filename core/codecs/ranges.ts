import { fail } from '../errors.ts';
import { describeTrack, type Track } from '../media/track.ts';
import { parseAvcConfig } from './avc/config.ts';
import { createAvcRangeFinder } from './avc/range-finder.ts';
import type { RangeFinder } from './protected-ranges.ts';

const avc = (track: Track): RangeFinder => {
  const { name } = track.source;
  return createAvcRangeFinder(parseAvcConfig(track.config, name), name);
};

/** Sample entries of video whose samples are protected in part, and who finds the parts. */
const FINDERS: ReadonlyMap<string, (track: Track) => RangeFinder> = new Map([
  ['avc1', avc],
  ['avc3', avc],
]);

/**
 * The range finder of a track; `undefined` for audio, whose samples are protected whole.
 * @throws PackagerError UNSUPPORTED_CODEC for video that nobody knows how to protect
 */
export function createRangeFinder(track: Track): RangeFinder | undefined {
  if (track.kind === 'audio') return undefined;
  const create = FINDERS.get(track.entry);
  if (create === undefined) {
    throw fail.unsupportedCodec(
      track.source.name,
      `${describeTrack(track)} has the sample entry "${track.entry}", which cannot be protected.`,
      `Use video with one of these sample entries: ${[...FINDERS.keys()].join(', ')}.`,
    );
  }
  return create(track);
}
