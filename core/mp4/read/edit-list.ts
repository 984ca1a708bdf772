import { fail } from '../../errors.ts';

/** One entry of `elst` (ISO/IEC 14496-12, 8.6.6). */
export interface Edit {
  /** Ticks of the movie's time scale. */
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
}

/**
 * Resolve an edit list: sample composition time minus the answer is presented time, in ticks of the track.
 * Understood are: no list, one media segment at normal speed, and empty edits in front of it (a late start).
 * @param file how messages name the file, `track` its track_ID
 * @throws PackagerError UNSUPPORTED_INPUT for any other list
 */
export function presentationOffset(list: EditList, file: string, track: number): number {
  const refused = (reason: string) =>
    fail.unsupportedInput(
      file,
      `the edit list of track ${track} ${reason}.`,
      'Only a start delay and one piece at normal speed are supported: encode the file again, edited.',
    );
  const { edits, movieTimescale, timescale } = list;
  const first = edits.findIndex((edit) => edit.mediaTime >= 0);
  const segment = edits[first];
  if (edits.length === 0) return 0;
  if (!segment) throw refused('presents nothing at all');
  if (first + 1 < edits.length) throw refused('puts several pieces together');
  if (segment.rate !== 1) throw refused(`plays at ${segment.rate} times normal speed`);
  if (first === 0) return segment.mediaTime;
  const delay = edits.slice(0, first).reduce((sum, edit) => sum + edit.segmentDuration, 0);
  const offset = segment.mediaTime - Math.round((delay * timescale) / movieTimescale);
  if (!Number.isSafeInteger(offset)) throw refused('has impossible times');
  return offset;
}
