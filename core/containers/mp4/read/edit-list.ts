import { fail } from '../../../base/errors.ts';
import { fromTicks, ZERO } from '../../../base/exact-time.ts';
import type { MediaPiece } from '../../../edits/media-piece.ts';

/** One entry of `elst` (ISO/IEC 14496-12, 8.6.6). */
export interface Edit {
  /** Ticks of the movie's time scale; 0 in the last one: to the end of the media. */
  readonly segmentDuration: number;
  /** Ticks of the track's time scale; -1: an empty edit, nothing is presented. */
  readonly mediaTime: number;
  /** 1 is normal speed, 0 a still picture. */
  readonly rate: number;
}

/** An edit list with what is needed to understand it. */
export interface EditList {
  readonly edits: readonly Edit[];
  /** Ticks a second of the movie and of the track. */
  readonly movieTimescale: number;
  readonly timescale: number;
  /** Decode time of the first sample, in ticks of the track: sample tables count from there. */
  readonly mediaStart: number;
  /** The file has fragments, which were not there yet when its `moov` was written: how long the last edit is, is not believed. */
  readonly fragmented: boolean;
}

/** What people cut by hand stays far below this. */
const MOST_EDITS = 100;

/** An entry that presents media, with its times in ticks of the movie. */
interface Part {
  readonly mediaTime: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Resolve an edit list to the parts of the media that are presented, in order of presentation; empty edits are the time
 * between them. Entries that go on where the one before ends, to a tick of the movie, are one.
 * @param file how messages name the file, `track` its track_ID
 * @throws PackagerError UNSUPPORTED_INPUT for media that is slowed down or sped up, and for a list that presents nothing
 */
export function mediaPieces(list: EditList, file: string, track: number): MediaPiece[] {
  const { edits, movieTimescale, timescale, mediaStart, fragmented } = list;
  const refused = (reason: string, hint: string) =>
    fail.unsupportedInput(file, `the edit list of track ${track} ${reason}.`, hint);
  if (edits.length === 0) return [{ mediaTime: 0 - mediaStart, start: ZERO, end: undefined, rounding: 0 }];
  if (edits.length > MOST_EDITS) throw refused(`has ${edits.length} entries`, RENDER);

  const rounding = Math.ceil(timescale / movieTimescale);
  const parts: Part[] = [];
  let time = 0;
  for (const [index, { segmentDuration, mediaTime, rate }] of edits.entries()) {
    const isLast = index === edits.length - 1;
    const start = time;
    time += segmentDuration;
    if (mediaTime < 0 || (segmentDuration === 0 && !isLast)) continue;
    if (rate !== 1) throw refused(`plays its entry ${index + 1} at ${rate} times normal speed`, RENDER);
    const isOpen = isLast && (segmentDuration === 0 || fragmented);
    const end = isOpen ? Number.POSITIVE_INFINITY : time;
    const before = parts.at(-1);
    const follows = before && before.mediaTime + ((start - before.start) * timescale) / movieTimescale;
    const goesOn = before?.end === start && Math.abs(mediaTime - (follows ?? 0)) <= rounding;
    if (before && goesOn) parts[parts.length - 1] = { ...before, end };
    else parts.push({ mediaTime, start, end });
  }
  if (parts.length === 0) throw refused('presents nothing at all', 'Export the file again.');
  const isPossible =
    Number.isSafeInteger(time) && parts.every((part) => Number.isSafeInteger(part.mediaTime));
  if (!isPossible || movieTimescale === 0) throw refused('has impossible times', 'Export the file again.');
  return parts.map(({ mediaTime, start, end }) => ({
    mediaTime: mediaTime - mediaStart,
    start: fromTicks(start, movieTimescale),
    end: Number.isFinite(end) ? fromTicks(end, movieTimescale) : undefined,
    rounding,
  }));
}

const RENDER = 'Encode the file again, edited: ffmpeg -i in.mp4 out.mp4';
