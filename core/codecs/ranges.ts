import { fail } from '../base/errors.ts';
import { describeTrack, type Track } from '../media/track.ts';
import { parseAv1Config } from './av1/config.ts';
import { Av1RangeFinder } from './av1/range-finder.ts';
import { parseAvcConfig } from './avc/config.ts';
import { createAvcRangeFinder } from './avc/range-finder.ts';
import { parseHevcConfig } from './hevc/config.ts';
import { createHevcRangeFinder } from './hevc/range-finder.ts';
import { byNalCodec } from './nal/entries.ts';
import type { RangeFinder } from './protected-ranges.ts';
import { Vp9RangeFinder } from './vp9/range-finder.ts';

const avc = (track: Track): RangeFinder => {
  const { name } = track.source;
  return createAvcRangeFinder(parseAvcConfig(track.config, name), name);
};

const hevc = (track: Track): RangeFinder => {
  const { name } = track.source;
  return createHevcRangeFinder(parseHevcConfig(track.config, name), name);
};

const av1 = (track: Track): RangeFinder => {
  const { name } = track.source;
  return new Av1RangeFinder(parseAv1Config(track.config, name), name);
};

/** VP9 is defined for the `cenc` scheme alone; who protects with another one has to refuse it. */
const vp9 = (track: Track): RangeFinder => new Vp9RangeFinder(track.source.name);

/** Sample entries of video whose samples are protected in part, and who finds the parts. */
const FINDERS: ReadonlyMap<string, (track: Track) => RangeFinder> = new Map([
  ...byNalCodec(avc, hevc),
  ['av01', av1],
  ['vp09', vp9],
]);

/** Whether {@link rangeFinders} knows the codec of a track. */
export const knowsRanges = ({ kind, entry }: Pick<Track, 'kind' | 'entry'>): boolean =>
  kind === 'audio' || FINDERS.has(entry);

/**
 * The range finder of a track's samples by their format, in order: a new one after each change, since parameter sets of
 * before mean nothing then. `undefined` for audio, whose samples are protected whole.
 * @throws PackagerError UNSUPPORTED_CODEC for video that nobody knows how to protect
 */
export function rangeFinders(track: Track): ((format?: number) => RangeFinder) | undefined {
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
