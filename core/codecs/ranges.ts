import { fail } from '../base/errors.ts';
import { type CodedTrack, describeTrack } from '../media/track.ts';
import { CODECS, codecOf } from './built-in.ts';
import type { RangeFinder } from './protected-ranges.ts';

/**
 * The range finder of a track's samples by their format, in order: a new one after each change, since parameter sets of
 * before mean nothing then. `undefined` for audio, whose samples are protected whole.
 * @throws PackagerError UNSUPPORTED_CODEC for video that nobody knows how to protect
 */
export function rangeFinders(track: CodedTrack): ((format?: number) => RangeFinder) | undefined {
  const first = createRangeFinder(track);
  if (first === undefined) return undefined;
  let finder = first;
  let current = 0;
  return (format = 0) => {
    if (format !== current) {
      finder = createRangeFinder({ ...track, ...track.formats?.[format] }) ?? first;
      current = format;
    }
    return finder;
  };
}

/**
 * The range finder of a track's first format; `undefined` for audio, whose samples are protected whole.
 * @throws PackagerError UNSUPPORTED_CODEC for video that nobody knows how to protect
 */
export function createRangeFinder(track: CodedTrack): RangeFinder | undefined {
  if (track.kind === 'audio') return undefined;
  const codec = codecOf(track);
  if (codec?.rangeFinder === undefined) {
    const known = CODECS.filter(({ rangeFinder }) => rangeFinder).flatMap(({ entries }) => entries);
    throw fail.unsupportedCodec(
      track.source.name,
      `${describeTrack(track)} has the sample entry "${track.entry}", which cannot be protected.`,
      `Use video with one of these sample entries: ${known.join(', ')}.`,
    );
  }
  return codec.rangeFinder(track.config, track.source.name);
}
