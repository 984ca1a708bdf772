import { toSeconds } from '../../../base/exact-time.ts';
import type { MediaPiece } from '../../../edits/media-piece.ts';
import { mediaPieces } from './edit-list.ts';
import type { PlacedEvent } from './event-messages.ts';
import type { MediaTrack, Movie } from './movie.ts';
import type { Mp4Samples } from './sample-table.ts';

/** The track on whose clock the events of a file are. */
export interface EventTrack {
  readonly track: MediaTrack;
  readonly samples: Mp4Samples;
  /** Its place among those that the file was read for. */
  readonly index: number;
}

/** Pictures that come before the first of a segment in time come soon behind it in the file. */
const REORDERED = 64;

/**
 * What tells when an event is, in seconds of the clock on which edit lists present: those of version 1 are on the timeline of the movie,
 * which is that; those of version 0 count from the first picture of their segment. `undefined`: an edit list cuts that time away.
 * @param name how messages name the file
 */
export function eventClock(
  { track, samples, index }: EventTrack,
  movie: Movie,
  name: string,
): (event: Pick<PlacedEvent, 'time' | 'isRelative' | 'segment'>) => number | undefined {
  const { edits, timescale } = track.headers;
  const list = { edits, movieTimescale: movie.timescale, timescale, mediaStart: samples.start };
  const pieces = mediaPieces({ ...list, fragmented: true }, name, track.id);

  /** What recordings behind the first are moved by. */
  const moved = (first: number): number =>
    (samples.recordings.findLast(({ sample }) => sample <= first)?.shift ?? 0) / timescale;
  return ({ time, isRelative, segment }) => {
    const first = segment.first[index] ?? 0;
    if (!isRelative) return time + moved(first);
    const start = segmentStart(samples, first, segment.end[index] ?? first);
    return presentedAt(pieces, start + time * timescale, timescale);
  };
}

/** When the first picture of a segment is composed, in ticks of the table; where it has none, the next one. */
function segmentStart(samples: Mp4Samples, first: number, end: number): number {
  if (first >= samples.count) return samples.duration;
  const last = Math.min(Math.max(end, first + 1), first + REORDERED, samples.count);
  const { dts, compositionOffsets } = samples.read(first, last);
  return dts.reduce(
    (least, time, i) => Math.min(least, time + compositionOffsets[i]!),
    Number.POSITIVE_INFINITY,
  );
}

/** @param ticks of the media; pieces that are all of it go on at both ends */
function presentedAt(pieces: readonly MediaPiece[], ticks: number, timescale: number): number | undefined {
  for (const { mediaTime, start, end } of pieces) {
    const from = toSeconds(start);
    const seconds = from + (ticks - mediaTime) / timescale;
    if (pieces.length === 1) return seconds;
    if (seconds >= from && (end === undefined || seconds < toSeconds(end))) return seconds;
  }
  return undefined;
}
